/** Weights as pixels: the ramp's 17 colors in a table of whole pixels, so that a matrix is painted in one pass. */
import { channels, WEIGHT_LEVELS, weightRamp } from "../../../src/view/chart/colors.ts";
import type { Scheme, Weights } from "../types.ts";

const tables = new Map<Scheme, Uint32Array>();

/** Returns the ramp as RGBA pixels, step 0 first. Bytes are little-endian, as on every machine that runs a browser. */
export function rampTable(scheme: Scheme): Uint32Array {
  const known = tables.get(scheme);
  if (known) return known;
  const table = Uint32Array.from(weightRamp(scheme), (color) => pixel(channels(color)));
  tables.set(scheme, table);
  return table;
}

const fineTables = new Map<Scheme, Uint32Array>();

/** Returns 256 pixels from the first color of the ramp to the last, with those between its steps interpolated. */
export function fineRamp(scheme: Scheme): Uint32Array {
  const known = fineTables.get(scheme);
  if (known) return known;
  const steps = weightRamp(scheme).map(channels);
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    const at = (byte / 255) * WEIGHT_LEVELS;
    const low = Math.min(WEIGHT_LEVELS - 1, Math.floor(at));
    const [from, to] = [steps[low]!, steps[low + 1]!];
    const mixed = (k: 0 | 1 | 2) => Math.round(from[k] + (at - low) * (to[k] - from[k]));
    return pixel([mixed(0), mixed(1), mixed(2)]);
  });
  fineTables.set(scheme, table);
  return table;
}

/** Packs red, green and blue, each 0 … 255, into one opaque pixel. */
export function pixel([red, green, blue]: readonly [number, number, number]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Paints each weight in its step's color: the step of its square root, as in `weightLevel`. */
export function paintWeights(weights: Weights, table: Uint32Array, pixels: Uint32Array): void {
  for (let k = 0; k < pixels.length; k++) {
    const weight = weights[k]!;
    pixels[k] = table[weight > 0 ? (WEIGHT_LEVELS * Math.sqrt(weight < 1 ? weight : 1) + 0.5) | 0 : 0]!;
  }
}
