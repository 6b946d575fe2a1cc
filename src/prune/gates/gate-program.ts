/**
 * One step of learning gates on heads: the task's loss with sampled gates, plus the expected number of open gates times their
 * price, and Adam on the parameters of the gates. Unless they are trained, the weights are constants, so only gates have gradients.
 */
import { grads } from "../../autodiff/grads.ts";
import { dimAt } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { inputsOf } from "../../graph/walk.ts";
import { type AnyModel, anyForward, anyParameters } from "../../models/any.ts";
import { gateHeads } from "../../models/gates.ts";
import { type AnyConfig, type Unit, unitsOf } from "../../models/sites.ts";
import { abs, add, div, mul } from "../../ops/arithmetic.ts";
import { constant } from "../../ops/constant.ts";
import { gather } from "../../ops/index-by.ts";
import { expand, reshape, slice } from "../../ops/layout.ts";
import { clamp } from "../../ops/logic.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { byPath, specsByPath } from "../../params/tree.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import type { Task } from "../../tasks/task.ts";
import { isTrained } from "../../train/objective.ts";
import { type AdamOptions, adamW, hyperInput, momentNames } from "../../train/optimizer.ts";
import { updateOutputs } from "../../train/step.ts";
import { WEIGHTS_ADAM, WEIGHTS_HYPER } from "./gate-weights.ts";
import { probabilityOpen, sampledGates, testGates } from "./hard-concrete.ts";

/** Kingma & Ba's Adam, without decay or clipping; β₂ is 0.998 in Voita et al. (2019). */
export const ADAM: AdamOptions = { betas: [0.9, 0.98], epsilon: 1e-8, weightDecay: 0, clip: null };

const NAME = "logAlpha";
export const [FIRST, SECOND] = momentNames(NAME);

/** The outputs of a step: the loss, the new parameters and moments, and the gates after the step. */
export type StepOutput = "loss" | "pull" | "logAlpha" | "first" | "second" | "gates" | "open";

/**
 * Compiles a step: the task's feeds and `gate/u` [example, unit], the example of every row `gate/rows` [row], `gate/price` [1],
 * `logAlpha` [unit], its moments and `hyper`. If the weights are `trained`, they are inputs and outputs, too (`learningWeights`).
 */
export function compileStep(
  runtime: Runtime,
  { config, weights }: AnyModel,
  task: Task,
  trained = false,
): Promise<Program<StepOutput>> {
  const constants = [...byPath(weights)].filter(([path]) => !trained || !isTrained(path));
  return runtime.compile(stepGraph(config, task, trained), { weights: new Map(constants) });
}

/**
 * Builds the step. Every example has draws of its own, which makes the gradient less noisy than one draw for all. `gate/price` is
 * the price of an open gate in units of the loss; `pull` is the mean |∂ loss / ∂ gate|.
 */
function stepGraph(config: AnyConfig, task: Task, trained: boolean): Record<StepOutput, Value> {
  const units = unitsOf(config);
  const n = units.length;
  const logAlpha = input(NAME, [n]);
  const drawn = sampledGates(logAlpha, input("gate/u", ["examples", n]));
  const gates = gather(drawn, input("gate/rows", ["batch"], "int64"));
  const judged = task.judge(anyForward(config, gateUnits(config, units, gates)));
  const loss = lossOf(judged, task);
  const penalized = add(loss, mul(sum(input("gate/price", [1])), sum(probabilityOpen(logAlpha))));
  const parameters = trained ? parametersOf(config, Object.values(judged)) : new Map<string, Value>();
  const [pull, gradient, ...others] = grads(penalized, [drawn, logAlpha, ...parameters.values()]);
  const { updates } = adamW(new Map([[NAME, logAlpha]]), [gradient!], hyperInput(), ADAM, new Set());
  const { parameter, first, second } = updates.get(NAME)!;
  const limited = clamp(parameter, -LIMIT, LIMIT);
  const after = { gates: testGates(limited), open: probabilityOpen(limited) };
  const weights = trained ? updateOutputs(config, parameters, others, WEIGHTS_ADAM, input(WEIGHTS_HYPER, [4])) : {};
  return { ...weights, loss, pull: mean(abs(sum(pull!, 0))), logAlpha: limited, first, second, ...after };
}

/** Returns the trainable parameters that some values are computed from, by path. */
function parametersOf(config: AnyConfig, values: readonly Value[]): Map<string, Value> {
  const specs = specsByPath(anyParameters(config));
  return new Map([...inputsOf(values)].filter(([path]) => specs.has(path) && isTrained(path)));
}

/** Limits log α, so that a gate can still move when λ changes: P(open) stays between 0.10 and 0.978 (ours). */
const LIMIT = 3;

/** Computes Σ total / Σ count over the examples of a batch. */
function lossOf(judged: Readonly<Record<string, Value>>, { name, loss: { total, count } }: Task): Value {
  const terms = judged[total];
  if (!terms) throw new Error(`internal: the ${name} task does not compute its loss ${total}`);
  const counts = count === undefined ? expand(constant(1), terms.shape, terms) : judged[count];
  return div(sum(terms), sum(counts!));
}

/** Multiplies the outputs of the heads of each unit by its gate: gates [row, unit]. */
function gateUnits(config: AnyConfig, units: readonly Unit[], gates: Value) {
  return gateHeads(config, ({ name }) => {
    const own = units.flatMap(({ site, heads }, k) => (site === name ? [{ k, size: heads.length }] : []));
    const [first] = own;
    if (!first) return undefined;
    const part = slice(gates, 1, first.k, first.k + own.length);
    return first.size === 1 ? part : repeated(part, own.length, first.size);
  });
}

/** Repeats every value [row, n] `times` times, [row, n · times]. */
function repeated(values: Value, n: number, times: number): Value {
  const rows = dimAt(values.shape, 0);
  return reshape(mul(reshape(values, [rows, n, 1]), constant(new Float32Array(times).fill(1), [1, times])), [rows, n * times]);
}
