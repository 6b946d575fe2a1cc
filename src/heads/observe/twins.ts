/**
 * Untrained twins of a model, as controls. A twin keeps the embeddings, positions and norms that heads read, and the spread of
 * every weight; only the weights of its layers are drawn at random, and its queries are scaled so that scores vary within a row
 * as much as the model's do. What shapes patterns without reading states (α, spans, the mixing of talking heads) stays. A twin
 * thus attends as sharply as the model, but to nothing in particular. In the place of a fixed head it has an untrained one that
 * is as sharp as the learned heads of the layer (without any, those of the model).
 */

import { dimAt } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { featuresOf, withoutFixed } from "../../models/features-of.ts";
import { ofLayer } from "../../models/layer.ts";
import { forward, type Transformer, type TransformerParameters, transformerParameters } from "../../models/transformer.ts";
import { PATTERN_PARAMETERS } from "../../nn/features/features.ts";
import { keep } from "../../nn/probe.ts";
import { normals, random } from "../../params/random.ts";
import { byPath, leafAt, mapTree, type Spec } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import { floats, int64, sizeOf, type Tensor, tensor } from "../../run/tensor.ts";
import { rowOf } from "../../stats/sums.ts";
import { countedQueries, type Text } from "./text.ts";

/** The number of texts on which the spread of scores is measured, and the number of tokens read of each. */
const TEXTS = 8;
const TOKENS = 64;

/**
 * Returns `count` twins; each depends only on the seed and its own number. If `mirrored`, every second twin is the previous one
 * with negated queries (antithetic draws): its heads attend most to what the previous twin's heads attend to least.
 */
export const matchedTwins = (
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
  seed: number,
  count: number,
  mirrored = false,
): Promise<Transformer[]> =>
  releasing(runtime, async (own) => {
    const learned = withoutFixed(model.config);
    const wanted = everywhere(await (await scoreSpreads(own, model.config, texts))(model));
    const spreadOf = await scoreSpreads(own, learned, texts);
    const twins: Transformer[] = [];
    for (let k = 0; k < count; k++) {
      const before = mirrored && k % 2 === 1 ? twins.at(-1) : undefined;
      twins.push(await matched(spreadOf, before ? mirror(before) : redrawn(model, `${seed}/twin ${k}`), wanted));
    }
    return twins;
  });

/** The spread of scores in a twin of a model without any. */
const SPREAD = 1;

/** Returns the spread of each layer; a layer without scores has the mean of the others. */
function everywhere(spreads: readonly (number | null)[]): number[] {
  const known = spreads.filter((spread) => spread !== null);
  const mean = known.length > 0 ? known.reduce((a, b) => a + b) / known.length : SPREAD;
  return spreads.map((spread) => spread ?? mean);
}

const mirror = ({ config, weights }: Transformer): Transformer => ({
  config,
  weights: scaledQueries(
    weights,
    config.heads.map(() => -1),
  ),
});

/**
 * Draws the layers' weights at random. Feed-forward weights are normal with the mean and the spread of each tensor; attention
 * weights are drawn so that W_Q W_Kᵀ and W_V W_O have the average size over the model's heads in the layer, in whatever basis
 * these are.
 */
function redrawn({ config, weights }: Transformer, seed: string): Transformer {
  const sizes = config.heads.map((_, layer) => productSizes(weights, layer, config, seed));
  const [learned, known] = [withoutFixed(config), byPath(weights)];
  const made = mapTree<TransformerParameters<Tensor>>(transformerParameters(learned), (({ shape }: Spec, path: string) => {
    const leaf = leafAt(known, path);
    const [, layer, part] = /^layers\.(\d+)\.(attention\.\w+|feedForward\..+)$/.exec(path) ?? [];
    if (layer === undefined || PATTERN_PARAMETERS.some((name) => part === `attention.${name}`)) return leaf;
    const of = sizes[Number(layer)]![part!];
    const { mean, deviation } = of === undefined ? moments(floats(leaf)) : { mean: 0, deviation: of };
    return tensor(scaled(normals(random(`${seed}/${path}`), sizeOf(shape)), mean, deviation), shape);
  }) as never);
  return { config: learned, weights: made };
}

