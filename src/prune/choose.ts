/** Which heads go first: an order of everything that can be cut, by importance, by exact trial, or by chance. */

import { createScorer } from "../heads/importance/importance.ts";
import type { HeadNames } from "../heads/importance/switches.ts";
import type { AnyModel } from "../models/any.ts";
import { headName } from "../models/head-names.ts";
import { type AnyConfig, type Kept, sitesOf, type Unit, unitsOf } from "../models/sites.ts";
import { random, shuffled } from "../params/random.ts";
import { releasing } from "../run/releasing.ts";
import type { Runtime } from "../run/runtime.ts";
import type { Task } from "../tasks/task.ts";
import type { Choice } from "./choices.ts";

export interface ChooseOptions {
  readonly method: Choice;
  /** How many units to put in order; default: all but the last. */
  readonly count?: number;
  /** In how many rounds, with scores estimated anew on what is left; default 1, for `greedy` one for each unit. */
  readonly steps?: number;
  readonly seed: number;
  readonly progress?: (share: number) => void;
}

/** A unit that goes, with its score at the time (NaN for `random`). */
export interface Chosen extends Unit {
  readonly score: number;
}

/** Units from the one that can go first to the one that matters most; heads are numbered as in `model`. */
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
      const ranked = left.map((unit, k) => ({ ...unit, score: scores[k]! })).sort((a, b) => a.score - b.score);
      order.push(...ranked.slice(0, Math.round((wanted * (round + 1)) / rounds) - order.length));
    }
    return order;
  });
}

const shuffledUnits = (units: readonly Unit[], seed: number): Chosen[] =>
  Array.from(shuffled(random(`${seed}/heads`), units.length), (k) => ({ ...units[k]!, score: Number.NaN }));

/** The names of single heads. */
export const headNames = (units: readonly Unit[]): HeadNames =>
  new Set(units.flatMap(({ site, heads }) => heads.map((head) => headName(site, head))));

/** Which heads go, and which stay. */
export interface Choosing {
  readonly kept: Kept;
  /** Names of the heads that go, as the model numbers them. */
  readonly removed: readonly string[];
  /** What was chosen, in its order, with the score that each had. */
  readonly order?: readonly Chosen[];
}

/** The cut that takes the units of an order. */
export const choosing = (config: AnyConfig, order: readonly Chosen[]): Choosing => ({
  kept: keptAfter(config, order),
  removed: [...headNames(order)],
  order,
});

/** What is left once some units are gone. */
export const keptAfter = (config: AnyConfig, gone: readonly Unit[]): Kept =>
  new Map(
    sitesOf(config).map(({ name, heads }) => {
      const out = new Set(gone.filter(({ site }) => site === name).flatMap((unit) => unit.heads));
      return [name, Array.from({ length: heads }, (_, head) => head).filter((head) => !out.has(head))];
    }),
  );
