/** Sums over texts → ratios with intervals from a bootstrap over texts. */
import { interval, resamples } from "../../stats/intervals.ts";
import { columnOf, columnSums, numberAt } from "../../stats/sums.ts";
import { rounded } from "../observe/describe.ts";
import type { MaybeEstimate } from "./compare-schema.ts";

/** The sums of each text: [text, column]. */
export interface Sums {
  readonly columns: number;
  readonly values: Float64Array;
}

export const emptySums = (texts: number, columns: number): Sums => ({ columns, values: new Float64Array(texts * columns) });

/** Returns the count of each text in each resample: the same draws for every measure, so that measures are comparable. */
export const drawTexts = (texts: number, seed: number): Int32Array[] => resamples(texts, `${seed}/compare`);

/**
 * Computes f(Σ top / Σ bottom) over texts for each column of `top`. A `bottom` of one column serves all. Null if it is zero.
 */
export function estimates(
  top: Sums,
  bottom: Sums,
  draws: readonly Int32Array[],
  f: (ratio: number) => number,
): MaybeEstimate[] {
  const drawn = draws.map((times) => ratios(top, bottom, f, times));
  return ratios(top, bottom, f).map((value, column) => {
    if (!Number.isFinite(value)) return { value: null, low: null, high: null };
    const { low, high } = interval(columnOf(drawn, column).filter(Number.isFinite));
    return { value: rounded(value), low: rounded(low), high: rounded(high) };
  });
}

function ratios(top: Sums, bottom: Sums, f: (ratio: number) => number, times?: Int32Array): number[] {
  const [over, under] = [columnTotals(top, times), columnTotals(bottom, times)];
  return Array.from(over, (sum, column) => {
    const all = numberAt(under, bottom.columns === 1 ? 0 : column);
    return sum === 0 && all === 0 ? 0 : f(sum / all);
  });
}

/** Sums over texts, each as often as it was drawn: [column]. */
export const columnTotals = ({ columns, values }: Sums, times?: Int32Array): Float64Array => columnSums(values, columns, times);
