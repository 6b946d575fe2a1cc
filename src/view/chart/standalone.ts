/** The frame of a standalone picture: its title and texts, its legend, and what is written in it. */
import type { Label } from "../../heads/report/schema.ts";
import { element, escaped } from "../page/xml.ts";
import { labelCode, labelColor, labelText } from "./colors.ts";
import { weightLegend } from "./heat.ts";

/** The weights shown: attention, or attention times ‖f(x)‖ with rows normalized to sum to 1 (Kobayashi 2020). */
export type Weighting = "raw" | "norm";

export const INK = "#1c2024";
export const DIM = "#5f6670";
export const MARGIN = 24;
/** Mean widths of characters of the title, which is bold, and of the lines below it. */
const [TITLE, LINE] = [10.6, 6.6];

/** One head enlarged, without its title. */
export interface Drawn {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
  /** What runs where. */
  readonly axes: string;
}

/** Text above a picture, and the height that it takes. */
export interface Heading {
  readonly markup: string;
  readonly height: number;
}

/** Returns a title and lines below it, wrapped to a picture of this width. */
export function heading(title: string, lines: readonly string[], width: number): Heading {
  const room = width - 2 * MARGIN;
  const titles = wrapped(title, Math.floor(room / TITLE));
  const others = lines.flatMap((line) => wrapped(line, Math.floor(room / LINE)));
  const end = MARGIN + 22 * titles.length;
  const markup = [
    ...titles.map((line, k) => words(line, MARGIN, MARGIN + 14 + 22 * k, { "font-size": 17, "font-weight": "bold" })),
    ...others.map((line, k) => words(line, MARGIN, end + 12 + 17 * k, { "font-size": 11, fill: DIM, class: "dim" })),
  ];
  return { markup: markup.join(""), height: end + 17 * others.length + 8 };
}

/** Breaks a text at spaces into lines of at most `length` characters; a longer word is broken too. */
export function wrapped(text: string, length: number): string[] {
  const most = Math.max(8, length);
  const pieces = text.split(" ").flatMap((word) => cutUp([...word], most));
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && [...last].length + 1 + [...piece].length <= most) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

const cutUp = (word: readonly string[], most: number): string[] =>
  word.length <= most
    ? [word.join("")]
    : Array.from({ length: Math.ceil(word.length / most) }, (_, k) => word.slice(k * most, (k + 1) * most).join(""));

/** Draws a label's code on its color, with its right edge at x. */
export function chip(label: Label, x: number, y: number): string {
  const box = { x: x - 28, y, width: 28, height: 13, rx: 3, fill: labelColor(label) };
  const text = { "font-size": 9, "text-anchor": "middle", fill: labelText(label), class: "chip" };
  return element("rect", box) + words(labelCode(label), x - 14, y + 9.8, text);
}

/** Draws the kind and the scale of the weights, 26 pixels high. */
export function footer(y: number, width: number, weighting: Weighting): string {
  const what = weighting === "raw" ? "attention weight" : "weight × ‖f(x)‖, rows normalized to sum to 1";
  return words(what, MARGIN, y + 9, { "font-size": 11, fill: DIM, class: "dim" }) + weightLegend(width - MARGIN - 160, y, 160);
}

export function words(text: string, x: number, y: number, attributes: Record<string, string | number> = {}): string {
  const place = attributes.transform === undefined ? { x, y } : {};
  return element("text", { ...place, fill: INK, "font-size": 12, ...attributes }, escaped(text));
}

/** Returns the picture as an SVG file on white paper. */
export function picture(width: number, height: number, label: string, parts: readonly string[]): string {
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    ...{ width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, "font-family": FONTS },
  };
  const style = ".heat path{fill:none;stroke-width:1;shape-rendering:crispEdges}.arcs path{fill:none;stroke-linecap:round}";
  const paper = element("rect", { class: "paper", width, height, fill: "#ffffff" });
  return element("svg", root, element("style", {}, style), paper, ...parts);
}

const FONTS = "system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
