/** Comparison of two systems by paired bootstrap of BLEU (Koehn 2004), as in sacreBLEU. */

import { random } from "../../params/random.ts";
import { InputError } from "../../run/errors.ts";
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
  const systems = [first, second].map((lines) => bleuCounts(lines, references).lines);
  const [a, b] = systems.map((lines) => bleuOf(addUp(lines), references.length)) as [Bleu, Bleu];
  const uniform = random(seed);
  const differences = Float64Array.from({ length: resamples }, () => {
    const drawn = Int32Array.from(first, () => Math.floor(uniform() * first.length));
    const [x, y] = systems.map((lines) => bleuOf(sumOf(lines, drawn), references.length).score) as [number, number];
    return y - x;
  });
  const difference = b.score - a.score;
  const sorted = differences.toSorted();
  const outside = Math.floor(resamples / 40);
  return {
    first: a,
    second: b,
    difference,
    low: sorted[outside]!,
    high: sorted[resamples - 1 - outside]!,
    p: (countAbove(differences.map(Math.abs), Math.abs(difference)) + 1) / (resamples + 1),
  };
}

function* at(lines: readonly Float64Array[], drawn: Int32Array): Generator<Float64Array> {
  for (const i of drawn) yield lines[i]!;
}

const sumOf = (lines: readonly Float64Array[], drawn: Int32Array): Float64Array => addUp(at(lines, drawn));

/** Counts the values that lie more than `observed` above their mean. */
function countAbove(values: Float64Array, observed: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((count, value) => count + (value - mean > observed ? 1 : 0), 0);
}
