/** Attention patterns as SVG: all heads small (after BertViz's model view, Vig 2019), or one head enlarged. */

import type { Label, PatternText } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { decimal, plural } from "../page/numbers.ts";
import { displayToken, isSpecial, sentence, shortToken } from "../page/tokens.ts";
import { element, escaped } from "../page/xml.ts";
import { labelCode, labelColor, labelText, weightLevel, weightRamp } from "./colors.ts";
import { heatMap, pooled, weightLegend } from "./heat.ts";

/** The weights shown: attention, or attention times ‖f(x)‖ with rows normalized to sum to 1 (Kobayashi 2020). */
export type Weighting = "raw" | "norm";

export interface HeadGridOptions {
  readonly title?: string;
  /** The label of a head, if known. */
  readonly labels?: (layer: number, head: number) => Label | undefined;
  /** Shows only the heads of this layer. */
  readonly layer?: number;
  /** Shows only this head of each layer. */
  readonly head?: number;
  readonly weighting: Weighting;
}

export interface HeadPatternOptions {
  readonly title?: string;
  readonly label?: Label;
  readonly weighting: Weighting;
}

const INK = "#1c2024";
const DIM = "#5f6670";
const MARGIN = 24;
const GAP = 10;
/** Height of the line above a small map. */
const CAPTION = 17;
/** The maximum number of cells along a side of a small map; longer texts are reduced by maximum weight. */
const CELLS = 48;

/** Draws all heads of a text as small heat maps, one layer per row; queries run down, keys across. Standalone SVG. */
export function headGrid(text: PatternText, options: HeadGridOptions): string {
  const rows = text.patterns
    .map((heads, layer) => ({ layer, heads: heads.map((_, head) => head).filter((head) => (options.head ?? head) === head) }))
    .filter(({ layer }) => (options.layer ?? layer) === layer);
  const widest = Math.max(1, ...rows.map(({ heads }) => heads.length));
  const size = Math.min(170, Math.max(64, Math.floor(1060 / widest) - GAP));
  const width = Math.max(560, 2 * MARGIN + widest * (size + GAP) - GAP);
  const parts: string[] = [heading(options.title ?? "Attention by head", sentence(text.tokens, Math.floor(width / 7)))];
  let y = MARGIN + 56;
  for (const { layer, heads } of rows) {
    for (const [column, head] of heads.entries()) {
      parts.push(smallHead(text, layer, head, options, MARGIN + column * (size + GAP), y, size));
    }
    if (heads.length === 0) parts.push(words(`layer ${layer} has no heads`, MARGIN, y + 12, { fill: DIM, class: "dim" }));
    y += heads.length === 0 ? 24 : CAPTION + size + GAP + 4;
  }
  return picture(width, y + 60, `Attention patterns of ${plural(rows.length, "layer")}`, [
    ...parts,
    footer(y + 10, width, options.weighting),
  ]);
}

function smallHead(
  text: PatternText,
  layer: number,
  head: number,
  options: HeadGridOptions,
  x: number,
  y: number,
  size: number,
): string {
  const small = pooled(text.patterns[layer]![head]!, text.tokens.length, CELLS);
  const label = options.labels?.(layer, head);
  const name = element("title", {}, `${headName(layer, head)}${label ? ` ${label}` : ""}`);
  const parts = [name, words(headName(layer, head), x, y + 11, { "font-size": 11 })];
  if (label) parts.push(chip(label, x + size, y + 1));
  return element("g", {}, ...parts, heatMap(small.matrix, small.n, x, y + CAPTION, size));
}

/** Draws a label's code on its color, with its right edge at x. */
function chip(label: Label, x: number, y: number): string {
  const box = { x: x - 28, y, width: 28, height: 13, rx: 3, fill: labelColor(label) };
  const text = { "font-size": 9, "text-anchor": "middle", fill: labelText(label), class: "chip" };
  return element("rect", box) + words(labelCode(label), x - 14, y + 9.8, text);
}

/**
 * Draws one head enlarged, with its tokens along both axes; up to 40 tokens, each cell shows its pair and weight. Standalone
 * SVG.
 */
