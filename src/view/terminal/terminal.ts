/** Attention patterns in a terminal. */

import type { SitePatterns } from "../../heads/observe/text-patterns.ts";
import type { Label } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { type Grid, pooled } from "../chart/heat.ts";
import { textsOf } from "../chart/pattern.ts";
import { block, chipText, paint, plain, shade, smallMap, type TerminalOptions } from "../chart/shades.ts";
import { decimal } from "../page/numbers.ts";
import { readableTokens } from "../page/readable-tokens.ts";
import { shortToken } from "../page/tokens.ts";
import { charactersOf, columnsOf, filledEnd, filledStart } from "./columns.ts";

export type { TerminalOptions } from "../chart/shades.ts";
export { reportText } from "./terminal-report.ts";

export interface GridTextOptions extends TerminalOptions {
  /** The label of a head by its name, if known. */
  readonly labels?: (head: string) => Label | undefined;
}

/** The maximum number of cells along a side of a small map. */
const CELLS = 20;
/** The minimum width of a small map: a name and a label. */
const LEAST = 9;
const GAP = 2;

/**
 * Draws all heads as small heat maps, attention by attention, as many per row as fit; queries run down, keys across, with the
 * texts above.
 */
export function gridText(sites: readonly SitePatterns[], options: GridTextOptions): string {
  const style = options.color ? paint : plain;
  const lines = [...textsOf(sites, options.columns).map((text) => style.dim(text)), ""];
  for (const { site, rows, columns, patterns } of sites) {
    if (patterns.length === 0) lines.push(style.dim(`layer ${site} has no heads`), "");
    const width = Math.max(LEAST, headName(site, patterns.length - 1).length, Math.min(CELLS, columns.length));
    const most = Math.max(1, Math.floor((options.columns + GAP) / (width + GAP)));
    // Rows have equal numbers of heads: twelve heads in room for eight become two rows of six.
    const across = Math.ceil(patterns.length / Math.ceil(patterns.length / most));
    const maps = patterns.map((matrix, head) => {
      const grid = { matrix, rows: rows.length, columns: columns.length };
      return smallHead(grid, headName(site, head), width, options);
    });
    for (let first = 0; first < maps.length; first += across) lines.push(...beside(maps.slice(first, first + across)), "");
  }
  return [...lines, scale(options)].join("\n");
}

function smallHead(grid: Grid, head: string, width: number, options: GridTextOptions): string[] {
  const small = pooled(grid, CELLS);
  const label = options.labels?.(head);
  const name = head.padEnd(width - 3);
  const line = label ? name + chipText(label, options.color) : name.padEnd(width);
  const margin = " ".repeat(width - small.columns);
  return [line, ...smallMap(small, options.color).map((row) => row + margin)];
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
export function patternText({ site, patterns, ...axes }: SitePatterns, head: number, options: TerminalOptions): string {
  const [rows, columns] = [readableTokens(axes.rows), readableTokens(axes.columns)];
  const style = options.color ? paint : plain;
  const n = columns.length;
  const matrix = patterns[head];
  if (!matrix) throw new RangeError(`patternText: there is no head ${headName(site, head)}; choose one of the layer's heads`);
  const [query, key] = [longest(rows), longest(columns)];
  const keys = keyColumns(n, options.columns - query - 1 - 11 - key);
  const lines = rows.map((token, i) => {
    const row = matrix.subarray(i * n, (i + 1) * n);
    const blocks = keys.map(({ from, to, width }) => block(Math.max(...row.subarray(from, to)), width, options.color));
    return `${filledStart(shortToken(token, query), query)} ${blocks.join("")}  ${strongest(columns, row, key)}`;
  });
  const names = keyNames(columns, keys).map((line) => style.dim(`${" ".repeat(query + 1)}${line}`.trimEnd()));
  return [style.bold(`Head ${headName(site, head)}`), "", ...names, ...lines, "", scale(options)].join("\n");
}

/** Returns the length of the longest name of a token, at most 12. */
const longest = (tokens: readonly string[]): number =>
  Math.min(12, Math.max(...tokens.map((token) => columnsOf(shortToken(token, 12)))));

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
  const names = keys.map(({ from }) => charactersOf(shortToken(tokens[from]!, 8)));
  const height = Math.max(...names.map((name) => name.length));
  return Array.from({ length: height }, (_, line) =>
    names.map((name, column) => fitted(name[line - height + name.length] ?? " ", keys[column]!.width)).join(""),
  );
}

/** Fills a character up to the width of its column; one that is too wide is a dot. */
const fitted = (character: string, width: number): string => filledEnd(columnsOf(character) > width ? "·" : character, width);

function strongest(tokens: readonly string[], row: Float32Array, length: number): string {
  const best = row.reduce((at, weight, j) => (weight > row[at]! ? j : at), 0);
  return `→ ${filledEnd(shortToken(tokens[best]!, length), length)} ${decimal(row[best])}`;
}
