/** Inference from few seeds: intervals over seeds, exact permutation tests, corrections for many tests, the bootstrap. */
import { random } from "../params/random.ts";
import { mean, numberAt, total } from "./sums.ts";

/** A mean over seeds with its 95% interval (Student's t); one seed has no interval. */
export interface MeanEstimate {
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

const T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131];

/** Returns the 97.5% quantile of Student's t; beyond the table by Fisher's expansion, correct to three decimals. */
function tPoint(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4 / freedom;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / freedom ** 2;
  return T_975[freedom - 1] ?? z + first + second;
}

const ANY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Computes mean and interval of one number per seed; the interval is clipped to the possible range of the numbers. */
export function estimateMean(xs: readonly number[], [least, most]: readonly [number, number] = ANY): MeanEstimate {
  const middle = mean(xs);
  if (xs.length < 2) return { mean: middle };
  const spread = Math.sqrt(xs.reduce((s, x) => s + (x - middle) ** 2, 0) / (xs.length - 1));
  const half = (tPoint(xs.length - 1) * spread) / Math.sqrt(xs.length);
  return { mean: middle, low: Math.max(least, middle - half), high: Math.min(most, middle + half) };
}

/**
 * The exact two-sided permutation test of a difference of means: of all ways to split the numbers into two groups of these
 * sizes, the share with a difference at least as large. Its smallest p is 0.10 for 3 and 3, 0.0079 for 5 and 5.
 */
export function permutationTest(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const whole = total(all);
  const differenceOf = (sum: number) => Math.abs(sum / a.length - (whole - sum) / b.length);
  // a tolerance: sums in another order differ in their last digits
  const rounding = 1e-12 * all.reduce((sum, x) => sum + Math.abs(x), 0);
  const seen = differenceOf(total(a)) - rounding;
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

/** Returns the smallest p that `permutationTest` can give for two groups of these sizes. */
export function leastP(a: number, b: number): number {
  let ways = 1;
  for (let k = 1; k <= a; k++) ways *= (b + k) / k;
  // swapped groups of equal size have the same difference
  return Math.min(1, (a === b ? 2 : 1) / ways);
}

/**
 * The exact two-sided sign-flip test of paired differences: of all ways to flip their signs, the share with a sum at least as far
 * from 0. Its smallest p is 0.25 for 3 pairs, 0.0625 for 5, and 0.0078 for 8.
 */
export function signFlipTest(differences: readonly number[]): number {
  const rounding = 1e-12 * differences.reduce((sum, x) => sum + Math.abs(x), 0);
  const seen = Math.abs(total(differences)) - rounding;
  let extreme = 0;
  const flip = (at: number, sum: number): void => {
    const difference = differences[at];
    if (difference === undefined) {
      if (Math.abs(sum) >= seen) extreme++;
      return;
    }
    flip(at + 1, sum + difference);
    flip(at + 1, sum - difference);
  };
  flip(0, 0);
  return extreme / 2 ** differences.length;
}

/** Returns the smallest p that `signFlipTest` can give for this many pairs. */
export const leastSignFlipP = (pairs: number): number => Math.min(1, 2 ** (1 - pairs));

/** Applies Holm's step-down correction (Holm 1979): the p-values hold for all tests together. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const out = new Array<number>(ps.length);
  let least = 0;
  for (const [rank, { p, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * p));
    out[at] = least;
  }
  return out;
}

/** Computes the 95% percentile interval of Σ values / Σ weights over resampled documents (Efron 1979). */
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
  return { low: numberAt(drawn, Math.floor(0.025 * resamples)), high: numberAt(drawn, Math.ceil(0.975 * resamples) - 1) };
}

/**
 * Applies Benjamini and Hochberg's correction (1995), for exploratory tables: the false discovery rate at which each test would
 * be significant.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((p, at) => ({ p, at })).sort((a, b) => b.p - a.p);
  const out = new Array<number>(ps.length);
  let least = 1;
  for (const [k, { p, at }] of order.entries()) {
    least = Math.min(least, (p * ps.length) / (ps.length - k));
    out[at] = least;
  }
  return out;
}
