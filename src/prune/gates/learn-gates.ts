/**
 * Learning which heads a task needs (Louizos et al. 2018; Voita et al. 2019): every removable unit has a Hard Concrete gate, and
 * the loss is the task's loss + λ · the mean over attentions of the expected number of open gates. The weights are frozen, or learn too.
 */
import { dimAt } from "../../graph/shape.ts";
import type { AnyModel } from "../../models/any.ts";
import { type Unit, unitsOf } from "../../models/sites.ts";
import { inRandomOrder, random } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { type Feeds, feedsFor, type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { numberAt } from "../../stats/sums.ts";
import type { Task } from "../../tasks/task.ts";
import { hyperTensor, momentNames } from "../../train/optimizer.ts";
import { ADAM, compileStep, FIRST, SECOND, type StepOutput } from "./gate-program.ts";
import { type LearningWeights, learningWeights } from "./gate-weights.ts";
import { MARGIN } from "./hard-concrete.ts";

/** The first value of every log α: P(open) is 0.942 and the test-time gate 0.957. */
const START = 2;
const LEARNING_RATE = 0.1;
/** The share of the steps of a fit to a count in which the wanted number of closed gates rises to its final value. */
const RISE = 0.5;
/**
 * The rise of ln λ in one step while at least one gate too few is closed. λ does not fall: closed gates without worth do not open
 * again, so it would fall without end.
 */
const PACE = 0.04;
/** The price is e^n times larger while n gates too few are closed, smaller while n too many are; n is limited to this. */
const PRESS = 3;

/** Gates at some step. */
export interface GateState {
  readonly step: number;
  /** λ of this step, in units of the task's loss; 0 before the first. */
  readonly lambda: number;
  readonly logAlpha: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
  /** The test-time gates of the units. */
  readonly gates: Float32Array;
  /** P(open) of the units. */
  readonly open: Float32Array;
  /** The mean log α of the units over the steps of the last fit. */
  readonly mean: Float64Array;
  /** The weights, if they are trained, by path. */
  readonly weights?: ReadonlyMap<string, Tensor>;
}

/** Gates are learned with a fixed λ, or with a λ that is adapted until `count` gates are closed. */
export type GateGoal = { readonly lambda: number } | { readonly count: number };

export interface GateLearner {
  readonly units: readonly Unit[];
  /** The peak learning rate of the weights, if they are trained. */
  readonly rate?: number;
  /** All gates nearly open. */
  readonly start: GateState;
  /** Trains for some steps from a state. */
  learn(state: GateState, goal: GateGoal, steps: number, progress?: (share: number) => void): Promise<GateState>;
}

/** The settings of a learner. */
export interface GateLearnerOptions {
  readonly seed: number;
  /** The peak learning rate of the weights; without it, they are frozen. */
  readonly rate?: number;
}

/** Creates a learner for a task. What it draws depends only on the seed and the step. */
export async function createGateLearner(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { seed, rate }: GateLearnerOptions,
): Promise<GateLearner> {
  const units = unitsOf(model.config);
  const modules = new Set(units.map(({ site }) => site)).size;
  const program = await compileStep(runtime, model, task, rate !== undefined);
  const trained = new Map([...byPath(model.weights)].filter(([path]) => program.inputs.has(momentNames(path)[0])));
  const batchAt = batchesBy(task, units.length, seed);
  return {
    ...{ units, rate },
    start: startOf(units.length),
    async learn(from, goal, steps, progress = () => {}) {
      let state: GateState = { ...from, ...restingMoments(units.length) };
      const closed = closedSum(from);
      const learning = rate === undefined ? undefined : learningWeights(from.weights ?? trained, rate, steps);
      for (let k = 0; k < steps; k++) {
        const lambda = "lambda" in goal ? goal.lambda : state.lambda || (await firstLambda(state, learning));
        const wanted = "count" in goal ? closed + (goal.count - closed) * Math.min(1, (k + 1) / (RISE * steps)) : 0;
        const missing = "count" in goal ? wanted - closedSum(state) : 0;
        const price = (lambda / modules) * Math.exp(limited(missing, PRESS));
        const made = await stepOf(program, batchAt(state.step), state, { price, update: k + 1 }, learning);
        learning?.advance();
        const alphas = floats(made.logAlpha);
        const mean = state.mean.map((value, unit) => value + (numberAt(alphas, unit) - value) / (k + 1));
        state = { ...made, mean, lambda: lambda * Math.exp(PACE * Math.max(0, limited(missing, 1))) };
        progress((k + 1) / steps);
      }
      return { ...state, weights: learning?.current() };
    },
  };

  /** A λ at which an open gate costs a thousandth of the mean |∂ loss / ∂ gate| of the first batch. */
  async function firstLambda(state: GateState, learning?: LearningWeights): Promise<number> {
    const feeds = { ...batchAt(0), ...feedsOf(state, { price: 0, update: 1 }), ...learning?.feeds(1) };
    const [pull = 0] = floats((await program.run(feedsFor(program, feeds))).pull);
    return (modules * (pull || 1e-3)) / 1000;
  }
}

/** The number of closed gates; one on its way counts by how far it is closed. */
const closedSum = ({ gates }: GateState): number => gates.reduce((sum, gate) => sum + 1 - gate, 0);

const limited = (x: number, most: number): number => Math.max(-most, Math.min(most, x));

const filled = (n: number, value: number): Tensor => tensor(new Float32Array(n).fill(value), [n]);

/** The moments of a fit start at zero, since those of another λ are of gradients of another size. */
const restingMoments = (n: number) => ({ first: filled(n, 0), second: filled(n, 0) });

function startOf(n: number): GateState {
  return {
    ...{ step: 0, lambda: 0, logAlpha: filled(n, START), ...restingMoments(n) },
    ...{ gates: new Float32Array(n).fill(1), open: new Float32Array(n).fill(1), mean: new Float64Array(n) },
  };
}

interface Pressure {
  /** The price of an open gate, in units of the task's loss. */
  readonly price: number;
  /** The number of this update since the moments were zero. */
  readonly update: number;
}

async function stepOf(
  program: Program<StepOutput>,
  batch: Feeds,
  state: GateState,
  pressure: Pressure,
  learning?: LearningWeights,
): Promise<Omit<GateState, "lambda" | "mean" | "weights">> {
  const feeds = { ...batch, ...feedsOf(state, pressure), ...learning?.feeds(pressure.update) };
  const { logAlpha, first, second, gates, open } = await program.run(feedsFor(program, feeds), { into: learning?.into() });
  return { step: state.step + 1, logAlpha, first, second, gates: floats(gates), open: floats(open) };
}

const feedsOf = ({ logAlpha, first, second }: GateState, { price, update }: Pressure): Feeds => ({
  ...{ logAlpha, [FIRST]: first, [SECOND]: second },
  ...{ "gate/price": tensor(Float32Array.of(price), [1]), hyper: hyperTensor(update, LEARNING_RATE, ADAM) },
});

/**
 * Returns the batch of a step with the draws of its examples' gates: every epoch takes all batches, in an order of its own. Rows
 * of one example share their draws.
 */
function batchesBy({ batches, rows = 1 }: Task, units: number, seed: number): (step: number) => Feeds {
  let known: { readonly epoch: number; readonly order: readonly Feeds[] } | undefined;
  return (step) => {
    const epoch = Math.floor(step / batches.length);
    if (known?.epoch !== epoch) known = { epoch, order: inRandomOrder(random(`gates/${seed}/epoch ${epoch}`), batches) };
    const batch = known.order[step % batches.length]!;
    const size = dimAt(tensorAt(batch, "ids").shape, 0);
    const uniform = random(`gates/${seed}/${step}`);
    const u = Float32Array.from({ length: (size / rows) * units }, () => MARGIN + (1 - 2 * MARGIN) * uniform());
    return {
      ...batch,
      "gate/u": tensor(u, [size / rows, units]),
      "gate/rows": int64(Array.from({ length: size }, (_, row) => Math.floor(row / rows))),
    };
  };
}

/**
 * Returns the units in the order in which they would be removed, by their test-time gates, with P(open). Among gates that are closed,
 * or entirely open, the lowest log α over the fit comes first, which is that of the gate that closed first.
 */
export const byProbability = (units: readonly Unit[], { gates, mean, open }: GateState) => {
  return units
    .map((unit, k) => ({ unit: { ...unit, score: numberAt(open, k) }, gate: numberAt(gates, k), alpha: numberAt(mean, k) }))
    .sort((a, b) => a.gate - b.gate || a.alpha - b.alpha)
    .map(({ unit }) => unit);
};

/** Returns the number of units whose test-time gate is 0. */
export const closedCount = ({ gates }: GateState): number => gates.filter((gate) => gate === 0).length;

/** Returns the share of the test-time gates that are neither closed nor open: between 0.05 and 0.95. */
export const shareBetween = ({ gates }: GateState): number =>
  gates.filter((gate) => gate > 0.05 && gate < 0.95).length / gates.length;
