/** How far numbers would move had the examples been others: bootstrap over examples, everything on the same draws. */
import { random } from "../params/random.ts";
import { type Interval, interval } from "./scores.ts";
import type { Judged, Task } from "./task.ts";

export type { Interval };

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

/** The qualities of a task over draws, to be subtracted draw by draw. */
export const qualities = (task: Task, judged: Judged, draws: readonly Int32Array[]): Float64Array =>
  Float64Array.from(draws, (some) => task.quality(judged, some));
