/** Ranking of removable units by importance, by exact trial, or at random. */

import { createScorer } from "../heads/importance/importance.ts";
import type { HeadNames } from "../heads/importance/switches.ts";
import type { AnyModel } from "../models/any.ts";
import { headName } from "../models/head-names.ts";
import { type AnyConfig, type Kept, sitesOf, type Unit, unitsOf } from "../models/sites.ts";
import { inRandomOrder, random } from "../params/random.ts";
import { releasing } from "../run/releasing.ts";
import type { Runtime } from "../run/runtime.ts";
import { numberAt } from "../stats/sums.ts";
import type { Task } from "../tasks/task.ts";
import type { Choice } from "./choices.ts";

export interface ChooseOptions {
  readonly method: Choice;
  /** The number of units to rank; default: all but the last. */
  readonly count?: number;
  /** The number of rounds, with scores estimated again on the remaining heads; default 1, for `greedy` one per unit. */
  readonly steps?: number;
  readonly seed: number;
  readonly progress?: (share: number) => void;
}

/** A removed unit with its score at the time (NaN for `random`). */
export interface Chosen extends Unit {
  readonly score: number;
}

/** Ranks units from the first to remove to the most important; heads are numbered as in `model`. */
export async function removalOrder(
  runtime: Runtime,
  model: AnyModel,
  task: Task,
  { method, count, steps, seed, progress = () => {} }: ChooseOptions,
): Promise<Chosen[]> {
  const all = unitsOf(model.config);
  const wanted = Math.min(count ?? all.length - 1, all.length - 1);
  if (method === "random") return shuffledUnits(all, seed).slice(0, wanted);
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

/** Returns the names of single heads. */
export const headNames = (units: readonly Unit[]): HeadNames =>
  new Set(units.flatMap(({ site, heads }) => heads.map((head) => headName(site, head))));

/** The heads to remove and to keep. */
export interface Choosing {
  readonly kept: Kept;
  /** Names of the removed heads, as numbered in the model. */
  readonly removed: readonly string[];
  /** The removed units in order, with their scores. */
  readonly order?: readonly Chosen[];
}

/** Returns the choice that removes the units of a ranking. */
export const choosing = (config: AnyConfig, order: readonly Chosen[]): Choosing => ({
  kept: keptAfter(config, order),
  removed: [...headNames(order)],
  order,
});

/** Returns the heads that are left after removing some units. */
export const keptAfter = (config: AnyConfig, removed: readonly Unit[]): Kept =>
  new Map(
    sitesOf(config).map(({ name, heads }) => {
      const out = new Set(removed.filter(({ site }) => site === name).flatMap((unit) => unit.heads));
      return [name, Array.from({ length: heads }, (_, head) => head).filter((head) => !out.has(head))];
    }),
  );
