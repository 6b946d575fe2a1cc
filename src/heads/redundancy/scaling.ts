/** A map of heads: points in the plane whose distances approximate given ones (classical scaling, Torgerson 1952). */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface PlaneMap {
  /** One point for each row of the distances, around (0, 0), in their unit; the first axis is the longer. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The share of all squared distance shown by the plane, in [0, 1]. */
  readonly share: number;
}

/**
 * Computes the two leading eigenvectors of B = −½ J D² J, J = I − 1/n. √JS is a Hilbert distance, so B has no negative
 * eigenvalues except from rounding. The largest coordinate of each axis is positive.
 */
export function classicalScaling(distances: readonly (readonly number[])[]): PlaneMap {
  const n = distances.length;
  if (n < 2) return { points: distances.map(() => [0, 0]), share: 1 };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(centred(distances), { assumeSymmetric: true });
  const ranked = realEigenvalues.map((value, k) => ({ value: Math.max(0, value), k })).sort((a, b) => b.value - a.value);
  const [first, second] = ranked.slice(0, 2).map(({ value, k }) => axis(eigenvectorMatrix.getColumn(k), value));
  const total = ranked.reduce((sum, { value }) => sum + value, 0);
  const shown = ranked[0]!.value + ranked[1]!.value;
  return { points: first!.map((x, i) => [x, second![i]!]), share: total > 0 ? shown / total : 1 };
}

function centred(distances: readonly (readonly number[])[]): Matrix {
  const squares = distances.map((row) => row.map((d) => d * d));
  const means = squares.map((row) => row.reduce((a, b) => a + b, 0) / row.length);
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  return new Matrix(squares.map((row, i) => row.map((d, j) => -(d - means[i]! - means[j]! + mean) / 2)));
}

function axis(vector: readonly number[], value: number): number[] {
  const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) + 1e-9 ? x : best), 0);
  return vector.map((x) => (Math.sign(largest) || 1) * Math.sqrt(value) * x);
}
