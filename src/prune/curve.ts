/** Pruning curves: quality against the fraction of heads removed, measured on held-out examples. */

import { createSwitched, type HeadNames } from "../heads/importance/switches.ts";
import type { AnyModel } from "../models/any.ts";
import { type AnyConfig, type Unit, unitsOf } from "../models/sites.ts";
import { InputError } from "../run/errors.ts";
import { releasing } from "../run/releasing.ts";
import type { Runtime } from "../run/runtime.ts";
import { drawExamples, type Estimate } from "../stats/bootstrap.ts";
import { interval } from "../stats/intervals.ts";
import { numberAt } from "../stats/sums.ts";
import { type Judged, qualities, type Task, worse } from "../tasks/task.ts";
import type { Choice } from "./choices.ts";
import { removalOrder } from "./choose.ts";
import { type Chosen, headNames } from "./choosing.ts";
import { countsOf } from "./counts.ts";
import { gatePath } from "./gates/choose-by-gates.ts";
import type { GateFit } from "./gates/gate-fit.ts";

/** A point of a curve, by the number of removed units. */
export interface CutPoint {
  readonly removed: number;
  /** Removed heads as a fraction of all. */
  readonly share: number;
  readonly quality: Estimate;
  /** Loss compared with the original model, on the same draws; negative if quality improved. */
  readonly loss: Estimate;
  /** The fit that selected the heads, and their units; only for `gates`. */
  readonly gates?: GateFit & { readonly units: readonly string[] };
}

export interface CutCurve {
  readonly method: Choice;
  /** The units in the order of their removal; empty for `random`, and for `gates`, which select anew at each point. */
  readonly order: readonly string[];
  readonly points: readonly CutPoint[];
  /** The smallest measured fraction at which the whole interval of the loss is above zero; null if there is none. */
  readonly leaves: number | null;
}

/** Two tasks over different examples of one kind. */
export interface Halves {
  readonly choose: Task;
  readonly measure: Task;
}

export interface CurveOptions {
  readonly methods: readonly Choice[];
  /** The number of measured points per curve; default 12. */
  readonly points?: number;
  /** Rounds of estimation (see `ChooseOptions`). */
  readonly steps?: number;
  /** Steps of the first fit, for `gates`; every other point takes half of them (see `GATE_STEPS`). */
  readonly gateSteps?: number;
  /** The number of random orders; default 5. */
  readonly randoms?: number;
  readonly seed: number;
  readonly progress?: (stage: string, share: number) => void;
}

export interface Curves {
  readonly quality: Estimate;
  readonly curves: readonly CutCurve[];
}

/** The original model on the measuring examples, for comparison. */
export interface Baseline {
  readonly quality: Estimate;
  /** Computes quality and loss of other results on the same examples, with the same bootstrap draws. */
  compare(judged: Judged): Pick<CutPoint, "quality" | "loss">;
}

/** Creates the baseline; `whole` holds the original model's values on the task's examples. */
export function baselineOf(task: Task, whole: Judged, seed: number): Baseline {
  const draws = drawExamples(task.examples, seed);
  const [was, drawn] = [task.quality(whole), qualities(task, whole, draws)];
  return {
    quality: { value: was, ...interval(drawn) },
    compare(judged) {
      const [is, own] = [task.quality(judged), qualities(task, judged, draws)];
      const losses = own.map((quality, k) => worse(task, numberAt(drawn, k), quality));
      return { quality: { value: is, ...interval(own) }, loss: { value: worse(task, was, is), ...interval(losses) } };
    },
  };
}

/**
 * Computes curves of several methods; `random` is the mean over several orders, with the spread of orders and examples. Throws
 * `InputError` if the model has only one head or one group.
 */
