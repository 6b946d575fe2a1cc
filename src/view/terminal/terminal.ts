/** Attention patterns in a terminal. */

import type { Label, PatternText } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { pooled } from "../chart/heat.ts";
import { block, chipText, paint, plain, shade, smallMap, type TerminalOptions } from "../chart/shades.ts";
import { decimal } from "../page/numbers.ts";
import { sentence, shortToken } from "../page/tokens.ts";

export type { TerminalOptions } from "../chart/shades.ts";
export { reportText } from "./terminal-report.ts";

export interface GridTextOptions extends TerminalOptions {
  /** The label of a head, if known. */
  readonly labels?: (layer: number, head: number) => Label | undefined;
}

/** The maximum number of cells along a side of a small map. */
const CELLS = 20;
const GAP = 2;

/** Draws all heads of a text as small heat maps, layer by layer, as many per row as fit; queries down, keys across. */
export function gridText(text: PatternText, options: GridTextOptions): string {
  const style = options.color ? paint : plain;
  const width = Math.max(9, Math.min(CELLS, text.tokens.length));
  const most = Math.max(1, Math.floor((options.columns + GAP) / (width + GAP)));
  const lines = [style.dim(sentence(text.tokens, options.columns)), ""];
  for (const [layer, heads] of text.patterns.entries()) {
    if (heads.length === 0) lines.push(style.dim(`layer ${layer} has no heads`), "");
    // Rows have equal numbers of heads: twelve heads in room for eight become two rows of six.
    const across = Math.ceil(heads.length / Math.ceil(heads.length / most));
    for (let first = 0; first < heads.length; first += across) {
      const maps = heads.slice(first, first + across).map((_, i) => smallHead(text, layer, first + i, width, options));
      lines.push(...beside(maps), "");
    }
  }
  return [...lines, scale(options)].join("\n");
}

function smallHead(text: PatternText, layer: number, head: number, width: number, options: GridTextOptions): string[] {
  const small = pooled(text.patterns[layer]![head]!, text.tokens.length, CELLS);
  const label = options.labels?.(layer, head);
  const name = headName(layer, head).padEnd(width - 3);
  const line = label ? name + chipText(label, options.color) : name.padEnd(width);
  const margin = " ".repeat(width - small.n);
  return [line, ...smallMap(small.matrix, small.n, options.color).map((row) => row + margin)];
}

/** Joins blocks of equal height side by side. */
function beside(blocks: readonly (readonly string[])[]): string[] {
  return blocks[0]!.map((_, line) =>
    blocks
      .map((lines) => lines[line]!)
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** Draws the legend of the weights. */
function scale({ color }: TerminalOptions): string {
  const steps = [0.06, 0.25, 0.56, 1].map((weight) => `${color ? block(weight, 2, true) : `[${shade(weight)}]`} ${weight}`);
  return `weight ${steps.join(" ")}`;
}

/** Draws one head enlarged: a line per query with its weights and, at the end, the key with the largest weight. */
export function patternText(text: PatternText, layer: number, head: number, options: TerminalOptions): string {
  const style = options.color ? paint : plain;
  const n = text.tokens.length;
  const matrix = text.patterns[layer]?.[head];
  if (!matrix) throw new RangeError(`patternText: there is no head ${headName(layer, head)}; choose one of the text's heads`);
  const name = Math.min(12, Math.max(...text.tokens.map((token) => shortToken(token, 12).length)));
  const keys = keyColumns(n, options.columns - name - 1 - 11 - name);
  const lines = text.tokens.map((token, i) => {
    const row = matrix.subarray(i * n, (i + 1) * n);
    const blocks = keys.map(({ from, to, width }) => block(Math.max(...row.subarray(from, to)), width, options.color));
    return `${shortToken(token, name).padStart(name)} ${blocks.join("")}  ${strongest(text.tokens, row, name)}`;
  });
  const names = keyNames(text.tokens, keys).map((line) => style.dim(`${" ".repeat(name + 1)}${line}`.trimEnd()));
  return [style.bold(`Head ${headName(layer, head)}`), "", ...names, ...lines, "", scale(options)].join("\n");
}

interface KeyColumn {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** Fits the keys into the available columns: two characters each, else one, else several keys per column. */
function keyColumns(n: number, room: number): KeyColumn[] {
  const width = 2 * n <= room ? 2 : 1;
  const columns = Math.min(n, Math.max(1, room));
  const edge = (column: number) => Math.floor((column * n) / columns);
  return Array.from({ length: columns }, (_, column) => ({ from: edge(column), to: edge(column + 1), width }));
}

/** Writes key names downward, aligned at the last line. */
function keyNames(tokens: readonly string[], keys: readonly KeyColumn[]): string[] {
  const names = keys.map(({ from }) => [...shortToken(tokens[from]!, 8)]);
  const height = Math.max(...names.map((name) => name.length));
  return Array.from({ length: height }, (_, line) =>
    names.map((name, column) => (name[line - height + name.length] ?? " ").padEnd(keys[column]!.width)).join(""),
  );
}

function strongest(tokens: readonly string[], row: Float32Array, length: number): string {
  const best = row.reduce((at, weight, j) => (weight > row[at]! ? j : at), 0);
  return `→ ${shortToken(tokens[best]!, length).padEnd(length)} ${decimal(row[best])}`;
}
