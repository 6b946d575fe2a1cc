/** Weights as characters: shades for any terminal, coloured half-blocks for those with 24-bit colour. */
import { Ansis } from "ansis";
import type { Label } from "../../heads/report/schema.ts";
import { labelCode, labelColor, labelText, weightLevel, weightRamp } from "./colors.ts";

export interface TerminalOptions {
  /** The terminal's width in characters. */
  readonly columns: number;
  /** 24-bit colour, or plain shades. */
  readonly color: boolean;
}

/** Always writes colour: whether to is the caller's decision, not that of the environment. */
export const paint = new Ansis(3);
/** Never writes colour, so that one piece of code serves both. */
export const plain = new Ansis(0);

const SHADES = " ░▒▓█";
const ramp = weightRamp("dark");

/** A weight as one of five shades, on the same square-root scale as the colours. */
export function shade(weight: number): string {
  return SHADES[Math.round(weightLevel(weight) / 4)]!;
}

/** The colour of a weight on a terminal, which is taken to be dark. */
function tone(weight: number): string {
  return ramp[weightLevel(weight)]!;
}

/** An n × n pattern as lines n characters wide: one line a row in shades, one line two rows in colour. */
export function smallMap(matrix: Float32Array, n: number, color: boolean): string[] {
  const row = (i: number) => Array.from(matrix.subarray(i * n, (i + 1) * n));
  if (!color) return Array.from({ length: n }, (_, i) => row(i).map(shade).join(""));
  return Array.from({ length: Math.ceil(n / 2) }, (_, pair) => {
    const below = 2 * pair + 1 < n ? row(2 * pair + 1) : undefined;
    return row(2 * pair)
      .map((weight, j) => half(tone(weight), below && tone(below[j]!)))
      .join("");
  });
}

function half(above: string, below: string | undefined): string {
  const upper = paint.hex(above);
  return below === undefined ? upper("▀") : upper.bgHex(below)("▀");
}

/** A weight as a block of a given number of characters. */
export function block(weight: number, width: number, color: boolean): string {
  return color ? paint.bgHex(tone(weight))(" ".repeat(width)) : shade(weight).repeat(width);
}

/** A label's code, three characters, on its colour. */
export function chipText(label: Label, color: boolean): string {
  const code = labelCode(label).padStart(2).padEnd(3);
  return color ? paint.bgHex(labelColor(label)).hex(labelText(label))(code) : code;
}