export function headPattern(text: PatternText, layer: number, head: number, options: HeadPatternOptions): string {
  const n = text.tokens.length;
  const matrix = text.patterns[layer]?.[head];
  if (!matrix)
    throw new RangeError(
      `headPattern: there is no head ${headName(layer, head)}; layer ${layer} has ${plural(text.patterns[layer]?.length ?? 0, "head")}`,
    );
  const cell = Math.min(34, Math.max(5, Math.floor(640 / n)));
  const font = Math.min(13, Math.max(8, cell * 0.8));
  const shown = text.tokens.map((token) => shortToken(token, 14));
  const axis = Math.ceil(Math.max(...shown.map((token) => token.length)) * font * 0.64) + 14;
  const [left, top] = [MARGIN + Math.max(axis, 40), MARGIN + 62 + axis];
  const width = Math.max(440, left + n * cell + MARGIN);
  const title = options.title ?? `Head ${headName(layer, head)}${options.label ? ` · ${options.label}` : ""}`;
  const parts = [
    heading(title, "rows: query token · columns: key token"),
    options.label ? chip(options.label, width - MARGIN, MARGIN + 3) : "",
    axes(text.tokens, shown, left, top, cell, font),
    n <= 40 ? cells(text.tokens, matrix, left, top, cell) : heatMap(matrix, n, left, top, n * cell),
    footer(top + n * cell + 18, width, options.weighting),
  ];
  return picture(width, top + n * cell + 68, `Attention pattern of head ${headName(layer, head)}`, parts);
}

/**
 * Draws token names down the left and, rotated, along the top; special tokens are dimmer, and long texts show only some names.
 */
function axes(
  tokens: readonly string[],
  shown: readonly string[],
  left: number,
  top: number,
  cell: number,
  font: number,
): string {
  const every = Math.ceil((font * 1.1) / cell);
  const names = shown.flatMap((name, i) => {
    if (i % every !== 0) return [];
    const middle = (i + 0.5) * cell;
    const look = { "font-size": font, ...(isSpecial(tokens[i]!) ? { fill: "#9097a0", class: "faint" } : {}) };
    const turned = { ...look, transform: `translate(${left + middle + font * 0.35} ${top - 7})rotate(-90)` };
    return [words(name, left - 7, top + middle + font * 0.35, { ...look, "text-anchor": "end" }), words(name, 0, 0, turned)];
  });
  return names.join("");
}

/** Draws the cells as squares with tooltips; the weight is printed in the cell if it fits. */
function cells(tokens: readonly string[], matrix: Float32Array, left: number, top: number, cell: number): string {
  const n = tokens.length;
  const ramp = weightRamp();
  const parts = Array.from({ length: n * n }, (_, at) => {
    const [i, j, weight] = [Math.floor(at / n), at % n, matrix[at]!];
    const level = weightLevel(weight);
    const [x, y] = [left + j * cell, top + i * cell];
    const title = element("title", {}, escaped(`${displayToken(tokens[i]!)} → ${displayToken(tokens[j]!)} ${decimal(weight)}`));
    const box = element("rect", { class: `w${level}`, x, y, width: cell - 1, height: cell - 1, fill: ramp[level] }, title);
    return cell < 28 || weight < 0.05 ? box : box + written(weight, level, x + cell / 2 - 0.5, y + cell / 2 + 3);
  });
  return parts.join("");
}

function written(weight: number, level: number, x: number, y: number): string {
  const strong = level > 7;
  const look = { "font-size": 9, "text-anchor": "middle", fill: strong ? "#ffffff" : INK, class: strong ? "strong" : "weak" };
  return words(weight >= 0.995 ? "1" : decimal(weight).slice(1), x, y, { ...look, "pointer-events": "none" });
}

function heading(title: string, line: string): string {
  const first = words(title, MARGIN, MARGIN + 14, { "font-size": 17, "font-weight": "bold" });
  return first + words(line, MARGIN, MARGIN + 34, { "font-size": 11, fill: DIM, class: "dim" });
}

function footer(y: number, width: number, weighting: Weighting): string {
  const what = weighting === "raw" ? "attention weight" : "weight × ‖f(x)‖, rows normalized to sum to 1";
  return words(what, MARGIN, y + 9, { "font-size": 11, fill: DIM, class: "dim" }) + weightLegend(width - MARGIN - 160, y, 160);
}

function words(text: string, x: number, y: number, attributes: Record<string, string | number> = {}): string {
  const place = attributes.transform === undefined ? { x, y } : {};
  return element("text", { ...place, fill: INK, "font-size": 12, ...attributes }, escaped(text));
}

function picture(width: number, height: number, label: string, parts: readonly string[]): string {
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": label,
  };
  const style = ".heat path{fill:none;stroke-width:1;shape-rendering:crispEdges}";
  const paper = element("rect", { class: "paper", width, height, fill: "#ffffff" });
  return element("svg", { ...root, "font-family": "DejaVu Sans, sans-serif" }, element("style", {}, style), paper, ...parts);
}
