/** Compact heat maps: weights in 16 steps, equal neighbors of a row drawn as one stroke, one path per step. */

import { element } from "../page/xml.ts";
import { WEIGHT_LEVELS, weightLevel, weightRamp } from "./colors.ts";
import { label } from "./marks.ts";
import { spacedTicks, squareRoot } from "./scale.ts";

/** Reduces an n × n matrix to at most size × size; a cell is the maximum of the weights it covers. */
export function pooled(matrix: Float32Array, n: number, size: number): { matrix: Float32Array; n: number } {
  if (n <= size) return { matrix, n };
  const out = new Float32Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const cell = Math.floor((i * size) / n) * size + Math.floor((j * size) / n);
      out[cell] = Math.max(out[cell]!, matrix[i * n + j]!);
    }
  }
  return { matrix: out, n: size };
}

/** Draws an n × n heat map of a given width in pixels, with its top left corner at (x, y). */
export function heatMap(matrix: Float32Array, n: number, x: number, y: number, size: number): string {
  const ramp = weightRamp();
  const frame = element("rect", { class: "w0", x, y, width: size, height: size, fill: ramp[0] });
  const paths = runs(matrix, n).flatMap((d, level) =>
    d === "" ? [] : [element("path", { class: `s${level}`, d, stroke: ramp[level] })],
  );
  // A row's stroke runs along its middle, half a cell down, and is one cell wide.
  const scale = Math.round((1e4 * size) / n) / 1e4;
  return frame + element("g", { class: "heat", transform: `translate(${x} ${y + scale / 2})scale(${scale})` }, ...paths);
}

/** Returns, for each step, the strokes of width 1 that draw its cells. */
function runs(matrix: Float32Array, n: number): string[] {
  const paths = Array.from({ length: WEIGHT_LEVELS + 1 }, () => "");
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; ) {
      const level = weightLevel(matrix[i * n + j]!);
      const start = j;
      while (j < n && weightLevel(matrix[i * n + j]!) === level) j++;
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
