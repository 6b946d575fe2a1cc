/** What matrices of likeness come down to: twins, noise, the strongest compositions. */

import type { HeadReport } from "../report/schema.ts";
import { beatsControl } from "../scores/labels.ts";
import { OUTPUT_SCORES } from "../scores/output-scores.ts";
import type { Composition, HeadMatrix } from "./map-likeness.ts";
import type { Redundancy } from "./redundancy-schema.ts";

/** A head by its layer and its number there. */
export interface Place {
  readonly layer: number;
  readonly head: number;
}

/**
 * Twins attend alike and write alike. Copies have √JS 0 and CKA 1, whatever their gauge. Heads that have nothing in common can
 * come near where they have little to differ in (untrained ones attend to everything alike): so CKA has to beat the largest
 * between untrained heads, too. The thresholds are ours.
 */
export const TWIN = { patterns: 0.1, outputs: 0.9 } as const;

type Matrices = Redundancy["matrices"];

/** Pairs of heads that do the same, most alike outputs first; `control` is the largest CKA between untrained heads. */
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
 * Heads of which none of the tested scores of attention beats its control: they cannot be told from untrained ones. Where the largest weight of
 * a row is says nothing of a head that weighs all keys alike: `positional` counts if the head is sure of itself, too.
 */
export const findNoise = (heads: readonly HeadReport[]): Place[] =>
  heads
    .filter(({ scores }) => !Object.keys(scores).some((name) => tells(name, scores)))
    .map(({ layer, head }) => ({ layer, head }));

/**
 * A lead over the controls that is no larger says nothing, however certain it is: 2% of attention or of cases, or a twentieth of a
 * standard deviation of similarity. Heads that attend to everything alike differ from each other by less.
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

/** The strongest compositions of one kind, strongest first, those above chance only. */
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

/** The largest entry beside the diagonal; 0 where there is none. */
export const largestPair = (matrix: HeadMatrix): number =>
  matrix.reduce((most, row, a) => row.reduce((m, x, b) => (a === b ? m : Math.max(m, x)), most), 0);
