/** Attention as lines between tokens (after BertViz's head view, Vig 2019): selection of lines, and their paths. */
import { WEIGHT_LEVELS, weightLevel } from "./colors.ts";

/** Weights of queries on keys, row by row. */
export interface Weights {
  readonly weights: Float32Array | readonly number[];
  readonly rows: number;
  readonly columns: number;
}

/** A line from a query to a key. */
export interface ArcLink {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
  /** The index of its matrix. */
  readonly head: number;
}

/** The token whose lines are the only ones drawn. */
export interface Active {
  readonly side: "query" | "key";
  readonly index: number;
}

/** Visits the weights above zero, of all tokens or of one. */
function eachLink(matrices: readonly Weights[], active: Active | undefined, visit: (link: ArcLink) => void): void {
  for (const [head, { weights, rows, columns }] of matrices.entries()) {
    const [firstRow, lastRow] = active?.side === "query" ? [active.index, active.index] : [0, rows - 1];
    const [firstColumn, lastColumn] = active?.side === "key" ? [active.index, active.index] : [0, columns - 1];
    for (let query = firstRow; query <= lastRow; query++) {
      for (let key = firstColumn; key <= lastColumn; key++) {
        const weight = weights[query * columns + key]!;
        if (weight > 0) visit({ query, key, weight, head });
      }
    }
  }
}

/** Returns the weights of at least `threshold`, for all tokens or for one. */
export function linksOf(matrices: readonly Weights[], threshold: number, active?: Active): ArcLink[] {
  const links: ArcLink[] = [];
  eachLink(matrices, active, (link) => link.weight >= threshold && links.push(link));
  return links;
}

/** Returns the number of weights above zero, for all tokens or for one. */
export function countLinks(matrices: readonly Weights[], active?: Active): number {
  let count = 0;
  eachLink(matrices, active, () => count++);
  return count;
}

/** All lines of a head with the same look, as one path. */
export interface Stroke {
  readonly head: number;
  /** The step of their weights, 1 … 16. */
  readonly level: number;
  readonly d: string;
}

/** Groups links into few paths, weak ones first so that strong ones lie on top; `pathOf` draws one link. */
export function strokesOf(links: readonly ArcLink[], pathOf: (link: ArcLink) => string): Stroke[] {
  const paths = new Map<number, string>();
  for (const link of links) {
    const key = link.head * (WEIGHT_LEVELS + 1) + weightLevel(link.weight);
    paths.set(key, (paths.get(key) ?? "") + pathOf(link));
  }
  const strokes = [...paths].map(([key, d]) => ({
    head: Math.floor(key / (WEIGHT_LEVELS + 1)),
    level: key % (WEIGHT_LEVELS + 1),
    d,
  }));
  return strokes.sort((a, b) => a.level - b.level || a.head - b.head);
}

/** Returns the width and opacity of a step's lines. */
export function strokeLook(level: number): { readonly width: number; readonly opacity: number } {
  const t = level / WEIGHT_LEVELS;
  return { width: Math.round((0.6 + 3.4 * t) * 100) / 100, opacity: Math.round((0.2 + 0.8 * t) * 100) / 100 };
}

/** Draws a link from the left column to the right one; `step` is the row height, and heads are slightly offset. */
export function columnPath({ query, key, head }: ArcLink, heads: number, width: number, step: number): string {
  const beside = (head - (heads - 1) / 2) * 3;
  const [y1, y2] = [(query + 0.5) * step + beside, (key + 0.5) * step + beside];
  return `M0 ${y1}C${width / 2} ${y1} ${width / 2} ${y2} ${width} ${y2}`;
}

/** Draws an arc over a line of tokens with these centers; its ends are at `base`, and `up` is −1 above the line. */
export function linePath(link: ArcLink, middles: readonly number[], base: number, up: number): string {
  const [from, to] = [middles[link.query] ?? 0, middles[link.key] ?? 0];
  const beside = link.query === link.key ? 6 : 0;
  const reach = base + up * controlOf(link, middles);
  return `M${from - beside} ${base}C${from - beside} ${reach} ${to + beside} ${reach} ${to + beside} ${base}`;
}

/** Returns the distance of an arc's control points from the line: a cubic with both there reaches three quarters of it. */
function controlOf({ query, key, head }: ArcLink, middles: readonly number[]): number {
  const distance = Math.abs((middles[key] ?? 0) - (middles[query] ?? 0));
  return Math.min(24 + distance * 0.45, 200) + head * 4;
}

/** Returns the height of these arcs in pixels. */
export function bowRoom(links: readonly ArcLink[], middles: readonly number[]): number {
  return links.reduce((room, link) => Math.max(room, Math.ceil(0.75 * controlOf(link, middles)) + 4), 0);
}
