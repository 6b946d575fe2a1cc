/** The replication of labels: the probability that another sample of the same text gives a label again. */

import { mean } from "../../stats/sums.ts";
import type { Score } from "../report/schema.ts";
import { leastValue, POSITIONAL_CONFIDENCE } from "./labels.ts";

/** A score and its values on draws of the texts with replacement. */
export interface MeasuredScores {
  readonly score: Score;
  readonly draws?: Float64Array;
  /** The least value that chance does not explain, if a test gives one. */
  readonly least?: number;
}

/**
 * Estimates the share of other samples of the same number of texts in which a label's score would pass. Another sample's value
 * varies around the true value as much as this one's does, so their difference has twice the variance of a draw around the
 * value: each draw's deviation is scaled by √2. Undefined if there are no draws.
 */
export function againShare(name: string, measured: Readonly<Record<string, MeasuredScores>>): number | undefined {
  const own = measured[name];
  if (!own?.draws) return undefined;
  const needed = Math.max(leastValue(name, own.score), own.least ?? Number.NEGATIVE_INFINITY);
  const passes = moved(own.score, own.draws).map((value) => Number(value >= needed));
  const { confidence } = measured;
  if (name === "positional" && confidence?.draws)
    for (const [k, sure] of moved(confidence.score, confidence.draws).entries())
      if (sure <= POSITIONAL_CONFIDENCE) passes[k] = 0;
  return mean(passes);
}

/** Returns the draws, scaled to the spread between this sample's value and another's. */
export const moved = ({ value }: Score, draws: Float64Array): Float64Array =>
  draws.map((draw) => value + Math.SQRT2 * (draw - value));
