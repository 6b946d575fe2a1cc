/** The findings from similarity matrices: twins, noise heads, the strongest compositions. */

import type { HeadReport } from "../report/schema.ts";
import { beatsControl } from "../scores/labels.ts";
import { OUTPUT_SCORES } from "../scores/output-scores.ts";
import type { Composition, HeadMatrix } from "./map-likeness.ts";
import type { Redundancy } from "./redundancy-schema.ts";

/** A head by its layer and its index there. */
export interface Place {
  readonly layer: number;
  readonly head: number;
}

/**
 * Twins have similar patterns and similar outputs. Copies have √JS 0 and CKA 1, whatever their gauge. Heads with nothing in
 * common can be near each other if they can hardly differ (untrained ones attend uniformly), so CKA must also exceed the
 * maximum between untrained heads. The thresholds are ours.
 */
export const TWIN = { patterns: 0.1, outputs: 0.9 } as const;

type Matrices = Redundancy["matrices"];

/** Finds pairs of twins, most similar outputs first; `control` is the largest CKA between untrained heads. */
export function findTwins(at: readonly Place[], matrices: Matrices, control: number): Redundancy["twins"] {
  const pairs = at.flatMap((b, j) =>
    at.slice(0, j).map((a, i) => {
      const of = (measure: keyof Matrices) => matrices[measure][i]![j]!;
      return { a, b, patterns: of("patterns"), outputs: of("outputs"), qk: of("qk"), ov: of("ov") };
    }),
  );
  return pairs
    .filter(({ patterns, outputs }) => patterns <= TWIN.patterns && outputs >= TWIN.outputs && outputs > control)
    .sort((p, q) => q.outputs - p.outputs || p.patterns - q.patterns);
}

/**
 * Finds heads for which no tested attention score beats its control, so that they are indistinguishable from untrained ones. The position
 * of the largest weight means nothing for uniform attention, so `positional` counts only for confident heads.
 */
export const findNoise = (heads: readonly HeadReport[]): Place[] =>
  heads
    .filter(({ scores }) => !Object.keys(scores).some((name) => tells(name, scores)))
    .map(({ layer, head }) => ({ layer, head }));

/**
 * A lead over the controls up to this is meaningless, however certain: 2% of attention or of cases, or a twentieth of a
 * standard deviation of similarity. Heads with uniform attention differ from each other by less.
 */
const NEGLIGIBLE = { share: 0.02, similarity: 0.05 } as const;

const tells = (name: string, scores: HeadReport["scores"]): boolean =>
  !OUTPUT_SCORES.includes(name) &&
  scores[name]!.p !== null &&
  beatsControl(name, scores[name]!) &&
  (name === "semantic"
    ? scores.semantic!.value >= NEGLIGIBLE.similarity
    : scores[name]!.value - (scores[name]!.control ?? 0) >= NEGLIGIBLE.share) &&
  (name !== "positional" || scores.confidence!.value > 0.5 || beatsControl("confidence", scores.confidence!));

/** Returns the strongest compositions of one kind, strongest first, only those above chance. */
export function strongest(
  at: readonly Place[],
  kind: Composition,
  scores: HeadMatrix,
  most: number,
): Redundancy["compositions"] {
  const all = scores.flatMap((row, a) =>
    row.flatMap((score, b) => (score > 0 ? [{ kind, from: at[a]!, to: at[b]!, score }] : [])),
  );
  return all.sort((p, q) => q.score - p.score).slice(0, most);
}

/** Returns the largest off-diagonal entry; 0 if there is none. */
export const largestPair = (matrix: HeadMatrix): number =>
  matrix.reduce((most, row, a) => row.reduce((m, x, b) => (a === b ? m : Math.max(m, x)), most), 0);
