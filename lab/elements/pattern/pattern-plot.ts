/** The layout of a pattern's cells on its canvas. */
import { under, type ViewWindow } from "./view-window.ts";

/** The viewport of the matrix, in CSS pixels of the canvas. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
}

/** The maximum side of a cell before zooming, and the side at which zooming stops. */
const [CELL, ZOOMED] = [36, 56];
/** Approximate width of a letter on an axis. */
const LETTER = 7.4;

/** Returns the plot for a canvas of a width; cells stay square if that leaves a visible picture. */
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

/** Returns the width and height of a cell in CSS pixels. */
export function cellSize(
  { width, height, rows, columns }: Plot,
  { zoom }: ViewWindow,
): readonly [width: number, height: number] {
  return [(width * zoom) / columns, (height * zoom) / rows];
}

/** Returns the maximum useful zoom. */
export function mostZoom(plot: Plot): number {
  return Math.max(1, ZOOMED / Math.min(...cellSize(plot, { x: 0, y: 0, zoom: 1 })));
}

/** Converts a place on the canvas to fractions of the viewport. */
export function shares({ left, top, width, height }: Plot, x: number, y: number): readonly [u: number, v: number] {
  return [(x - left) / width, (y - top) / height];
}

/** A cell of the matrix. */
export interface PatternCell {
  readonly row: number;
  readonly column: number;
}

/** Returns the cell under a place on the canvas; undefined outside the matrix. */
export function cellAt(plot: Plot, view: ViewWindow, x: number, y: number): PatternCell | undefined {
  const [u, v] = shares(plot, x, y);
  if (u < 0 || u >= 1 || v < 0 || v >= 1) return undefined;
  const [across, down] = under(view, u, v);
  return { row: Math.floor(down * plot.rows), column: Math.floor(across * plot.columns) };
}

/** Returns the upper left corner of a cell on the canvas. */
export function cornerOf(plot: Plot, view: ViewWindow, { row, column }: PatternCell): readonly [x: number, y: number] {
  const x = plot.left + (column / plot.columns - view.x) * view.zoom * plot.width;
  return [x, plot.top + (row / plot.rows - view.y) * view.zoom * plot.height];
}
