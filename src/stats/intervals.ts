/** Intervals from resampled values. */
import { random } from "../params/random.ts";

/** Returns how often each of `count` texts is drawn in one resample with replacement. */
export function resample(uniform: () => number, count: number): Int32Array {
  const times = new Int32Array(count);
  for (let k = 0; k < count; k++) times[Math.floor(uniform() * count)]!++;
  return times;
}

/** Draws of `count` texts with replacement. */
export function resamples(count: number, seed: string, times = 200): Int32Array[] {
  const uniform = random(seed);
  return Array.from({ length: times }, () => resample(uniform, count));
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Returns the central 95% of some numbers, ignoring NaN. */
export function interval(values: Float64Array): Interval {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted();
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}
