/** Rank correlation. */

import { numberAt } from "./sums.ts";

/** Returns ranks from 1; equal numbers share the mean of their ranks. */
export function ranks(xs: readonly number[]): number[] {
  const order = xs.map((x, at) => ({ x, at })).sort((a, b) => a.x - b.x);
  const ranks = new Array<number>(xs.length);
  let from = 0;
  for (const [k, { x }] of order.entries()) {
    if (order[k + 1]?.x === x) continue;
    for (const { at } of order.slice(from, k + 1)) ranks[at] = (from + k) / 2 + 1;
    from = k + 1;
  }
  return ranks;
}

/** Computes Spearman's ρ, Pearson's correlation of the ranks; NaN if all numbers of one side are equal. */
export function spearman(xs: readonly number[], ys: readonly number[]): number {
  const [a, b] = [ranks(xs), ranks(ys)];
  const mean = (xs.length + 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  for (const [k, x] of a.entries()) {
    const y = numberAt(b, k) - mean;
    ab += (x - mean) * y;
    aa += (x - mean) ** 2;
    bb += y ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
