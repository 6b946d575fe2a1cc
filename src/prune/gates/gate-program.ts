/**
 * One step of learning gates on heads: the task's loss with sampled gates, plus the expected number of open gates times their
 * price, and Adam on the parameters of the gates. The weights are constants, so only gates have gradients.
 */
import { grads } from "../../autodiff/grads.ts";
import { input, type Value } from "../../graph/value.ts";
import { type AnyModel, anyForward } from "../../models/any.ts";
import { gateHeads } from "../../models/gates.ts";
import { type AnyConfig, type Unit, unitsOf } from "../../models/sites.ts";
import { abs, add, div, mul } from "../../ops/arithmetic.ts";
import { constant } from "../../ops/constant.ts";
import { expand, reshape, slice } from "../../ops/layout.ts";
import { clamp } from "../../ops/logic.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { byPath } from "../../params/tree.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import type { Task } from "../../tasks/task.ts";
import { type AdamOptions, adamW, hyperInput, momentNames } from "../../train/optimizer.ts";
import { probabilityOpen, sampledGates, testGates } from "./hard-concrete.ts";

/** Kingma & Ba's Adam with β₂ of Voita et al. (2019), without decay or clipping. */
export const ADAM: AdamOptions = { betas: [0.9, 0.998], epsilon: 1e-8, weightDecay: 0, clip: null };

const NAME = "logAlpha";
export const [FIRST, SECOND] = momentNames(NAME);

/** The outputs of a step: the loss, the new parameters and moments, and the gates after the step. */
export type StepOutput = "loss" | "pull" | "logAlpha" | "first" | "second" | "gates" | "open";

/** Compiles a step: the task's feeds and `gate/u` [unit], `gate/price` [1], `logAlpha`, its moments and `hyper`. */
export const compileStep = (runtime: Runtime, { config, weights }: AnyModel, task: Task): Promise<Program<StepOutput>> =>
  runtime.compile(stepGraph(config, task), { weights: byPath(weights) });

/**
 * Builds the step. One draw gates a whole batch. `gate/price` is the price of an open gate in units of the loss; `pull` is the mean
 * |∂ loss / ∂ gate|.
 */
function stepGraph(config: AnyConfig, task: Task): Record<StepOutput, Value> {
  const units = unitsOf(config);
  const n = units.length;
  const logAlpha = input(NAME, [n]);
  const drawn = sampledGates(logAlpha, input("gate/u", [n]));
  const judged = task.judge(anyForward(config, gateUnits(config, units, drawn)));
  const loss = lossOf(judged, task);
  const penalized = add(loss, mul(sum(input("gate/price", [1])), sum(probabilityOpen(logAlpha))));
  const [pull, gradient] = grads(penalized, [drawn, logAlpha]);
  const { updates } = adamW(new Map([[NAME, logAlpha]]), [gradient!], hyperInput(), ADAM, new Set());
  const { parameter, first, second } = updates.get(NAME)!;
  const limited = clamp(parameter, -LIMIT, LIMIT);
  const after = { gates: testGates(limited), open: probabilityOpen(limited) };
  return { loss, pull: mean(abs(pull!)), logAlpha: limited, first, second, ...after };
}

/** Limits log α, so that a gate can still move when λ changes: P(open) stays between 0.039 and 0.992 (ours). */
const LIMIT = 4;

/** Computes Σ total / Σ count over the examples of a batch. */
function lossOf(judged: Readonly<Record<string, Value>>, { name, loss: { total, count } }: Task): Value {
  const terms = judged[total];
  if (!terms) throw new Error(`internal: the ${name} task does not compute its loss ${total}`);
  const counts = count === undefined ? expand(constant(1), terms.shape, terms) : judged[count];
  return div(sum(terms), sum(counts!));
}

/** Multiplies the outputs of the heads of each unit by its gate: gates [unit]. */
function gateUnits(config: AnyConfig, units: readonly Unit[], gates: Value) {
  return gateHeads(config, ({ name }) => {
    const own = units.flatMap(({ site, heads }, k) => (site === name ? [{ k, size: heads.length }] : []));
    const [first] = own;
    if (!first) return undefined;
    const part = slice(gates, 0, first.k, first.k + own.length);
    return first.size === 1 ? part : repeated(part, own.length, first.size);
  });
}

/** Repeats every value [n] `times` times, [n · times]. */
const repeated = (values: Value, n: number, times: number): Value =>
  reshape(mul(reshape(values, [n, 1]), constant(new Float32Array(times).fill(1), [1, times])), [n * times]);
