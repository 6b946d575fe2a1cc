/**
 * Similarity of heads: √JS between their patterns (Clark et al. 2019), a metric in [0, √ln 2], and the head nearest to each.
 */

import { numberAt, rowOf } from "../../stats/sums.ts";

/** The table of −x ln x for x in [0, 1], since millions are needed; within 6e-6 of the exact value. */
const STEPS = 1 << 16;
const TABLE = Float64Array.from({ length: STEPS + 2 }, (_, k) => (k === 0 ? 0 : (-k / STEPS) * Math.log(k / STEPS)));
function surprise(x: number): number {
  const at = x * STEPS;
  const k = at | 0;
  return TABLE[k]! + (at - k) * (TABLE[k + 1]! - TABLE[k]!);
}

/** The smoothing of attention before it is compared: 0.999 A + 0.001 / n. */
const SMOOTHING = 0.001;

/** One query row of every head: [head, key], over the keys that the query can see. */
export interface PatternRow {
  readonly keys: number;
  readonly weights: Float32Array;
}

/** √ of the mean Jensen–Shannon divergence (nats) between every two heads, heads × heads: over all rows, and over each half. */
export interface HalvedDistances {
  readonly distances: readonly (readonly number[])[];
  readonly halves: readonly (readonly (readonly number[])[])[];
}

/** Computes the distances between heads over the query rows of two halves of the texts. */
export function halvedDistances(halves: readonly (readonly PatternRow[])[], heads: number): HalvedDistances {
  const totals = halves.map((rows) => totalOf(rows, heads));
  const all = new Float64Array(heads * heads);
  for (const total of totals) for (const [k, x] of total.entries()) all[k]! += x;
  const count = halves.reduce((n, rows) => n + rows.length, 0);
  return {
    distances: distancesOf(all, count, heads),
    halves: halves.map((rows, half) => distancesOf(totals[half]!, rows.length, heads)),
  };
}

function totalOf(rows: readonly PatternRow[], heads: number): Float64Array {
  const total = new Float64Array(heads * heads);
  for (const row of rows) addRow(total, row, heads);
  return total;
}

const distancesOf = (total: Float64Array, rows: number, heads: number): number[][] =>
  Array.from({ length: heads }, (_, a) =>
    Array.from({ length: heads }, (_, b) => {
      const mean = numberAt(total, Math.min(a, b) * heads + Math.max(a, b)) / Math.max(1, rows);
      return a === b ? 0 : Math.sqrt(Math.max(0, mean));
    }),
  );

function addRow(total: Float64Array, row: PatternRow, heads: number): void {
  const smooth = smoothed(row, heads);
  for (let a = 0; a < heads; a++) {
    for (let b = a + 1; b < heads; b++) total[a * heads + b]! += divergence(smooth, a, smooth, b);
  }
}

/** Adds to `total` [head] the divergence between each head's row in one model and the same head's in another. */
export function addPaired(total: Float64Array, a: PatternRow, b: PatternRow): void {
  const [x, y] = [smoothed(a, total.length), smoothed(b, total.length)];
  for (let h = 0; h < total.length; h++) total[h]! += divergence(x, h, y, h);
}

/** A smoothed row of every head, with its entropy in nats. */
interface Smoothed extends PatternRow {
  readonly entropy: Float64Array;
}

function smoothed({ keys, weights: raw }: PatternRow, heads: number): Smoothed {
  const weights = raw.map((w) => (1 - SMOOTHING) * w + SMOOTHING / keys);
  const entropy = new Float64Array(heads);
  for (let h = 0; h < heads; h++) for (const weight of rowOf(weights, h, keys)) entropy[h]! += surprise(weight);
  return { keys, weights, entropy };
}

/** Computes the Jensen–Shannon divergence between head `a` of `x` and head `b` of `y`, over the same keys. */
function divergence(x: Smoothed, a: number, y: Smoothed, b: number): number {
  const { keys } = x;
  let mixed = 0;
  for (let j = 0; j < keys; j++) mixed += surprise((x.weights[a * keys + j]! + y.weights[b * keys + j]!) / 2);
  return mixed - (x.entropy[a]! + y.entropy[b]!) / 2;
}

/**
 * Returns the row of query `i` of some heads' patterns [queries · keys] over `n` tokens, up to the last key that the query
 * sees. A row of mixed weights, which may be negative, is compared by the shares of their sizes.
 */
export function patternRow(patterns: readonly Float32Array[], n: number, i: number, keys: number): PatternRow {
  const weights = new Float32Array(patterns.length * keys);
  for (const [h, pattern] of patterns.entries()) {
    const row = pattern.subarray(i * n, i * n + keys);
    weights.set(isDistribution(row) ? row : shares(row), h * keys);
  }
  return { keys, weights };
}

/** Returns true for weights of at least 0 that sum to 1, up to rounding. */
function isDistribution(row: Float32Array): boolean {
  let sum = 0;
  for (const weight of row) {
    if (weight < 0) return false;
    sum += weight;
  }
  return Math.abs(sum - 1) < 1e-3;
}

function shares(row: Float32Array): Float32Array {
  const sum = row.reduce((total, weight) => total + Math.abs(weight), 0);
  return row.map((weight) => (sum > 0 ? Math.abs(weight) / sum : 1 / row.length));
}

/** Finds the nearest other head of each head. */
export const nearestHeads = (distances: readonly (readonly number[])[]): number[] =>
  distances.map((row, h) => {
    const least = Math.min(...row.filter((_, k) => k !== h));
    return row.findIndex((distance, k) => k !== h && distance === least);
  });
