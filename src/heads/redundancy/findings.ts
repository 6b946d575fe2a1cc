/** The findings from similarity matrices: twins, noise heads, the strongest compositions. */

import type { HeadReport } from "../report/schema.ts";
import { isNoise } from "../scores/noise.ts";
import { entryOf } from "./by-head.ts";
import type { Composition, HeadMatrix } from "./map-likeness.ts";
import type { Redundancy } from "./redundancy-schema.ts";

/** A head by its layer and its index there. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/**
 * Twins have similar patterns and similar outputs. Copies have √JS 0 and CKA 1, whatever their gauge. Heads with nothing in
 * common can be near each other if they can hardly differ (untrained ones attend uniformly), so CKA must also exceed the
 * maximum between untrained heads. The thresholds are ours.
 */
export const TWIN = { patterns: 0.1, outputs: 0.9 } as const;

/** Returns true if two heads have so similar patterns and outputs; `control` is the largest CKA between untrained heads. */
export const areTwins = ({ patterns, outputs }: { patterns: number; outputs: number }, control: number): boolean =>
  patterns <= TWIN.patterns && outputs >= TWIN.outputs && outputs > control;

type Matrices = Redundancy["matrices"];

/** Finds pairs of twins, most similar outputs first; `control` is the largest CKA between untrained heads. */
export function findTwins(at: readonly HeadPlace[], matrices: Matrices, control: number): Redundancy["twins"] {
  const pairs = at.flatMap((b, j) =>
    at.slice(0, j).map((a, i) => {
      const of = (measure: keyof Matrices) => entryOf(matrices[measure], i, j);
      return { a, b, patterns: of("patterns"), outputs: of("outputs"), qk: of("qk"), ov: of("ov") };
    }),
  );
  return pairs.filter((pair) => areTwins(pair, control)).sort((p, q) => q.outputs - p.outputs || p.patterns - q.patterns);
}

/**
 * Finds heads for which no tested attention score beats its control, so that they are indistinguishable from untrained ones, with
 * the probability that another sample of the text gives it again.
 */
export const findNoise = (heads: readonly HeadReport[]): Redundancy["noise"] =>
  heads
    .filter(({ scores }) => isNoise(scores))
    .map(({ layer, head, noiseAgain }) => ({ layer, head, ...(noiseAgain !== undefined && { again: noiseAgain }) }));

/** Returns the strongest compositions of one kind, strongest first, only those above chance. */
export function strongest(
  at: readonly HeadPlace[],
  kind: Composition,
  scores: HeadMatrix,
  most: number,
): Redundancy["compositions"] {
  const all = at.flatMap((from, a) =>
    at.flatMap((to, b) => {
      const score = entryOf(scores, a, b);
      return score > 0 ? [{ kind, from, to, score }] : [];
    }),
  );
  return all.sort((p, q) => q.score - p.score).slice(0, most);
}

/** Returns the largest off-diagonal entry; 0 if there is none. */
export const largestPair = (matrix: HeadMatrix): number =>
  matrix.reduce((most, row, a) => row.reduce((m, x, b) => (a === b ? m : Math.max(m, x)), most), 0);
