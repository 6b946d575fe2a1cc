/** Selection of heads by learned gates: for a λ, for a number of heads, or for as many as stay within a loss. */
import { createSwitched, type HeadNames } from "../../heads/importance/switches.ts";
import type { AnyModel } from "../../models/any.ts";
import { replaced } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { releasing } from "../../run/releasing.ts";
import type { Runtime } from "../../run/runtime.ts";
import { type Task, worse } from "../../tasks/task.ts";
import { type Choosing, type Chosen, choosing, headNames } from "../choosing.ts";
import { countsOf } from "../counts.ts";
import { AGAIN, GATE_STEPS, type GateFit } from "./gate-fit.ts";
import {
  byProbability,
  closedCount,
  createGateLearner,
  type GateLearner,
  type GateState,
  shareBetween,
} from "./learn-gates.ts";

/** The settings of learning gates. */
export interface GateOptions {
  /** Steps of a fit from open gates; fits that start from the gates of another take half. Default `GATE_STEPS`. */
  readonly steps?: number;
  /** The peak learning rate at which the weights are trained with the gates; without it, they are frozen. */
  readonly rate?: number;
  readonly seed: number;
  readonly progress?: (share: number) => void;
}

/** The heads to remove: those that a λ closes, a number of units, or as many as cost less than a loss on other examples. */
export type GateWish =
  | { readonly lambda: number }
  | { readonly count: number }
  | { readonly maxLoss: number; readonly counting: Task };

/**
 * Learns gates on the examples of `task`, and selects the heads whose gates close. Throws `InputError` if λ is not a positive
 * number, or if it closes no gate or all of them. With `maxLoss`, the selection is empty if no head can be removed. With `rate`, the
 * selection has the trained weights.
 */
export async function chooseByGates(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  wish: GateWish,
  { steps = GATE_STEPS, rate, seed, progress }: GateOptions,
): Promise<Choosing> {
  if ("lambda" in wish && !(wish.lambda > 0 && Number.isFinite(wish.lambda)))
    throw new InputError(`λ is ${wish.lambda}; use a number above 0`);
  return releasing(runtime, async (own) => {
    const learner = await createGateLearner(own, model, task, { seed, rate });
    if ("maxLoss" in wish) return mostWithin(own, model, learner, wish, { steps, progress });
    const state = await learner.learn(learner.start, wish, steps, progress);
    if ("lambda" in wish) checkClosed(state, wish.lambda);
    return selected(model, learner, state, "count" in wish ? wish.count : closedCount(state));
  });
}

/** Ranks units by the gates of a fit to `count`: the least likely to be open first, with P(open) as their score. */
export async function gateOrder(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { count, ...options }: GateOptions & { readonly count: number },
): Promise<Chosen[]> {
  if (count === 0) return [];
  return [...((await chooseByGates(runtime, model, task, { count }, options)).order ?? [])];
}

/** The units to remove at a point of a curve, with the fit that selected them. */
export interface GatePoint {
  readonly order: readonly Chosen[];
  readonly fit: GateFit;
}

/** Learns gates for rising numbers of units to remove; each fit starts from the gates of the one before. */
export async function* gatePath(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  counts: readonly number[],
  { steps = GATE_STEPS, seed, progress = () => {} }: GateOptions,
): AsyncGenerator<GatePoint> {
  const learner = await createGateLearner(runtime, model, task, { seed });
  let state = learner.start;
  for (const [k, count] of counts.entries()) {
    state = await learner.learn(state, { count }, stepsFrom(state, steps), (share) => progress((k + share) / counts.length));
    yield { order: byProbability(learner.units, state).slice(0, count), fit: fitOf(state) };
  }
}

/** Returns the steps of a fit: all from open gates, fewer from gates that are learned already. */
const stepsFrom = ({ step }: GateState, steps: number): number => (step === 0 ? steps : Math.ceil(AGAIN * steps));

/** Returns the model with the weights of a fit. */
const modelOf = (model: AnyModel, { weights }: GateState): AnyModel =>
  weights ? { ...model, weights: replaced(model.weights, weights) } : model;

const fitOf = (state: GateState, rate?: number): GateFit => ({
  ...{ lambda: state.lambda, steps: state.step, closed: closedCount(state), between: shareBetween(state) },
  ...(rate !== undefined && { rate }),
});

const selected = ({ config }: AnyModel, { units, rate }: GateLearner, state: GateState, count: number): Choosing => ({
  ...choosing(config, byProbability(units, state).slice(0, count)),
  ...{ gates: fitOf(state, rate), ...(state.weights && { weights: state.weights }) },
});

function checkClosed(state: GateState, lambda: number): void {
  const closed = closedCount(state);
  if (closed === 0) throw new InputError(`λ = ${lambda} closes no gate in ${state.step} steps; use a larger λ or more steps`);
  if (closed === state.gates.length) throw new InputError(`λ = ${lambda} closes the gates of all heads; use a smaller λ`);
}

/** Tries every twelfth number of units up to the first with a larger loss, then bisects; fits start from the last within it. */
async function mostWithin(
  runtime: Runtime,
  model: AnyModel,
  learner: GateLearner,
  { maxLoss, counting }: Extract<GateWish, { readonly maxLoss: number }>,
  { steps, progress = () => {} }: { readonly steps: number; readonly progress?: (share: number) => void },
): Promise<Choosing> {
  const judged = async (state: GateState, off: HeadNames) =>
    counting.quality(
      await releasing(runtime, async (own) => (await createSwitched(own, modelOf(model, state), counting))(off)),
    );
  const was = await judged(learner.start, new Set());
  let found = { state: learner.start, count: 0 };
  let failing = learner.units.length;
  const fits = async (count: number): Promise<boolean> => {
    const state = await learner.learn(found.state, { count }, stepsFrom(found.state, steps));
    const removed = headNames(byProbability(learner.units, state).slice(0, count));
    const within = worse(counting, was, await judged(state, removed)) < maxLoss;
    if (within) found = { state, count };
    else failing = count;
    progress(count / learner.units.length);
    return within;
  };
  for (const count of countsOf(learner.units.length - 1, 12)) if (!(await fits(count))) break;
  while (failing - found.count > 1) await fits(Math.floor((failing + found.count) / 2));
  return selected(model, learner, found.state, found.count);
}
