/** How surely a label would be given again on another sample of the same text. */

import type { Score } from "../report/schema.ts";
import { leastValue, POSITIONAL_CONFIDENCE } from "./labels.ts";

/** A score, and its value on draws of the texts with replacement. */
export interface MeasuredScores {
  readonly score: Score;
  readonly draws?: Float64Array;
  /** The least value that chance does not explain, where a test gives one. */
  readonly least?: number;
}

/**
 * The share of other samples of as many texts in which a label's score would pass. Another sample's value differs from the true one as
 * much as this one's does, so that their difference has twice the variance of a draw around the value: each draw is moved √2
 * as far. Undefined where nothing was drawn.
 */
export function againShare(name: string, measured: Readonly<Record<string, MeasuredScores>>): number | undefined {
  const own = measured[name]!;
  if (!own.draws) return undefined;
  const needed = Math.max(leastValue(name, own.score), own.least ?? Number.NEGATIVE_INFINITY);
  const passes = moved(own).map((value) => Number(value >= needed));
  if (name === "positional" && measured.confidence?.draws)
    for (const [k, sure] of moved(measured.confidence).entries()) if (sure <= POSITIONAL_CONFIDENCE) passes[k] = 0;
  return passes.reduce((a, b) => a + b, 0) / passes.length;
}

const moved = ({ score: { value }, draws }: MeasuredScores): Float64Array =>
  draws!.map((draw) => value + Math.SQRT2 * (draw - value));
