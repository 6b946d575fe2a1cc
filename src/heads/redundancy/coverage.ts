/**
 * How much of the model's width the subspaces of several heads cover together. Each head has its projector P = UUᵀ, U an
 * orthonormal basis [m, d]; with S = Σ P the heads cover rank S directions, and (tr S)² / tr S² of them evenly: as many as
 * there are where the spaces are orthogonal, and those of one where all are the same.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix";

/** What is covered once a head is added to those before it. */
export interface Covered {
  /** Directions of all heads so far, each counted as often as it comes. */
  readonly given: number;
  /** Directions of their sum. */
  readonly rank: number;
  /** (tr S)² / tr S²: as many directions as would be covered where all were covered alike. */
  readonly even: number;
  /** The same of random subspaces of these dimensions, in the mean of tr S². */
  readonly random: number;
}

/** A direction is new where more than this of it (the sine of its angle) lies outside what is covered. */
const NEW = 1e-3;

/** The heads one after another, in their order, by orthonormal bases [m, d]. */
export function coverage(bases: readonly Matrix[], progress: (share: number) => void = () => {}): Covered[] {
  const m = bases[0]?.rows ?? 0;
  let covered = new Matrix(m, 0);
  let [given, squares, expected] = [0, 0, 0];
  return bases.map((basis, k) => {
    const before = bases.slice(0, k);
    const shared = before.reduce((sum, other) => sum + overlap(other, basis), 0);
    squares += basis.columns + 2 * shared;
    // tr P Q of two random subspaces of a and b dimensions is ab / m in the mean
    expected += basis.columns + (2 * given * basis.columns) / Math.max(1, m);
    given += basis.columns;
    covered = joined(covered, outside(covered, basis));
    progress((k + 1) / bases.length);
    return { given, rank: covered.columns, even: quotient(given ** 2, squares), random: quotient(given ** 2, expected) };
  });
}

const quotient = (x: number, by: number): number => (by > 0 ? x / by : 0);

/** tr P Q = ‖UᵀV‖² */
function overlap(a: Matrix, b: Matrix): number {
  if (a.columns === 0 || b.columns === 0) return 0;
  return a.transpose().mmul(b).norm("frobenius") ** 2;
}

/** An orthonormal basis of what `basis` adds to `covered`. */
function outside(covered: Matrix, basis: Matrix): Matrix {
  if (basis.columns === 0) return basis;
  let rest = basis;
  // twice: what rounding leaves of the first time goes the second
  for (let k = 0; k < 2 && covered.columns > 0; k++) {
    rest = Matrix.sub(rest, covered.mmul(covered.transpose().mmul(rest)));
  }
  const { diagonal, leftSingularVectors } = new SingularValueDecomposition(rest, {
    ...{ computeRightSingularVectors: false, autoTranspose: true },
  });
  const room = Math.min(diagonal.filter((sine) => sine > NEW).length, covered.rows - covered.columns);
  return room === 0 ? new Matrix(basis.rows, 0) : leftSingularVectors.subMatrix(0, basis.rows - 1, 0, room - 1);
}

function joined(a: Matrix, b: Matrix): Matrix {
  if (a.columns === 0 || b.columns === 0) return a.columns === 0 ? b : a;
  const out = new Matrix(a.rows, a.columns + b.columns);
  return out.setSubMatrix(a, 0, 0).setSubMatrix(b, 0, a.columns);
}