/** Scales and shifts numbers in place. */
function scaled(numbers: Float32Array, mean: number, deviation: number): Float32Array {
  for (let k = 0; k < numbers.length; k++) numbers[k] = mean + deviation * numbers[k]!;
  return numbers;
}

/** The number of random directions that estimate the size of a product of matrices. */
const PROBES = 8;

/**
 * Computes the standard deviations of a layer's attention weights, by name; a change of basis within a head changes none of
 * them.
 */
function productSizes(
  { layers }: TransformerParameters<Tensor>,
  layer: number,
  { width: m, headWidth: d, heads }: TransformerConfig,
  seed: string,
): Readonly<Record<string, number | undefined>> {
  if (ofLayer(heads, layer) === 0) return {};
  const { wq, wk, wv, wo, bq, bk, bv } = ofLayer(layers, layer).attention;
  const [scoring, writing] = [dimAt(wq.shape, 1), dimAt(wo.shape, 0)];
  // each [m, d] of one head out of `count`, which may share it; W_O is [h, d, m] in memory
  const into = (leaf: Tensor, count: number) => {
    const own = dimAt(leaf.shape, 1);
    return (head: number): HeadMatrix => ({
      ...{ data: floats(leaf), first: Math.floor((head * own) / count) * d, rowStep: own * d, columnStep: 1 },
    });
  };
  const outOf = (head: number): HeadMatrix => ({ data: floats(wo), first: head * d * m, rowStep: 1, columnStep: m });
  const probes = Array.from({ length: PROBES }, (_, p) => normals(random(`${seed}/probe ${p}`), m));
  const overHeads = (count: number, of: (head: number) => number) =>
    Array.from({ length: count }, (_, head) => of(head)).reduce((a, b) => a + b, 0) / count;
  /** Computes the mean ‖A Bᵀ‖² over m² d: the product of both variances if they are drawn independently. */
  const product = (count: number, a: (head: number) => HeadMatrix, b: (head: number) => HeadMatrix) =>
    overHeads(
      count,
      (head) => probes.reduce((s, probe) => s + square(times(a(head), pull(b(head), probe, m, d), m)), 0) / PROBES,
    ) /
    (m * m * d);
  /** Computes the standard deviation of a bias that a matrix of variance `variance` reads. */
  const bias = (leaf: Tensor | undefined, count: number, reader: (head: number) => HeadMatrix, variance: number) => {
    if (!leaf || dimAt(leaf.shape, 0) === 0 || variance === 0) return leaf && 0;
    const own = (head: number) => rowOf(floats(leaf), Math.floor((head * dimAt(leaf.shape, 0)) / count), d);
    const read = (head: number) => square(times(reader(head), Float64Array.from(own(head)), m));
    return Math.sqrt(overHeads(count, read) / (m * d) / variance);
  };
  const [q, k, v] = [into(wq, scoring), into(wk, scoring), into(wv, writing)] as const;
  // without a learned head any size will do, since queries are scaled to the wanted spread
  const scores = scoring > 0 ? Math.sqrt(product(scoring, q, k)) : 1 / m;
  const values = Math.sqrt(product(writing, v, outOf));
  const names = {
    ...{ wq: Math.sqrt(scores), wk: Math.sqrt(scores), wv: Math.sqrt(values), wo: Math.sqrt(values) },
    ...{ bq: bias(bq, scoring, k, scores), bk: bias(bk, scoring, q, scores), bv: bias(bv, writing, outOf, values) },
  };
  return Object.fromEntries(Object.entries(names).map(([name, size]) => [`attention.${name}`, size]));
}

/** A head's matrix [m, d] within a tensor; steps count numbers. */
interface HeadMatrix {
  readonly data: Float32Array;
  readonly first: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Computes Bᵀ x: [d]. */
function pull({ data, first, rowStep, columnStep }: HeadMatrix, x: Float32Array, m: number, d: number): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < m; i++) {
    const row = first + i * rowStep;
    for (let k = 0; k < d; k++) out[k]! += data[row + k * columnStep]! * x[i]!;
  }
  return out;
}

