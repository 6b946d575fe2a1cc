/** The bootstrap over examples: intervals of statistics, all on the same draws. */

import { random } from "../params/random.ts";
import { type Interval, interval } from "./intervals.ts";

/** The minimum number of examples for an interval. */
export const FEWEST_EXAMPLES = 20;

/** Draws examples with replacement, `times` times. */
export function drawExamples(examples: number, seed: number, times = 200): Int32Array[] {
  const uniform = random(`${seed}/bootstrap`);
  return Array.from({ length: times }, () => Int32Array.from({ length: examples }, () => Math.floor(uniform() * examples)));
}

/** A number with its 95% interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** Computes a statistic of all examples, and its interval over the draws. */
export const estimate = (draws: readonly Int32Array[], statistic: (some?: Int32Array) => number): Estimate => ({
  value: statistic(),
  ...interval(Float64Array.from(draws, statistic)),
});
