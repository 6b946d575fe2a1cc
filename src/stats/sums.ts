/** Sums over lists of numbers and over the rows of tables that are stored row by row. */

type Numbers = ArrayLike<number>;

/** Adds up numbers. */
export function total(xs: Iterable<number>): number {
  let sum = 0;
  for (const x of xs) sum += x;
  return sum;
}

/** Computes the mean of numbers; NaN for none. */
export const mean = (xs: Numbers & Iterable<number>): number => total(xs) / xs.length;

/** Computes Σ xₖ yₖ. */
export function dot(xs: Numbers, ys: Numbers): number {
  let sum = 0;
  for (let k = 0; k < xs.length; k++) sum += xs[k]! * ys[k]!;
  return sum;
}

/** Computes the products xₖ yₖ. */
export function product(xs: Numbers, ys: Numbers): Float64Array {
  const out = new Float64Array(xs.length);
  for (let k = 0; k < xs.length; k++) out[k] = xs[k]! * ys[k]!;
  return out;
}

/** Adds `times` · xₖ to each number of `into`. */
export function addTo(into: Float64Array | Float32Array, xs: Numbers, times = 1): void {
  for (let k = 0; k < into.length; k++) into[k]! += times * xs[k]!;
}

/** Returns the `k`-th number of every list. */
export const columnOf = (lists: readonly Numbers[], k: number): Float64Array =>
  Float64Array.from(lists, (list) => numberAt(list, k));

/** Returns the `k`-th number of a list; throws if there is none. */
export function numberAt(list: Numbers, k: number): number {
  const number = list[k];
  if (number === undefined) throw new Error(`internal: a list of ${list.length} numbers has no number ${k}`);
  return number;
}

/** Returns a row of a table with `columns` columns, without a copy. */
export const rowOf = <T>(table: { subarray(from: number, to: number): T }, row: number, columns: number): T =>
  table.subarray(row * columns, (row + 1) * columns);

/** Adds up the rows of a table [row, column], each multiplied by its number in `times` (default 1): [column]. */
export function columnSums(table: Numbers, columns: number, times?: Numbers): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0, from = 0; from < table.length; row++, from += columns) {
    const often = times ? times[row]! : 1;
    if (often === 0) continue;
    for (let column = 0; column < columns; column++) sums[column]! += often * table[from + column]!;
  }
  return sums;
}

/** Adds up numbers, each multiplied by its number in `times` (default 1). */
export const weightedTotal = (xs: Numbers, times?: Numbers): number => (times ? dot(xs, times) : total(Array.from(xs)));
