/** Weights as characters: shades for any terminal, colored half-blocks for terminals with 24-bit color. */
import { Ansis } from "ansis";
import type { Label } from "../../heads/report/schema.ts";
import { labelCode, labelColor, labelText, weightLevel, weightRamp } from "./colors.ts";
import type { Grid } from "./heat.ts";

export interface TerminalOptions {
  /** The width of the terminal in characters. */
  readonly columns: number;
  /** True for 24-bit color, false for plain shades. */
  readonly color: boolean;
}

/** Always writes color: the caller decides, not the environment. */
export const paint = new Ansis(3);
/** Never writes color, so that the same code serves both. */
export const plain = new Ansis(0);

const SHADES = " ░▒▓█";
const ramp = weightRamp("dark");

/** Returns one of five shades for a weight, on the same square-root scale as the colors. */
export function shade(weight: number): string {
  return SHADES[Math.round(weightLevel(weight) / 4)]!;
}

/** Returns the color of a weight on a terminal, which is assumed to be dark. */
function tone(weight: number): string {
  return ramp[weightLevel(weight)]!;
}

/** Draws a pattern as lines of one character per column: one row per line in shades, two rows per line in color. */
export function smallMap({ matrix, rows, columns }: Grid, color: boolean): string[] {
  const row = (i: number) => Array.from(matrix.subarray(i * columns, (i + 1) * columns));
  if (!color) return Array.from({ length: rows }, (_, i) => row(i).map(shade).join(""));
  return Array.from({ length: Math.ceil(rows / 2) }, (_, pair) => {
    const below = 2 * pair + 1 < rows ? row(2 * pair + 1) : undefined;
    return row(2 * pair)
      .map((weight, j) => half(tone(weight), below && tone(below[j]!)))
      .join("");
  });
}

function half(above: string, below: string | undefined): string {
  const upper = paint.hex(above);
  return below === undefined ? upper("▀") : upper.bgHex(below)("▀");
}

/** Draws a weight as a block of the given number of characters. */
export function block(weight: number, width: number, color: boolean): string {
  return color ? paint.bgHex(tone(weight))(" ".repeat(width)) : shade(weight).repeat(width);
}

/** Draws a label's three-letter code on its color. */
export function chipText(label: Label, color: boolean): string {
  const code = labelCode(label).padStart(2).padEnd(3);
  return color ? paint.bgHex(labelColor(label)).hex(labelText(label))(code) : code;
}
