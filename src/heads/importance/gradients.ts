/** Gradients of a task's loss with respect to head gates, per example, in one backward pass; and each head's confidence. */

import { grads } from "../../autodiff/grads.ts";
import { dimAt } from "../../graph/shape.ts";
import { input, scoped, type Value } from "../../graph/value.ts";
import { inputsOf } from "../../graph/walk.ts";
import { type AnyForward, type AnyModel, anyForward } from "../../models/any.ts";
import { gateRows } from "../../models/gates.ts";
import { type AnyConfig, singleHeads, sitesOf } from "../../models/sites.ts";
import { chain, keep, keptAt } from "../../nn/probe.ts";
import { div, mul } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { concat, unsqueeze } from "../../ops/layout.ts";
import { cast, greaterOrEqual, indicator, less } from "../../ops/logic.ts";
import { cumsum, max, sum } from "../../ops/reduce.ts";
import { byPath } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import { feedsFor, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, tensor } from "../../run/tensor.ts";
import { collector, type Judged, type Task } from "../../tasks/task.ts";
import type { HeadNames } from "./switches.ts";

/** Values of every example and head, [example · heads + head]; heads in the order of `names`. */
export interface GateGradients {
  /** `layer.head` */
  readonly names: readonly string[];
  readonly judged: Judged;
  /** ∂ total loss of the example / ∂ ξ_h at ξ = 1, where ξ_h multiplies z_h before W_O. */
  readonly gradients: Float64Array;
  /** Mean over the example's tokens of the largest weight of a row, excluding its last key (Voita et al. 2019). */
  readonly confidence: Float64Array;
}

/** Runs one forward and one backward pass over the task, down to the first layer's heads. */
export const gateGradients = (
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  progress?: (share: number) => void,
): Promise<GateGradients> => releasing(runtime, async (own) => (await createGradients(own, model, task))(new Set(), progress));

/** Creates a function that computes these gradients repeatedly, with other heads disabled, in one session. */
export async function createGradients(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
): Promise<(off: HeadNames, progress?: (share: number) => void) => Promise<GateGradients>> {
  const names = singleHeads(config).map(({ name }) => name);
  const { outputs, judgedNames } = gradientGraph(config, task, names.length);
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const { rows: each = 1, examples, batches } = task;
  return async (off, progress = () => {}) => {
    const { judged, take } = collector(judgedNames, examples);
    const size = examples * names.length;
    const made = { names, judged, gradients: new Float64Array(size), confidence: new Float64Array(size) };
    let at = 0;
    for (const [k, feeds] of batches.entries()) {
      const rows = dimAt(tensorAt(feeds, "ids").shape, 0);
      const gates = Float32Array.from(Array.from({ length: rows }, () => names.map((name) => Number(!off.has(name)))).flat());
      const out = await program.run(feedsFor(program, { ...feeds, gates: tensor(gates, [rows, names.length]) }));
      take(out);
      addRows(made.gradients, at, floats(out.gradients), names.length, each, 1);
      addRows(made.confidence, at, floats(out.confidence), names.length, each, 1 / each);
      at += rows / each;
      progress((k + 1) / batches.length);
    }
    return made;
  };
}

/** Adds the rows of one example, times `factor`. */
function addRows(to: Float64Array, first: number, from: Float32Array, heads: number, each: number, factor: number): void {
  for (const [k, x] of from.entries()) {
    const example = first + Math.floor(k / heads / each);
    to[example * heads + (k % heads)]! += factor * x;
  }
}

function gradientGraph(config: AnyConfig, task: Task, heads: number) {
  const gates = input("gates", ["batch", heads]);
  const patterns = new Map<string, Value>();
  const pass = anyForward(
    config,
    chain(
      keep(patterns, (at) => at.endsWith(".pattern")),
      gateRows(config, gates),
    ),
  );
  const judged = task.judge(pass);
  const total = judged[task.loss.total];
  if (!total) throw new Error(`internal: the ${task.name} task does not compute its loss ${task.loss.total}`);
  const [gradients] = grads(sum(total), [gates]);
  if (!gradients) throw new Error("internal: there is one gradient for each value");
  const targets = inputsOf(Object.values(judged)).get("targets");
  const confidence = scoped("confidence", () => confidenceOf(config, pass, patterns, targets));
  return { outputs: { ...judged, gradients, confidence }, judgedNames: Object.keys(judged) };
}

/** [b, heads of all layers] */
function confidenceOf(
  config: AnyConfig,
  { inputs }: AnyForward,
  patterns: ReadonlyMap<string, Value>,
  targets: Value | undefined,
): Value {
  if (!inputs.mask) throw new Error("internal: confidence needs the mask of the texts");
  const source = cast(inputs.mask, "float32");
  const shown = targets ? indicator(greaterOrEqual(targets, 0)) : source;
  const parts = sitesOf(config).flatMap(({ path, heads }) => {
    if (heads === 0) return [];
    const ofTarget = path.startsWith("decoder.");
    const queries = ofTarget ? shown : source;
    const keys = ofTarget && path.endsWith(".attention") ? queries : source;
    return [meanOfLargest(keptAt(patterns, `${path}.pattern`), queries, keys)];
  });
  return concat(parts, 1);
}

/** Reduces patterns [b, h, i, j] → [b, h], over real queries and keys before the last one. */
function meanOfLargest(pattern: Value, queries: Value, keys: Value): Value {
  const notLast = indicator(less(cumsum(keys, 1), sum(keys, 1, true)));
  const largest = max(mul(pattern, unsqueeze(notLast, 1, 2)), 3);
  return div(einsum("b h i, b i -> b h", largest, queries), sum(queries, 1, true));
}
