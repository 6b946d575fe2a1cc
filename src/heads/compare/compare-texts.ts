/**
 * Two models on the same texts, in one graph: differences are summed inside it, so that only O(heads) numbers leave it per
 * text. Axes: b text, i query, h head, d head width, m model width.
 */

import { sizeAt } from "../../graph/shape.ts";
import { input, scoped, type Value } from "../../graph/value.ts";
import { lastState, ofLayer } from "../../models/layer.ts";
import { type Forward, forward, type Transformer } from "../../models/transformer.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { abs, mul, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { concat, slice, unsqueeze } from "../../ops/layout.ts";
import { max, sum } from "../../ops/reduce.ts";
import { itemsAt } from "../../params/keyed.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { type Feeds, feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { rowOf } from "../../stats/sums.ts";
import { nextTokenNats } from "../../tasks/token-tasks.ts";
import { batches, countedQueries, lengthOf, type Text } from "../observe/text.ts";
import type { SharedHead } from "./align.ts";
import type { WeightChange } from "./compare-weights.ts";
import { emptySums, type Sums } from "./intervals.ts";

/** A model with the stored values of its pass. */
interface Side {
  readonly pass: Forward;
  /** Every attention's z: [b, i, h, d]. */
  readonly kept: ReadonlyMap<string, Value>;
}

/** Sums per text, by the name of the graph's output. */
export type TextSums = Readonly<Record<StateSum, Sums> & Partial<Record<HeadSum, Sums>>>;

type StateSum = "stateDifferences" | "stateSizes" | "worst";
type HeadSum = "headDifferences" | "headSizes" | "losses" | "predictions";

/** Runs both models over all texts. `changes` are those of the shared heads, in order. */
export async function compareOnTexts(
  runtime: Runtime,
  [a, b]: readonly [Transformer, Transformer],
  shared: readonly SharedHead[],
  changes: readonly WeightChange[],
  texts: readonly Text[],
  progress: (share: number) => void,
): Promise<TextSums> {
  const outputs = comparisonGraph(a, b, shared);
  const weights = byPath({ a: a.weights, b: b.weights, writing: writingOf(a, shared, changes) });
  const empty = ({ shape }: Value): Sums => emptySums(texts.length, sizeAt("comparison", shape, 1));
  const { stateDifferences, stateSizes, worst, ...others } = outputs;
  const sums: TextSums = {
    ...{ stateDifferences: empty(stateDifferences), stateSizes: empty(stateSizes), worst: empty(worst) },
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, empty(value)])),
  };
  const groups = batches(texts, { pairs: 200_000, tokens: 1024 });
  await releasing(runtime, async (own) => {
    const program = await own.compile<string>({ ...outputs }, { weights });
    for (const [done, members] of groups.entries()) {
      const feeds = feedsOf(itemsAt(texts, members), a.config.family === "decoder");
      fill(sums, members, await program.run(feedsFor(program, feeds)));
      progress((done + 1) / groups.length);
    }
  });
  return sums;
}

/** Writes the results of some texts into their rows. */
function fill(sums: Readonly<Record<string, Sums>>, members: readonly number[], made: Readonly<Record<string, Tensor>>): void {
  for (const [name, { columns, values }] of Object.entries(sums)) {
    const data = floats(tensorAt(made, name));
    for (const [row, t] of members.entries()) values.set(rowOf(data, row, columns), t * columns);
  }
}

/** Builds feeds for texts of one length: tokens, counted queries, and next tokens. */
function feedsOf(texts: readonly Text[], causal: boolean): Feeds {
  const n = lengthOf(texts);
  const shape = [texts.length, n];
  const queries = new Float32Array(texts.length * n);
  for (const [b, text] of texts.entries()) for (const i of countedQueries(text, causal)) queries[b * n + i] = 1;
  return {
    ids: int64(
      texts.flatMap(({ ids }) => [...ids]),
      shape,
    ),
    mask: int64(new Array(queries.length).fill(1), shape),
    queries: tensor(queries, shape),
    targets: int64(
      texts.flatMap(({ ids }) => [...ids.subarray(1), -1]),
      shape,
    ),
  };
}

/** The triangles of `weightChange` by layer: [h, 2d, 2d]. */
function writingOf({ config }: Transformer, shared: readonly SharedHead[], changes: readonly WeightChange[]) {
  const n = 2 * config.headWidth;
  const byLayer: Record<string, Tensor> = {};
  for (const layer of new Set(shared.map((head) => head.layer))) {
    const own = changes.filter((_, k) => shared[k]?.layer === layer);
    byLayer[layer] = tensor(Float32Array.from(own.flatMap(({ writing }) => [...writing])), [own.length, n, n]);
  }
  return byLayer;
}