export async function cutCurves(
  runtime: Runtime,
  model: AnyModel,
  { choose, measure }: Halves,
  { methods, points = 12, steps, gateSteps, randoms = 5, seed, progress = () => {} }: CurveOptions,
): Promise<Curves> {
  const units = unitsOf(model.config);
  if (units.length < 2)
    throw new InputError(
      "there is nothing to prune: the model has one head, or one group of heads that share keys and values; use a larger model",
    );
  return releasing(runtime, async (own) => {
    const judge = await createSwitched(own, model, measure);
    const baseline = baselineOf(measure, await judge(new Set()), seed);
    const along = async (order: readonly Chosen[], tell: (share: number) => void): Promise<CutPoint[]> => {
      const made: CutPoint[] = [];
      for (const removed of countsOf(units.length - 1, points)) {
        made.push(await cutPoint(model.config, judge, baseline, order, removed));
        tell(made.length / points);
      }
      return made;
    };
    const byGates = async (tell: (share: number) => void): Promise<CutPoint[]> => {
      const made: CutPoint[] = [];
      const options = { steps: gateSteps, seed, progress: tell };
      for await (const { order, fit } of gatePath(own, model, choose, countsOf(units.length - 1, points), options)) {
        const point = await cutPoint(model.config, judge, baseline, order, order.length);
        made.push({ ...point, gates: { ...fit, units: order.map(({ name }) => name) } });
      }
      return made;
    };
    const curves: CutCurve[] = [];
    for (const [m, method] of methods.entries()) {
      const orders = method === "random" ? randoms : 1;
      const tell = (share: number) => progress(method, (m + share) / methods.length);
      if (method === "gates") {
        curves.push(curveOf(method, [{ order: [], points: await byGates(tell) }]));
        continue;
      }
      const made: { order: Chosen[]; points: CutPoint[] }[] = [];
      for (let k = 0; k < orders; k++) {
        const chosen = { method, steps, seed: seed + k, progress: (share: number) => tell(share / 2) };
        const order = await removalOrder(own, model, choose, chosen);
        made.push({ order, points: await along(order, (share) => tell(0.5 + (k + share) / orders / 2)) });
      }
      curves.push(curveOf(method, made));
    }
    return { quality: baseline.quality, curves };
  });
}

/** Measures the model without the first units of a ranking; `judge` is that of `createSwitched`. */
export async function cutPoint(
  config: AnyConfig,
  judge: (off: HeadNames) => Promise<Judged>,
  baseline: Baseline,
  order: readonly Unit[],
  removed: number,
): Promise<CutPoint> {
  const off = headNames(order.slice(0, removed));
  return { removed, share: off.size / headNames(unitsOf(config)).size, ...baseline.compare(await judge(off)) };
}

/** Returns the smallest fraction at which the whole interval of the loss is above zero; null if there is none. */
export const leavesAt = (points: readonly CutPoint[]): number | null => points.find(({ loss }) => loss.low > 0)?.share ?? null;

function curveOf(method: Choice, made: readonly { order: Chosen[]; points: CutPoint[] }[]): CutCurve {
  const [first, ...others] = made;
  if (!first) throw new Error("internal: a curve has no order of heads");
  const points = first.points.map((point, k) => {
    const all = [point, ...others.flatMap((one) => one.points.slice(k, k + 1))];
    return { ...point, quality: joined(all.map((p) => p.quality)), loss: joined(all.map((p) => p.loss)) };
  });
  const order = others.length === 0 ? first.order.map(({ name }) => name) : [];
  return { method, order, points, leaves: leavesAt(points) };
}

/** Averages several orders, from the lowest low to the highest high. */
const joined = (all: readonly Estimate[]): Estimate => ({
  value: all.reduce((sum, { value }) => sum + value, 0) / all.length,
  low: Math.min(...all.map(({ low }) => low)),
  high: Math.max(...all.map(({ high }) => high)),
});

/**
 * Returns the number of units from the start of `order` that can be removed for a loss below `most`, measured on `task`, whose
 * examples should not have determined the order: measures every twelfth up to the first with a larger loss, then bisects.
 */
export async function longestWithin(
  runtime: Runtime,
  model: AnyModel,
  order: readonly Chosen[],
  task: Task,
  most: number,
  progress: (share: number) => void = () => {},
): Promise<number> {
  return releasing(runtime, async (own) => {
    const judge = await createSwitched(own, model, task);
    const was = task.quality(await judge(new Set()));
    const fits = async (count: number): Promise<boolean> =>
      worse(task, was, task.quality(await judge(headNames(order.slice(0, count))))) < most;
    let [fitting, failing] = [0, order.length + 1];
    for (const count of countsOf(order.length, 12)) {
      progress(count / order.length);
      if (await fits(count)) fitting = count;
      else {
        failing = count;
        break;
      }
    }
    while (failing - fitting > 1) {
      const middle = Math.floor((fitting + failing) / 2);
      if (await fits(middle)) fitting = middle;
      else failing = middle;
    }
    return fitting;
  });
}
