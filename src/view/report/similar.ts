/** The similarity matrix of a report: closest pairs of heads, and an order by similarity. */

import { entryOf } from "../../heads/redundancy/by-head.ts";
import type { Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { averageLinkage } from "../../stats/linkage.ts";

/** The largest possible √JS: two heads with no key in common. */
export const FARTHEST = Math.sqrt(Math.LN2);

export interface Twins {
  /** `layer.head` */
  readonly a: string;
  readonly b: string;
  /** √JS, 0 … √ln 2. */
  readonly distance: number;
}

/** Returns the closest pairs of heads, closest first. */
export function nearestTwins({ heads, similarity }: Report, most: number): Twins[] {
  const names = heads.map(({ layer, head }) => headName(layer, head));
  const pairs = names.flatMap((a, i) =>
    names.slice(0, i).map((b, j) => ({ a: b, b: a, distance: entryOf(similarity.matrix, i, j) })),
  );
  return pairs.sort((p, q) => p.distance - q.distance).slice(0, most);
}

/** Returns the leaf order of an average-linkage tree over a distance matrix. */
export const similarOrder = (matrix: readonly (readonly number[])[]): number[] => [...averageLinkage(matrix).order];
