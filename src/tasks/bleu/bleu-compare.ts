/** Comparison of two systems by paired bootstrap of BLEU (Koehn 2004), as in sacreBLEU. */

import { itemsAt } from "../../params/keyed.ts";
import { random } from "../../params/random.ts";
import { InputError } from "../../run/errors.ts";
import { mean, numberAt } from "../../stats/sums.ts";
import { addUp, type Bleu, bleuCounts, bleuOf } from "./bleu.ts";

/** Two systems on the same lines. */
export interface BleuComparison {
  readonly first: Bleu;
  readonly second: Bleu;
  /** Second minus first. */
  readonly difference: number;
  /** The central 95% interval of the difference over the resamples. */
  readonly low: number;
  readonly high: number;
  /**
   * (c + 1) / (resamples + 1), where c counts resamples whose absolute difference exceeds their mean by more than the observed
   * one. Never 0.
   */
  readonly p: number;
}

/**
 * Samples lines with replacement, the same for both systems, and scores both each time. The same seed gives the same result.
 * Throws `InputError` as `bleu` does, and if `resamples` is not a whole number from 1.
 */
export function compareBleu(
  first: readonly string[],
  second: readonly string[],
  references: readonly (readonly string[])[],
  { resamples = 1000, seed = 0 }: { resamples?: number; seed?: number | string } = {},
): BleuComparison {
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new InputError(`compareBleu: resamples is ${resamples}; give a whole number, 1 or more`);
  }
  const [one, other] = [bleuCounts(first, references).lines, bleuCounts(second, references).lines];
  const score = (lines: readonly Float64Array[]) => bleuOf(addUp(lines), references.length);
  const [a, b] = [score(one), score(other)];
  const uniform = random(seed);
  const differences = Float64Array.from({ length: resamples }, () => {
    const drawn = Int32Array.from(first, () => Math.floor(uniform() * first.length));
    return score(itemsAt(other, drawn)).score - score(itemsAt(one, drawn)).score;
  });
  const difference = b.score - a.score;
  const sorted = differences.toSorted();
  const outside = Math.floor(resamples / 40);
  return {
    first: a,
    second: b,
    difference,
    low: numberAt(sorted, outside),
    high: numberAt(sorted, resamples - 1 - outside),
    p: (countAbove(differences.map(Math.abs), Math.abs(difference)) + 1) / (resamples + 1),
  };
}

/** Counts the values that lie more than `observed` above their mean. */
function countAbove(values: Float64Array, observed: number): number {
  const middle = mean(values);
  return values.reduce((count, value) => count + (value - middle > observed ? 1 : 0), 0);
}
