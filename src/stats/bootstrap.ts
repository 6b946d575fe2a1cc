/** How far numbers would move had the examples been others: bootstrap over examples, everything on the same draws. */

import { random } from "../params/random.ts";
import { type Interval, interval } from "./intervals.ts";

/** Fewer examples than this say nothing about their own spread. */
export const FEWEST_EXAMPLES = 20;

/** Examples drawn with replacement, `times` over. */
export function drawExamples(examples: number, seed: number, times = 200): Int32Array[] {
  const uniform = random(`${seed}/bootstrap`);
  return Array.from({ length: times }, () => Int32Array.from({ length: examples }, () => Math.floor(uniform() * examples)));
}

/** A number with its 95% interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** A statistic of all examples, and its interval over draws. */
export const estimate = (draws: readonly Int32Array[], statistic: (some?: Int32Array) => number): Estimate => ({
  value: statistic(),
  ...interval(Float64Array.from(draws, statistic)),
});
