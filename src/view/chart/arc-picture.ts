/** A head as lines from its queries at the left to its keys at the right (after BertViz's head view, Vig 2019), as SVG. */
import type { SitePatterns } from "../../heads/observe/text-patterns.ts";
import { readableTokens } from "../page/readable-tokens.ts";
import { isSpecial, shortToken } from "../page/tokens.ts";
import { element } from "../page/xml.ts";
import { type ArcLink, columnPath, linksOf, strokeLook, strokesOf } from "./arcs.ts";
import { WEIGHT_LEVELS, weightLevel, weightRamp } from "./colors.ts";
import type { Grid } from "./heat.ts";
import { DIM, type Drawn, MARGIN, type Weighting, words } from "./standalone.ts";

/** Weights below this are not drawn. */
const LEAST = 0.05;
/** Height of a token, its font, and the width of the lines between the tokens. */
const [STEP, FONT, ACROSS] = [22, 12, 300];
/** The step of the weights' colors that all lines have; their width and opacity show the weight. */
const COLOR = 13;

/** Draws the lines of a head in a box, without its tokens. */
export function smallArcs({ matrix, rows, columns }: Grid, x: number, y: number, width: number, height: number): string {
  const links = linksOf([{ weights: matrix, rows, columns }], LEAST);
  const frame = element("rect", { class: "w0", x, y, width, height, fill: weightRamp()[0] });
  return frame + lines(links, x, y, width, height / Math.max(rows, columns), 0.4);
}

/** Draws a head with its tokens. */
export function largeArcs({ rows, columns }: SitePatterns, weights: Float32Array): Drawn {
  const [queries, keys] = [rows, columns].map((tokens) => readableTokens(tokens).map((token) => shortToken(token, 18)));
  const room = Math.max(...[...queries!, ...keys!].map((token) => token.length)) * FONT * 0.64 + 10;
  const left = MARGIN + room;
  const links = linksOf([{ weights, rows: rows.length, columns: columns.length }], LEAST);
  const named = (names: readonly string[], tokens: readonly string[], x: number, anchor: "start" | "end") =>
    names.map((name, k) => {
      const look = { "font-size": FONT, "text-anchor": anchor };
      const faint = { ...look, fill: "#9097a0", class: "faint" };
      return words(name, x, (k + 0.5) * STEP + FONT * 0.35, isSpecial(tokens[k] ?? "") ? faint : look);
    });
  const parts = [
    ...named(queries!, rows, left - 8, "end"),
    ...named(keys!, columns, left + ACROSS + 8, "start"),
    lines(links, left, 0, ACROSS, STEP, 1),
  ];
  const size = { width: left + ACROSS + room + MARGIN, height: STEP * Math.max(rows.length, columns.length) };
  return { markup: parts.join(""), ...size, axes: "left: query token · right: key token" };
}

function lines(links: readonly ArcLink[], x: number, y: number, width: number, step: number, scale: number): string {
  const strokes = strokesOf(links, (link) => columnPath(link, 1, width, step));
  const paths = strokes.map(({ level, d }) => element("path", { d, ...look(level, scale) }));
  return element("g", { class: "arcs", transform: `translate(${x} ${y})` }, ...paths);
}

function look(level: number, scale: number) {
  const { width, opacity } = strokeLook(level);
  const line = { class: `s${COLOR}`, stroke: weightRamp()[COLOR], fill: "none" };
  return { ...line, "stroke-width": width * scale, "stroke-opacity": opacity };
}

/** Draws the kind of the weights, and lines with what they weigh; 26 pixels high. */
export function arcLegend(y: number, width: number, weighting: Weighting): string {
  const what = weighting === "raw" ? "attention weight" : "weight × ‖f(x)‖";
  const dim = { "font-size": 11, fill: DIM, class: "dim" };
  const shown = [0.1, 0.25, 0.5, 1].map((weight, k) => {
    const x = width - MARGIN - 208 + 56 * k;
    const line = element("path", { d: `M${x} ${y + 5}h22`, ...look(Math.min(WEIGHT_LEVELS, weightLevel(weight)), 1) });
    return line + words(`${weight}`, x + 26, y + 9, { ...dim, "font-size": 10 });
  });
  return words(`${what}, from ${LEAST}`, MARGIN, y + 9, dim) + shown.join("");
}
