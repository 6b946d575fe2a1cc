/** A matrix with fewer cells, each the maximum of those it covers, so that a single strong weight stays visible. */
import type { Matrix } from "../types.ts";

/** Reduces the matrix to at most `rows` × `columns`; a smaller matrix is returned unchanged. */
export function downsample(matrix: Matrix, rows: number, columns: number): Matrix {
  const height = Math.max(1, Math.min(rows, matrix.rows));
  const width = Math.max(1, Math.min(columns, matrix.columns));
  if (height >= matrix.rows && width >= matrix.columns) return matrix;
  const weights = new Float32Array(height * width);
  // the first column of each cell: column j belongs to cell ⌊j · width / columns⌋
  const starts = Uint32Array.from({ length: width + 1 }, (_, cell) => Math.ceil((cell * matrix.columns) / width));
  for (let i = 0; i < matrix.rows; i++) {
    pourRow(matrix, i, weights, Math.floor((i * height) / matrix.rows) * width, starts);
  }
  return { weights, rows: height, columns: width };
}

/** Raises the cells of the row that begins at `start` to the weights of row i. */
function pourRow({ weights, columns }: Matrix, i: number, out: Float32Array, start: number, starts: Uint32Array): void {
  const from = i * columns;
  for (let cell = 0; cell + 1 < starts.length; cell++) {
    let most = out[start + cell]!;
    const end = from + starts[cell + 1]!;
    for (let at = from + starts[cell]!; at < end; at++) {
      const weight = weights[at]!;
      if (weight > most) most = weight;
    }
    out[start + cell] = most;
  }
}
