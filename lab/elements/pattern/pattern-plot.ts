/** Where a pattern's cells lie on its canvas. */
import { under, type ViewWindow } from "./view-window.ts";

/** The window that the matrix is seen through, in CSS pixels of the canvas. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
}

/** Side of a cell at most, before zooming; and of a cell that zooming stops at. */
const [CELL, ZOOMED] = [36, 56];
/** Width of a letter on an axis, about. */
const LETTER = 7.4;

/** The plot for a canvas of a width; rows and columns keep square cells as long as that leaves a picture. */
export function plotFor(width: number, rowNames: readonly string[], columnNames: readonly string[], maxHeight: number): Plot {
  const [rows, columns] = [Math.max(1, rowNames.length), Math.max(1, columnNames.length)];
  const left = Math.round(Math.min(longest(rowNames) * LETTER + 14, Math.max(48, width * 0.24)));
  const top = Math.round(Math.min(longest(columnNames) * LETTER + 14, 96));
  const room = Math.max(40, width - left - 2);
  const widest = Math.min(room, columns * CELL);
  const height = Math.min(maxHeight, Math.max((widest * rows) / columns, Math.min(rows * 14, 120)));
  return { left, top, width: Math.min(widest, Math.max((height * columns) / rows, 120)), height, rows, columns };
}

function longest(names: readonly string[]): number {
  return Math.min(14, Math.max(3, ...names.map((name) => [...name].length)));
}

/** Width and height of a cell in CSS pixels. */
export function cellSize(
  { width, height, rows, columns }: Plot,
  { zoom }: ViewWindow,
): readonly [width: number, height: number] {
  return [(width * zoom) / columns, (height * zoom) / rows];
}

/** How far it makes sense to zoom. */
export function mostZoom(plot: Plot): number {
  return Math.max(1, ZOOMED / Math.min(...cellSize(plot, { x: 0, y: 0, zoom: 1 })));
}

/** A place on the canvas as shares of the window. */
export function shares({ left, top, width, height }: Plot, x: number, y: number): readonly [u: number, v: number] {
  return [(x - left) / width, (y - top) / height];
}

/** A cell of the matrix. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cell under a place on the canvas; undefined beside the matrix. */
export function cellAt(plot: Plot, view: ViewWindow, x: number, y: number): Cell | undefined {
  const [u, v] = shares(plot, x, y);
  if (u < 0 || u >= 1 || v < 0 || v >= 1) return undefined;
  const [across, down] = under(view, u, v);
  return { row: Math.floor(down * plot.rows), column: Math.floor(across * plot.columns) };
}

/** The left upper corner of a cell on the canvas. */
export function cornerOf(plot: Plot, view: ViewWindow, { row, column }: Cell): readonly [x: number, y: number] {
  const x = plot.left + (column / plot.columns - view.x) * view.zoom * plot.width;
  return [x, plot.top + (row / plot.rows - view.y) * view.zoom * plot.height];
}
