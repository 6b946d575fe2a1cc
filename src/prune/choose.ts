/** Ranking of removable units by importance, by exact trial, or at random. */

import { createScorer } from "../heads/importance/importance.ts";
import type { AnyModel } from "../models/any.ts";
import { type Unit, unitsOf } from "../models/sites.ts";
import { inRandomOrder, random } from "../params/random.ts";
import { releasing } from "../run/releasing.ts";
import type { Runtime } from "../run/runtime.ts";
import { numberAt } from "../stats/sums.ts";
import type { Task } from "../tasks/task.ts";
import type { Choice } from "./choices.ts";
import { type Chosen, headNames } from "./choosing.ts";
import { gateOrder } from "./gates/choose-by-gates.ts";

export interface ChooseOptions {
  readonly method: Choice;
  /** The number of units to rank; default: all but the last. */
  readonly count?: number;
  /** The number of rounds, with scores estimated again on the remaining heads; default 1, for `greedy` one per unit. */
  readonly steps?: number;
  /** Steps of training, for `gates`; default `GATE_STEPS`. */
  readonly gateSteps?: number;
  readonly seed: number;
  readonly progress?: (share: number) => void;
}

/** Ranks units from the first to remove to the most important; heads are numbered as in `model`. */
export async function removalOrder(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { method, count, steps, gateSteps, seed, progress = () => {} }: ChooseOptions,
): Promise<Chosen[]> {
  const all = unitsOf(model.config);
  const wanted = Math.min(count ?? all.length - 1, all.length - 1);
  if (method === "random") return shuffledUnits(all, seed).slice(0, wanted);
  if (method === "gates") return gateOrder(runtime, model, task, { count: wanted, steps: gateSteps, seed, progress });
  const rounds = Math.max(1, Math.min(wanted, steps ?? (method === "greedy" ? wanted : 1)));
  return releasing(runtime, async (own) => {
    const score = await createScorer(own, model, task, method === "greedy" ? "ablation" : method);
    const order: Chosen[] = [];
    for (let round = 0; round < rounds; round++) {
      const left = all.filter(({ name }) => !order.some((gone) => gone.name === name));
      const scores = await score(left, headNames(order), (share) => progress((round + share) / rounds));
      const ranked = left.map((unit, k) => ({ ...unit, score: numberAt(scores, k) })).sort((a, b) => a.score - b.score);
      order.push(...ranked.slice(0, Math.round((wanted * (round + 1)) / rounds) - order.length));
    }
    return order;
  });
}

const shuffledUnits = (units: readonly Unit[], seed: number): Chosen[] =>
  inRandomOrder(random(`${seed}/heads`), units).map((unit) => ({ ...unit, score: Number.NaN }));
