/**
 * The coverage of the model's width by the subspaces of several heads. Each head has its projector P = UUᵀ, U an orthonormal
 * basis [m, d]; with S = Σ P the heads cover rank S directions, and effectively (tr S)² / tr S²: all of them if the subspaces
 * are orthogonal, and those of one if all are equal.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix";

/** The coverage after adding a head to those before it. */
export interface Covered {
  /** Dimensions of all heads so far, summed. */
  readonly given: number;
  /** Directions of their sum. */
  readonly rank: number;
  /** (tr S)² / tr S²: the effective number of directions. */
  readonly even: number;
  /** The same for random subspaces of these dimensions, with the mean of tr S². */
  readonly random: number;
}

/** A direction is new if more than this of it (the sine of its angle) lies outside the covered space. */
const NEW = 1e-3;

/** Adds heads one by one, in order, given by orthonormal bases [m, d]. */
export function coverage(bases: readonly Matrix[], progress: (share: number) => void = () => {}): Covered[] {
  const m = bases[0]?.rows ?? 0;
  let covered = new Matrix(m, 0);
  let [given, squares, expected] = [0, 0, 0];
  return bases.map((basis, k) => {
    const before = bases.slice(0, k);
    const shared = before.reduce((sum, other) => sum + overlap(other, basis), 0);
    squares += basis.columns + 2 * shared;
    // tr P Q of two random subspaces of a and b dimensions is ab / m on average
    expected += basis.columns + (2 * given * basis.columns) / Math.max(1, m);
    given += basis.columns;
    covered = joined(covered, outside(covered, basis));
    progress((k + 1) / bases.length);
    return { given, rank: covered.columns, even: quotient(given ** 2, squares), random: quotient(given ** 2, expected) };
  });
}

const quotient = (x: number, by: number): number => (by > 0 ? x / by : 0);

/** Computes tr P Q = ‖UᵀV‖². */
function overlap(a: Matrix, b: Matrix): number {
  if (a.columns === 0 || b.columns === 0) return 0;
  return a.transpose().mmul(b).norm("frobenius") ** 2;
}

/** Returns an orthonormal basis of the part of `basis` outside `covered`. */
function outside(covered: Matrix, basis: Matrix): Matrix {
  if (basis.columns === 0) return basis;
  let rest = basis;
  // twice: the second pass removes the rounding errors of the first
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
