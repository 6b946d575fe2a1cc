/** The few tests that a handful of seeds allow: intervals over seeds, exact permutation, Holm's correction, the bootstrap. */
import { random } from "../params/random.ts";

/** A mean over seeds with its 95% interval (Student's t). */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131];

const meanOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

/** One number a seed → mean and interval; with one seed the interval is open. */
export function estimate(xs: readonly number[]): Estimate {
  const mean = meanOf(xs);
  if (xs.length < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const spread = Math.sqrt(xs.reduce((s, x) => s + (x - mean) ** 2, 0) / (xs.length - 1));
  const half = ((T_975[xs.length - 2] ?? 1.96) * spread) / Math.sqrt(xs.length);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * The exact two-sided permutation test of a difference of means: over all ways to deal the numbers into two groups of these
 * sizes, the share with a difference at least as large. Its least p is .10 for 3 against 3, .0079 for 5 against 5.
 */
export function permutationTest(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const total = all.reduce((x, y) => x + y, 0);
  const differenceOf = (sum: number) => Math.abs(sum / a.length - (total - sum) / b.length);
  const seen = differenceOf(a.reduce((x, y) => x + y, 0)) * (1 - 1e-12);
  let [ways, extreme] = [0, 0];
  const choose = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      ways++;
      if (differenceOf(sum) >= seen) extreme++;
      return;
    }
    for (let k = from; k <= all.length - left; k++) choose(k + 1, left - 1, sum + all[k]!);
  };
  choose(0, a.length, 0);
  return extreme / ways;
}

/** Holm's step-down correction (Holm 1979): p-values that hold for all tests together. */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((i, j) => ps[i]! - ps[j]!);
  const out = new Array<number>(ps.length);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * ps[i]!));
    out[i] = least;
  }
  return out;
}

/** The 95% percentile interval of Σ values / Σ weights when whole documents are drawn again (Efron 1979). */
export function clusterInterval(
  values: Float64Array,
  weights: Float64Array,
  seed: number | string,
  resamples = 500,
): { readonly low: number; readonly high: number } {
  const uniform = random(seed);
  const n = values.length;
  const drawn = Float64Array.from({ length: resamples }, () => {
    let [top, bottom] = [0, 0];
    for (let k = 0; k < n; k++) {
      const i = Math.floor(uniform() * n);
      top += values[i]!;
      bottom += weights[i]!;
    }
    return bottom === 0 ? 0 : top / bottom;
  }).sort();
  return { low: drawn[Math.floor(0.025 * resamples)]!, high: drawn[Math.ceil(0.975 * resamples) - 1]! };
}

/** Benjamini and Hochberg's correction (1995), for exploratory tables: the false discovery rate at which each would be called. */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((i, j) => ps[j]! - ps[i]!);
  const out = new Array<number>(ps.length);
  let least = 1;
  for (const [k, i] of order.entries()) {
    least = Math.min(least, (ps[i]! * ps.length) / (ps.length - k));
    out[i] = least;
  }
  return out;
}