/** Builds the comparison; every output is [b, columns]. */
function comparisonGraph(
  a: Transformer,
  b: Transformer,
  shared: readonly SharedHead[],
): Record<StateSum, Value> & Partial<Record<HeadSum, Value>> {
  const left = sideOf(a, "a");
  const right = sideOf(b, "b", left.pass);
  const queries = input("queries", left.pass.inputs.ids.shape);
  const layers = [...new Set(shared.map(({ layer }) => layer))].map((layer) => {
    const own = shared.filter((head) => head.layer === layer);
    return scoped(`layers.${layer}.comparison`, () => headSums(left, right, layer, own, queries));
  });
  const states = left.pass.states.map((state, l) => stateSums(state, ofLayer(right.pass.states, l), queries));
  const [x, y] = [lastState(left.pass.states), lastState(right.pass.states)];
  return {
    ...(layers.length > 0 && { headDifferences: joined(layers, 0), headSizes: joined(layers, 1) }),
    stateDifferences: joined(states, 0),
    stateSizes: joined(states, 1),
    worst: concat([largest(sub(x, y)), largest(x)], 1),
    ...losses(a, b, left.pass, right.pass),
  };
}

const joined = (pairs: readonly (readonly [Value, Value])[], side: 0 | 1): Value =>
  concat(
    pairs.map((pair) => pair[side]),
    1,
  );

function sideOf({ config }: Transformer, prefix: string, other?: Forward): Side {
  const kept = new Map<string, Value>();
  const probe = keep(kept, (site) => /^layers\.\d+\.attention\.z$/.test(site));
  const pass = scoped(prefix, () => forward(config, { probe, prefix, inputs: other?.inputs }));
  return { pass, kept };
}

/** Computes Σᵢ ‖zᵢ W_O − zᵢ′ W_O′‖² and Σᵢ ‖zᵢ W_O‖² of a layer's shared heads, over counted queries: [b, h] each. */
function headSums(a: Side, b: Side, layer: number, shared: readonly SharedHead[], queries: Value): [Value, Value] {
  const pick = (side: Side, numbers: readonly number[]) => headsOf(keptAt(side.kept, `layers.${layer}.attention.z`), numbers);
  const z = pick(
    a,
    shared.map(({ inA }) => inA),
  );
  const other = pick(
    b,
    shared.map(({ inB }) => inB),
  );
  const d = sizeAt("comparison", z.shape, 3);
  const writing = input(`writing.${layer}`, [shared.length, 2 * d, 2 * d]);
  const own = slice(slice(writing, 1, 0, d), 2, 0, d);
  const squares = (x: Value, w: Value) => {
    const written = einsum("b i h d, h d e -> b i h e", x, w);
    return sum(mul(sum(mul(written, written), 3), unsqueeze(queries, 2)), 1);
  };
  // z W_O − z′ W_O′ = (z − z′) W_O + z′ (W_O − W_O′)
  return [squares(concat([sub(z, other), other], 3), writing), squares(z, own)];
}

/** Selects heads of [b, i, h, d], in any order. */
function headsOf(z: Value, numbers: readonly number[]): Value {
  if (numbers.length === z.shape[2] && numbers.every((head, k) => head === k)) return z;
  return concat(
    numbers.map((head) => slice(z, 2, head, head + 1)),
    2,
  );
}

/** Computes Σᵢ ‖xᵢ − xᵢ′‖² and Σᵢ ‖xᵢ‖² over counted queries: [b, 1] each. */
function stateSums(x: Value, y: Value, queries: Value): [Value, Value] {
  const squares = (v: Value) => sum(mul(sum(mul(v, v), 2), queries), 1, true);
  return [squares(sub(x, y)), squares(x)];
}

/** Returns the largest absolute value of each text: [b, 1]. */
const largest = (x: Value): Value => max(max(abs(x), 2), 1, true);

function losses(a: Transformer, b: Transformer, left: Forward, right: Forward): Partial<Record<HeadSum, Value>> {
  if (a.config.languageHead !== "causal" || b.config.languageHead !== "causal") return {};
  if (!left.logits || !right.logits) throw new Error("internal: a causal model has no logits");
  const targets = input("targets", left.inputs.ids.shape, "int64");
  const [x, y] = [nextTokenNats(left.logits, targets), nextTokenNats(right.logits, targets)];
  const columns = [x.nats, y.nats, sub(y.nats, x.nats)].map((nats) => unsqueeze(nats, 1));
  return { losses: concat(columns, 1), predictions: unsqueeze(x.tokens, 1) };
}
