/** The heads to remove and to keep. */

import type { HeadNames } from "../heads/importance/switches.ts";
import { headName } from "../models/head-names.ts";
import { type AnyConfig, type Kept, sitesOf, type Unit } from "../models/sites.ts";
import type { Tensor } from "../run/tensor.ts";
import type { GateFit } from "./gates/gate-fit.ts";

/** A removed unit with its score at the time (NaN for `random`). */
export interface Chosen extends Unit {
  readonly score: number;
}

/** Returns the names of single heads. */
export const headNames = (units: readonly Unit[]): HeadNames =>
  new Set(units.flatMap(({ site, heads }) => heads.map((head) => headName(site, head))));

/** A selection of heads to remove and to keep. */
export interface Choosing {
  readonly kept: Kept;
  /** Names of the removed heads, as numbered in the model. */
  readonly removed: readonly string[];
  /** The removed units in order, with their scores. */
  readonly order?: readonly Chosen[];
  /** The fit behind a selection by learned gates. */
  readonly gates?: GateFit;
  /** The weights of the model, by path, if they were trained with the gates. */
  readonly weights?: ReadonlyMap<string, Tensor>;
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
