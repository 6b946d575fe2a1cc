/** What a report's similarity matrix tells: the closest pairs of heads, and an order in which like stands by like. */

import type { Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { averageLinkage } from "../../stats/linkage.ts";

/** The largest possible √JS: two heads that never attend to the same key. */
export const FARTHEST = Math.sqrt(Math.LN2);

export interface Twins {
  /** `layer.head` */
  readonly a: string;
  readonly b: string;
  /** √JS, 0 … √ln 2. */
  readonly distance: number;
}

/** The closest pairs of heads, closest first. */
export function nearestTwins({ heads, similarity }: Report, most: number): Twins[] {
  const names = heads.map(({ layer, head }) => headName(layer, head));
  const pairs = names.flatMap((a, i) => names.slice(0, i).map((b, j) => ({ a: b, b: a, distance: similarity.matrix[i]![j]! })));
  return pairs.sort((p, q) => p.distance - q.distance).slice(0, most);
}

/** The order of the leaves of an average-linkage tree over a distance matrix. */
export const similarOrder = (matrix: readonly (readonly number[])[]): number[] => [...averageLinkage(matrix).order];
