/** Attention patterns as SVG: all heads small (after BertViz's model view, Vig 2019), or one head enlarged. */

import type { SitePatterns } from "../../heads/observe/text-patterns.ts";
import type { Label } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { decimal, plural } from "../page/numbers.ts";
import { readableTokens, sentence } from "../page/readable-tokens.ts";
import { displayToken, isSpecial, shortToken } from "../page/tokens.ts";
import { element, escaped } from "../page/xml.ts";
import { arcLegend, largeArcs, smallArcs } from "./arc-picture.ts";
import { weightLevel, weightRamp } from "./colors.ts";
import { type Grid, heatMap, pooled } from "./heat.ts";
import { chip, DIM, type Drawn, footer, heading, INK, MARGIN, picture, type Weighting, words } from "./standalone.ts";

export interface HeadGridOptions {
  /** Default: "Attention by head". */
  readonly title?: string;
  /** The label of a head by its name, if known. */
  readonly labels?: (head: string) => Label | undefined;
  readonly weighting: Weighting;
  /** Heat maps, or lines from queries at the left to keys at the right; default: `"maps"`. */
  readonly drawing?: "maps" | "arcs";
}

export interface HeadPatternOptions {
  /** Default: the head's name and label. */
  readonly title?: string;
  readonly label?: Label;
  readonly weighting: Weighting;
  /** A heat map, or lines from queries at the left to keys at the right; default: `"maps"`. */
  readonly drawing?: "maps" | "arcs";
}

const GAP = 10;
/** Height of the line above a small map. */
const CAPTION = 17;
/** Width of a character of a caption. */
const CHARACTER = 6.6;
/** The maximum number of cells along a side of a small map; longer texts are reduced by maximum weight. */
const CELLS = 48;
/** The maximum number of characters of a text above a picture. */
const LETTERS = 420;

/**
 * Draws all heads as small heat maps, one attention per row; queries run down, keys across, with the texts above. Standalone
 * SVG.
 */
export function headGrid(sites: readonly SitePatterns[], options: HeadGridOptions): string {
  const widest = Math.max(1, ...sites.map(({ patterns }) => patterns.length));
  const longest = Math.max(0, ...sites.map(({ site, patterns }) => headName(site, patterns.length - 1).length));
  const least = Math.max(64, Math.ceil(longest * CHARACTER));
  const size = Math.min(170, Math.max(least, Math.floor(1060 / widest) - GAP));
  const width = Math.max(560, 2 * MARGIN + widest * (size + GAP) - GAP);
  const top = heading(options.title ?? "Attention by head", textsOf(sites, LETTERS), width);
  const parts: string[] = [top.markup];
  let y = top.height + 4;
  for (const { site, patterns, ...axes } of sites) {
    for (const [column, pattern] of patterns.entries()) {
      const x = MARGIN + column * (size + GAP);
      parts.push(smallHead(gridOf(pattern, axes), headName(site, column), options, x, y, boxOf(axes, size)));
    }
    if (patterns.length === 0) parts.push(words(`layer ${site} has no heads`, MARGIN, y + 12, { fill: DIM, class: "dim" }));
    y += patterns.length === 0 ? 24 : CAPTION + boxOf(axes, size).height + GAP + 4;
  }
  return picture(width, y + 60, `Attention patterns of ${plural(sites.length, "layer")}`, [
    ...parts,
    scaleOf(y + 10, width, options),
  ]);
}

/** The legend of maps or of arcs. */
const scaleOf = (y: number, width: number, { weighting, drawing }: HeadGridOptions): string =>
  drawing === "arcs" ? arcLegend(y, width, weighting) : footer(y, width, weighting);

type Axes = Pick<SitePatterns, "rows" | "columns">;

const gridOf = (matrix: Float32Array, { rows, columns }: Axes): Grid => ({
  ...{ matrix, rows: rows.length, columns: columns.length },
});

/** Returns the texts along the axes, each once, at most `length` characters long: in an encoder–decoder source and target. */
export function textsOf(sites: readonly SitePatterns[], length: number): string[] {
  const texts = new Map(sites.flatMap(({ columns, rows }) => [columns, rows]).map((tokens) => [sentence(tokens), tokens]));
  const names = texts.size > 1 ? ["source: ", "target: "] : [""];
  return [...texts.values()].map((tokens, k) => `${names[k]}${sentence(tokens, length - names[k]!.length)}`);
}

/** The size of a picture in pixels. */
interface Box {
  readonly width: number;
  readonly height: number;
}

/** Returns the size of a map with square cells whose longer side is `size`. */
function boxOf({ rows, columns }: Axes, size: number): Box {
  const longer = Math.max(rows.length, columns.length);
  return { width: Math.round((size * columns.length) / longer), height: Math.round((size * rows.length) / longer) };
}

