/** A matrix with fewer cells, each the largest weight of those that it stands for: a single strong weight stays to be seen. */
import type { Matrix } from "./types.ts";

/** At most `rows` × `columns` of the matrix; itself where it is no larger. */
export function downsample(matrix: Matrix, rows: number, columns: number): Matrix {
  const height = Math.max(1, Math.min(rows, matrix.rows));
  const width = Math.max(1, Math.min(columns, matrix.columns));
  if (height >= matrix.rows && width >= matrix.columns) return matrix;
  const weights = new Float32Array(height * width);
  const target = Uint32Array.from({ length: matrix.columns }, (_, j) => Math.floor((j * width) / matrix.columns));
  for (let i = 0; i < matrix.rows; i++) {
    pourRow(matrix, i, weights, Math.floor((i * height) / matrix.rows) * width, target);
  }
  return { weights, rows: height, columns: width };
}

/** Raises the cells of the row that starts at `start` to the weights of row i. */
function pourRow({ weights, columns }: Matrix, i: number, out: Float32Array, start: number, target: Uint32Array): void {
  const from = i * columns;
  for (let j = 0; j < columns; j++) {
    const at = start + target[j]!;
    const weight = weights[from + j]!;
    if (weight > out[at]!) out[at] = weight;
  }
}
