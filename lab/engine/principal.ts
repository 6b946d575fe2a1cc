/** Principal component analysis: points in the few directions of largest variance (Pearson 1901). */
import { Matrix, SingularValueDecomposition } from "ml-matrix";

export interface Principal {
  /** [points][directions], relative to the mean of the points. */
  readonly points: readonly (readonly number[])[];
  /** The share of the variance along each direction. */
  readonly shares: readonly number[];
}

/** Returns the first `count` principal directions, padded with zeros. The largest coordinate along each is positive. */
export function principal(rows: readonly (readonly number[])[], count = 3): Principal {
  const none = new Array<number>(count).fill(0);
  if (!rows[0]?.length) return { points: rows.map(() => none), shares: none };
  const centered = new Matrix(rows.map((row) => [...row])).center("column");
  const { diagonal, leftSingularVectors } = new SingularValueDecomposition(centered, {
    ...{ computeRightSingularVectors: false, autoTranspose: true },
  });
  const total = diagonal.reduce((sum, s) => sum + s * s, 0);
  const columns = none.map((_, k) =>
    k < diagonal.length ? upright(scaled(leftSingularVectors.getColumn(k), diagonal[k]!)) : [],
  );
  return {
    points: rows.map((_, row) => columns.map((column) => column[row] ?? 0)),
    shares: none.map((_, k) => (total > 0 ? (diagonal[k] ?? 0) ** 2 / total : 0)),
  };
}

const scaled = (xs: readonly number[], by: number): number[] => xs.map((x) => x * by);

/** Fixes the sign of a direction, which is arbitrary. */
function upright(xs: number[]): number[] {
  const largest = xs.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? scaled(xs, -1) : xs;
}