/** Computes A y: [m]. */
function times({ data, first, rowStep, columnStep }: HeadMatrix, y: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const row = first + i * rowStep;
    for (let k = 0; k < y.length; k++) out[i]! += data[row + k * columnStep]! * y[k]!;
  }
  return out;
}

const square = (xs: Float64Array): number => xs.reduce((s, x) => s + x * x, 0);

function moments(data: Float32Array): { mean: number; deviation: number } {
  let [sum, square] = [0, 0];
  for (const x of data) {
    sum += x;
    square += x * x;
  }
  const mean = sum / data.length;
  return { mean, deviation: Math.sqrt(Math.max(0, square / data.length - mean * mean)) };
}

type SpreadOf = (model: Transformer) => Promise<(number | null)[]>;

/** Compiles the measurement of each layer's standard deviation of scores around their row's mean; null without scores. */
async function scoreSpreads(runtime: Runtime, config: TransformerConfig, texts: readonly Text[]): Promise<SpreadOf> {
  const kept = new Map<string, Value>();
  forward(config, { probe: keep(kept, (site) => site.endsWith(".scores")) });
  if (kept.size === 0) return async () => config.heads.map(() => null);
  const outputs = Object.fromEntries(kept);
  const some = texts.slice(0, TEXTS);
  return async ({ weights }) => {
    const program = await runtime.compile(outputs, { weights: byPath(weights) });
    const totals = config.heads.map(() => ({ square: 0, count: 0 }));
    for (const text of some) await addSpreads(program, config, text, totals);
    return totals.map(({ square, count }, l) =>
      scored(config, l) > 0 || config.heads[l] === 0 ? Math.sqrt(square / Math.max(1, count)) : null,
    );
  };
}

/** Returns the number of a layer's heads that have scores. */
const scored = (config: TransformerConfig, layer: number): number =>
  ofLayer(config.heads, layer) - (featuresOf(config, `${layer}`).fixed?.length ?? 0);

async function addSpreads(
  program: Program,
  config: TransformerConfig,
  text: Text,
  totals: readonly { square: number; count: number }[],
): Promise<void> {
  const ids = text.ids.slice(0, TOKENS);
  const n = ids.length;
  const made = await program.run({ ids: int64(ids, [1, n]), mask: int64(new Array(n).fill(1), [1, n]) });
  const causal = config.family === "decoder";
  const rows = countedQueries(text, causal).filter((i) => i < n);
  for (const layer of config.heads.keys()) {
    const scores = made[`layers.${layer}.attention.scores`];
    if (!scores) continue;
    const data = floats(scores);
    for (let h = 0; h < dimAt(scores.shape, 1); h++) {
      for (const i of rows) {
        const { deviation } = moments(data.subarray((h * n + i) * n, (h * n + i) * n + (causal ? i + 1 : n)));
        totals[layer]!.square += deviation ** 2;
        totals[layer]!.count++;
      }
    }
  }
}

/** Scales the queries of every layer to the wanted spread; twice, since a layer's states depend on the layers below. */
async function matched(spreadOf: SpreadOf, twin: Transformer, wanted: readonly number[]): Promise<Transformer> {
  let made = twin;
  for (let round = 0; round < 2; round++) {
    const found = await spreadOf(made);
    const factors = wanted.map((w, l) => ((found[l] ?? 0) > 0 && w > 0 ? w / found[l]! : 1));
    made = { config: made.config, weights: scaledQueries(made.weights, factors) };
  }
  return made;
}

const scaledQueries = (weights: TransformerParameters<Tensor>, factors: readonly number[]): TransformerParameters<Tensor> =>
  mapTree<TransformerParameters<Tensor>>(weights, ((leaf: Tensor, path: string): Tensor => {
    const layer = /^layers\.(\d+)\.attention\.(?:wq|bq)$/.exec(path)?.[1];
    const factor = layer === undefined ? 1 : factors[Number(layer)]!;
    return factor === 1
      ? leaf
      : tensor(
          floats(leaf).map((x) => x * factor),
          leaf.shape,
        );
  }) as never);
