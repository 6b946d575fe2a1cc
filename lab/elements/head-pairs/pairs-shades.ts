/** Values of pairs as shades and pixels. */
import type { Weights } from "../types.ts";

/** The shades of values: `weakest` has the ramp's first color, `strongest` its last. */
export interface Shading {
  readonly weakest: number;
  readonly strongest: number;
  /** The exponent of the share in between; below 1, small shares become visible. */
  readonly power: number;
  /** True if a value counts without its sign. */
  readonly unsigned: boolean;
}

/** Returns the value of two different heads; `values` are the entries below the diagonal, row by row. */
export function pairValue(values: Weights, a: number, b: number): number {
  const [row, column] = a > b ? [a, b] : [b, a];
  return values[(row * (row - 1)) / 2 + column] ?? Number.NaN;
}

/** Returns the shade of a value, from 0 to 1. */
export function shadeOf(value: number, { weakest, strongest, power, unsigned }: Shading): number {
  const span = strongest - weakest;
  const share = ((unsigned ? Math.abs(value) : value) - weakest) / (Math.abs(span) < 1e-9 ? 1e-9 : span);
  return share > 0 ? Math.min(1, share) ** power : 0;
}

/** Paints heads × heads in an order, one pixel a pair; a head with itself has the last color of the ramp. */
export function paintPairs(
  values: Weights,
  order: readonly number[],
  shading: Shading,
  ramp: Uint32Array,
  pixels: Uint32Array,
): void {
  const last = ramp.length - 1;
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) {
      const shade = a === b ? 1 : shadeOf(pairValue(values, a, b), shading);
      pixels[i * order.length + j] = ramp[Math.round(last * shade)]!;
    }
  }
}
