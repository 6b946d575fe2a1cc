/** A map of heads: points in the plane whose distances approximate given ones (classical scaling, Torgerson 1952). */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { mean, numberAt } from "../../stats/sums.ts";

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
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(centered(distances), { assumeSymmetric: true });
  const ranked = realEigenvalues.map((value, k) => ({ value: Math.max(0, value), k })).sort((a, b) => b.value - a.value);
  const [first, second] = ranked;
  if (!first || !second) throw new Error(`internal: ${n} points have fewer than two eigenvalues`);
  const [xs, ys] = [
    axis(eigenvectorMatrix.getColumn(first.k), first.value),
    axis(eigenvectorMatrix.getColumn(second.k), second.value),
  ];
  const all = ranked.reduce((sum, { value }) => sum + value, 0);
  return { points: xs.map((x, i) => [x, numberAt(ys, i)]), share: all > 0 ? (first.value + second.value) / all : 1 };
}

function centered(distances: readonly (readonly number[])[]): Matrix {
  const squares = distances.map((row) => row.map((d) => d * d));
  const means = squares.map(mean);
  const center = mean(means);
  return new Matrix(squares.map((row, i) => row.map((d, j) => -(d - numberAt(means, i) - numberAt(means, j) + center) / 2)));
}

function axis(vector: readonly number[], value: number): number[] {
  const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) + 1e-9 ? x : best), 0);
  return vector.map((x) => (Math.sign(largest) || 1) * Math.sqrt(value) * x);
}
