/** The findings from similarity matrices: twins, noise heads, the strongest compositions. */

import type { HeadReport } from "../report/schema.ts";
import { beatsControl } from "../scores/labels.ts";
import { OUTPUT_SCORES } from "../scores/output-scores.ts";
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

type Matrices = Redundancy["matrices"];

/** Finds pairs of twins, most similar outputs first; `control` is the largest CKA between untrained heads. */
export function findTwins(at: readonly HeadPlace[], matrices: Matrices, control: number): Redundancy["twins"] {
  const pairs = at.flatMap((b, j) =>
    at.slice(0, j).map((a, i) => {
      const of = (measure: keyof Matrices) => entryOf(matrices[measure], i, j);
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
export const findNoise = (heads: readonly HeadReport[]): HeadPlace[] =>
  heads
    .filter(({ scores }) => !Object.entries(scores).some(([name, score]) => tells(name, score, scores.confidence)))
    .map(({ layer, head }) => ({ layer, head }));

/**
 * A lead over the controls up to this is meaningless, however certain: 2% of attention or of cases, or a twentieth of a
 * standard deviation of similarity. Heads with uniform attention differ from each other by less.
 */
const NEGLIGIBLE = { share: 0.02, similarity: 0.05 } as const;

type ReportedScore = HeadReport["scores"][string];

const tells = (name: string, score: ReportedScore, confidence: ReportedScore | undefined): boolean =>
  !OUTPUT_SCORES.includes(name) &&
  score.p !== null &&
  beatsControl(name, score) &&
  (name === "semantic" ? score.value >= NEGLIGIBLE.similarity : score.value - (score.control ?? 0) >= NEGLIGIBLE.share) &&
  (name !== "positional" || (confidence !== undefined && (confidence.value > 0.5 || beatsControl("confidence", confidence))));

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
