/** The text readout of a pattern, and reading and writing of single weights. */
import { editRow } from "../edit-row.ts";
import type { Matrix, PatternEdit } from "../types.ts";
import type { PatternCell } from "./pattern-plot.ts";
import type { Prepared } from "./pattern-source.ts";

/** Returns a cell's weight; 0 outside the matrix. */
export function weightAt({ weights, columns }: Matrix, { row, column }: PatternCell): number {
  return weights[row * columns + column] ?? 0;
}

/** Returns a copy of a row. */
export function rowOf({ weights, columns }: Matrix, row: number): Float32Array {
  return Float32Array.from({ length: columns }, (_, j) => weights[row * columns + j]!);
}

/** Changes a cell's weight, given the previous `row`; returns the new weights and the new row. */
export function withWeight(matrix: Matrix, cell: PatternCell, row: Float32Array, weight: number, causal: boolean) {
  const open = causal ? Math.min(matrix.columns, cell.row + 1) : matrix.columns;
  const edit: PatternEdit = { row: cell.row, weights: editRow(row, cell.column, weight, open) };
  const pattern = Float32Array.from(matrix.weights);
  pattern.set(edit.weights, cell.row * matrix.columns);
  return { pattern, edit };
}

/** Formats a cell as "query → key 0.123", or with one number per head; "" outside the matrix. */
export function reading(
  { matrices, rowNames, columnNames }: Prepared,
  cell: PatternCell | undefined,
  name: (k: number) => string,
): string {
  if (!cell || matrices.length === 0) return "";
  const weights = matrices.map((matrix) => weightAt(matrix, cell).toFixed(3));
  const values = weights.length === 1 ? weights[0] : weights.map((weight, k) => `${name(k)}: ${weight}`).join(", ");
  return `${rowNames[cell.row]} → ${columnNames[cell.column]} ${values}`;
}
