/**
 * Subspaces of the residual stream and the angles between them (Björck & Golub 1973): the spaces that a head reads from or
 * writes to, independent of the basis of its weights. Axes: m model width, d head width.
 */
import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";

/** A matrix M = basis · core, where the columns of the basis are orthonormal and span those of M. */
export interface Factored {
  /** [m, rank] */
  readonly basis: Matrix;
  /** [rank, d] */
  readonly core: Matrix;
}

/** Directions that a matrix scales this much less than its largest are rounding of single precision. */
const NEGLIGIBLE = 1e-6;
const SPAN_ONLY = { computeRightSingularVectors: false, autoTranspose: true };

/** Computes the basis and core of an m × d matrix by QR; a matrix without full rank keeps only its own directions. */
export function factored(matrix: Matrix): Factored {
  const { basis, core } = triangular(matrix);
  const { diagonal, leftSingularVectors } = new SingularValueDecomposition(core, SPAN_ONLY);
  const least = NEGLIGIBLE * (diagonal[0] ?? 0);
  const rank = diagonal.filter((s) => s > least).length;
  if (rank === core.rows) return { basis, core };
  if (rank === 0) return { basis: new Matrix(matrix.rows, 0), core: new Matrix(0, matrix.columns) };
  const kept = leftSingularVectors.subMatrix(0, core.rows - 1, 0, rank - 1);
  return { basis: basis.mmul(kept), core: kept.transpose().mmul(core) };
}

/** QR; a matrix that is wider than high spans everything, unless it lacks rank. */
function triangular(matrix: Matrix): Factored {
  if (matrix.columns > matrix.rows) return { basis: Matrix.eye(matrix.rows), core: matrix };
  const qr = new QrDecomposition(matrix);
  return { basis: qr.orthogonalMatrix, core: qr.upperTriangularMatrix };
}

/**
 * Computes the principal angles between the column spaces of two matrices with equal numbers of rows, given row by row: radians
 * in [0, π/2], ascending, as many as the smaller dimension. Their cosines are the singular values of Q₁ᵀQ₂, Q from QR. The mean
 * cos² of two random subspaces is the larger dimension over the number of rows. Throws a `RangeError` if the numbers of rows
 * differ.
 */
export function principalAngles(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[] {
  if (a.length !== b.length) {
    throw new RangeError(`principalAngles: the matrices have ${a.length} and ${b.length} rows; give both in the same space`);
  }
  const basis = (rows: readonly (readonly number[])[]) => factored(new Matrix(rows.map((row) => [...row]))).basis;
  return anglesBetween(basis(a), basis(b));
}

/** Computes the same for two orthonormal bases. */
export function anglesBetween(first: Matrix, second: Matrix): number[] {
  if (first.columns === 0 || second.columns === 0) return [];
  const { diagonal } = new SingularValueDecomposition(first.transpose().mmul(second), { autoTranspose: true });
  const count = Math.min(first.columns, second.columns);
  return diagonal.slice(0, count).map((cosine) => Math.acos(Math.min(1, cosine)));
}
