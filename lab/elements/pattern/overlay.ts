/** Several heads in one picture: their mean, or each in its own color on top of one another. */
import { channels } from "../../../src/view/chart/colors.ts";
import { headColors } from "../head-colors.ts";
import { pixel } from "../head-map/ramp.ts";
import type { Matrix, Scheme } from "../types.ts";

/** The maximum number of heads in an overlay: more cannot be distinguished. */
export const OVERLAID = 3;

/** Returns the mean of matrices of the same size. */
export function meanOf(matrices: readonly Matrix[]): Matrix {
  const { rows, columns } = matrices[0]!;
  const weights = new Float32Array(rows * columns);
  for (const matrix of matrices) {
    for (let k = 0; k < weights.length; k++) weights[k]! += matrix.weights[k]! / matrices.length;
  }
  return { weights, rows, columns };
}

/**
 * Paints up to three matrices as inks. On a light background inks multiply: Π (1 − t (1 − c)); on a dark one lights add up as
 * on a screen: 1 − Π (1 − t c). c is a head's color in [0, 1] and t the square root of its weight.
 */
export function paintOverlay(matrices: readonly Matrix[], scheme: Scheme, pixels: Uint32Array): void {
  const inks = matrices.slice(0, OVERLAID).map((_, k) => channels(headColors(scheme)[k]!));
  // light: what a full weight removes from white; dark: what it removes from the remaining darkness
  const takes = inks.map((ink) => ink.map((c) => (scheme === "light" ? 1 - c / 255 : c / 255)));
  const left = [1, 1, 1];
  for (let k = 0; k < pixels.length; k++) {
    left.fill(1);
    for (const [head, take] of takes.entries()) {
      const t = Math.sqrt(Math.min(1, Math.max(0, matrices[head]!.weights[k]!)));
      for (let c = 0; c < 3; c++) left[c]! *= 1 - t * take[c]!;
    }
    pixels[k] = pixel(scheme === "light" ? [on(left[0]!), on(left[1]!), on(left[2]!)] : lit(left));
  }
}

const on = (share: number): number => Math.round(255 * share);

/** Adds light to the background of dark pictures, which is not quite black. */
function lit([red, green, blue]: readonly number[]): [number, number, number] {
  return [
    255 - Math.round((255 - 0x1c) * red!),
    255 - Math.round((255 - 0x20) * green!),
    255 - Math.round((255 - 0x25) * blue!),
  ];
}
