/** Compact heat maps: weights in 16 steps, equal neighbors of a row drawn as one stroke, one path per step. */

import { element } from "../page/xml.ts";
import { WEIGHT_LEVELS, weightLevel, weightRamp } from "./colors.ts";
import { label } from "./marks.ts";
import { spacedTicks, squareRoot } from "./scale.ts";

/** A matrix stored row by row. */
export interface Grid {
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reduces a matrix to at most `size` rows and columns; a cell is the maximum of the weights it covers. */
export function pooled(grid: Grid, size: number): Grid {
  const { matrix, rows, columns } = grid;
  const [down, across] = [Math.min(rows, size), Math.min(columns, size)];
  if (down === rows && across === columns) return grid;
  const out = new Float32Array(down * across);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cell = Math.floor((i * down) / rows) * across + Math.floor((j * across) / columns);
      out[cell] = Math.max(out[cell]!, matrix[i * columns + j]!);
    }
  }
  return { matrix: out, rows: down, columns: across };
}

/** Draws a heat map of a given width and height in pixels, with its top left corner at (x, y). */
export function heatMap(grid: Grid, x: number, y: number, width: number, height: number): string {
  const ramp = weightRamp();
  const frame = element("rect", { class: "w0", x, y, width, height, fill: ramp[0] });
  const paths = runs(grid).flatMap((d, level) =>
    d === "" ? [] : [element("path", { class: `s${level}`, d, stroke: ramp[level] })],
  );
  // A row's stroke runs along its middle, half a cell down, and is one cell wide.
  const cell = (size: number, cells: number) => Math.round((1e4 * size) / cells) / 1e4;
  const [across, down] = [cell(width, grid.columns), cell(height, grid.rows)];
  const scale = across === down ? `${across}` : `${across} ${down}`;
  return frame + element("g", { class: "heat", transform: `translate(${x} ${y + down / 2})scale(${scale})` }, ...paths);
}

/** Returns, for each step, the strokes of width 1 that draw its cells. */
function runs({ matrix, rows, columns }: Grid): string[] {
  const paths = Array.from({ length: WEIGHT_LEVELS + 1 }, () => "");
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; ) {
      const level = weightLevel(matrix[i * columns + j]!);
      const start = j;
      while (j < columns && weightLevel(matrix[i * columns + j]!) === level) j++;
      if (level > 0) paths[level] += `M${start} ${i}h${j - start}`;
    }
  }
  return paths;
}

/** The minimum distance between numbers of the legend. */
const APART = 24;

/** Draws the legend of the weights: a ramp with its numbers, `width` pixels wide and 26 high. */
export function weightLegend(x: number, y: number, width: number, scheme: "light" | "dark" = "light"): string {
  const ramp = weightRamp(scheme);
  const step = width / ramp.length;
  const boxes = ramp.map((fill, level) =>
    element("rect", { class: `w${level}`, x: x + level * step, y, width: step + 0.3, height: 9, fill }),
  );
  // on the scale of the weights' steps, from the middle of the first box to that of the last
  const at = squareRoot([0, 1], [x + step / 2, x + width - step / 2]);
  const look = { class: "dim", "font-size": 10, fill: "#5f6670" };
  const numbers = spacedTicks(at, APART).map((weight) => label(at(weight), y + 21, String(weight), "middle", look));
  return boxes.join("") + numbers.join("");
}