function smallHead(grid: Grid, name: string, options: HeadGridOptions, x: number, y: number, box: Box): string {
  const label = options.labels?.(name);
  const title = element("title", {}, `${name}${label ? ` ${label}` : ""}`);
  const parts = [title, words(name, x, y + 11, { "font-size": 11 })];
  if (label) parts.push(chip(label, x + box.width, y + 1));
  const small = pooled(grid, CELLS);
  const drawn =
    options.drawing === "arcs"
      ? smallArcs(small, x, y + CAPTION, box.width, box.height)
      : heatMap(small, x, y + CAPTION, box.width, box.height);
  return element("g", {}, ...parts, drawn);
}

/**
 * Draws one head enlarged: query tokens down the left, key tokens along the top, up to 40 tokens with the weight of each
 * pair; or as arcs, with keys at the right. Standalone SVG.
 */
export function headPattern(site: SitePatterns, head: number, options: HeadPatternOptions): string {
  const matrix = site.patterns[head];
  const name = headName(site.site, head);
  if (!matrix)
    throw new RangeError(
      `headPattern: there is no head ${name}; choose one of the ${plural(site.patterns.length, "head")} of layer ${site.site}`,
    );
  const title = options.title ?? `Head ${name}${options.label ? ` · ${options.label}` : ""}`;
  const drawn = options.drawing === "arcs" ? largeArcs(site, matrix) : largeMap(site, matrix);
  const width = Math.max(440, drawn.width);
  const top = heading(title, [...textsOf([site], LETTERS), drawn.axes], width - (options.label ? 44 : 0));
  const parts = [
    top.markup,
    options.label ? chip(options.label, width - MARGIN, MARGIN + 3) : "",
    element("g", { transform: `translate(0 ${top.height})` }, drawn.markup),
    scaleOf(top.height + drawn.height + 18, width, options),
  ];
  return picture(width, top.height + drawn.height + 68, `Attention pattern of head ${name}`, parts);
}

function largeMap(site: SitePatterns, matrix: Float32Array): Drawn {
  const longer = Math.max(site.rows.length, site.columns.length);
  const cell = Math.min(34, Math.max(5, Math.floor(640 / longer)));
  const font = Math.min(13, Math.max(8, cell * 0.8));
  const [rows, columns] = [axisOf(site.rows, font), axisOf(site.columns, font)];
  const [left, top] = [MARGIN + Math.max(rows.room, 40), columns.room];
  const [across, down] = [site.columns.length * cell, site.rows.length * cell];
  const parts = [
    tokenNames(rows, cell, font, (middle) => ({ x: left - 7, y: top + middle + font * 0.35, "text-anchor": "end" })),
    tokenNames(columns, cell, font, (middle) => ({
      transform: `translate(${left + middle + font * 0.35} ${top - 7})rotate(-90)`,
    })),
    longer <= 40 ? cells(site, matrix, left, top, cell) : heatMap(gridOf(matrix, site), left, top, across, down),
  ];
  const axes = "rows: query token · columns: key token";
  return { markup: parts.join(""), width: left + across + MARGIN, height: top + down, axes };
}

/** The tokens along an axis, as shown, and the room that the longest needs. */
interface Axis {
  readonly tokens: readonly string[];
  readonly shown: readonly string[];
  readonly room: number;
}

function axisOf(tokens: readonly string[], font: number): Axis {
  const shown = readableTokens(tokens).map((token) => shortToken(token, 14));
  return { tokens, shown, room: Math.ceil(Math.max(...shown.map((token) => token.length)) * font * 0.64) + 14 };
}

/** Draws the token names of an axis, each at its place; special tokens are dimmer, and long texts show only some names. */
function tokenNames(
  { tokens, shown }: Axis,
  cell: number,
  font: number,
  place: (middle: number) => Record<string, string | number>,
): string {
  const every = Math.ceil((font * 1.1) / cell);
  const names = shown.flatMap((name, i) => {
    if (i % every !== 0) return [];
    const look = { "font-size": font, ...(isSpecial(tokens[i]!) ? { fill: "#9097a0", class: "faint" } : {}) };
    return [words(name, 0, 0, { ...look, ...place((i + 0.5) * cell) })];
  });
  return names.join("");
}

/** Draws the cells as squares with tooltips; the weight is printed in the cell if it fits. */
function cells({ rows, columns }: Axes, matrix: Float32Array, left: number, top: number, cell: number): string {
  const ramp = weightRamp();
  const [queries, keys] = [rows, columns].map((tokens) => readableTokens(tokens).map(displayToken));
  const parts = Array.from(matrix, (weight, at) => {
    const [i, j] = [Math.floor(at / columns.length), at % columns.length];
    const level = weightLevel(weight);
    const [x, y] = [left + j * cell, top + i * cell];
    const title = element("title", {}, escaped(`${queries![i]} → ${keys![j]} ${decimal(weight)}`));
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
