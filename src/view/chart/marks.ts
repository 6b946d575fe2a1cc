/** Marks of charts as SVG; the page's style colors them by class. */
import { element, escaped } from "../page/xml.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A vertical interval. */
export interface Span {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

type Look = Readonly<Record<string, string | number | undefined>>;

const pair = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Splits a list at its gaps. */
function runs<Item>(items: readonly (Item | null)[]): Item[][] {
  const found: Item[][] = [[]];
  for (const item of items) {
    if (item === null) found.push([]);
    else found.at(-1)!.push(item);
  }
  return found.filter((run) => run.length > 0);
}

/** Draws a line through places; it breaks where there is none. */
export const line = (look: Look, places: readonly (Place | null)[]): string =>
  element("path", {
    ...look,
    d: runs(places)
      .map((run) => `M${run.map(({ x, y }) => pair(x, y)).join("L")}`)
      .join(""),
  });

/** Draws the area between the ends of spans; it breaks where there is none. */
export function area(look: Look, spans: readonly (Span | null)[]): string {
  const outline = (run: readonly Span[]) => {
    const there = run.map(({ x, high }) => pair(x, high));
    const back = run.map(({ x, low }) => pair(x, low)).reverse();
    return `M${[...there, ...back].join("L")}Z`;
  };
  return element("path", { ...look, d: runs(spans).map(outline).join("") });
}

/** Draws a circle; `caption` appears when the pointer is on it. */
export const dot = (look: Look, { x, y }: Place, r: number, caption?: string): string =>
  element("circle", { ...look, cx: x, cy: y, r }, ...captioned(caption));

/** Draws a vertical bar from `low` to `high`, `width` wide. */
export const bar = (look: Look, { x, low, high }: Span, width: number, caption?: string): string =>
  element("rect", { ...look, x: x - width / 2, y: high, width, height: low - high }, ...captioned(caption));

/** Draws an interval as a vertical line. */
export const whisker = (look: Look, { x, low, high }: Span): string =>
  element("line", { ...look, x1: x, x2: x, y1: low, y2: high });

const captioned = (caption?: string): string[] => (caption === undefined ? [] : [element("title", {}, escaped(caption))]);

/** Writes text that starts, ends or has its middle at x, which may be a share of the width ("50%"). */
export const label = (
  x: number | string,
  y: number,
  text: string,
  anchor: "start" | "middle" | "end",
  look: Look = {},
): string => element("text", { ...look, x, y, "text-anchor": anchor }, escaped(text));

/** Moves places apart as little as possible, so that neighbors keep `gap` and all stay within [low, high]. */
export function spread(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((_, k) => k).sort((a, b) => places[a]! - places[b]!);
  // without the gaps, neighbors may not cross: those that do share their mean (isotonic regression)
  const blocks: { sum: number; count: number }[] = [];
  const mean = (back: number) => blocks.at(back)!.sum / blocks.at(back)!.count;
  for (const [rank, k] of order.entries()) {
    blocks.push({ sum: places[k]! - rank * gap, count: 1 });
    while (blocks.length > 1 && mean(-2) > mean(-1)) {
      const { sum, count } = blocks.pop()!;
      blocks.at(-1)!.sum += sum;
      blocks.at(-1)!.count += count;
    }
  }
  const last = high - gap * (places.length - 1);
  const means = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  const out = [...places];
  for (const [rank, k] of order.entries()) out[k] = Math.max(low, Math.min(last, means[rank]!)) + rank * gap;
  return out;
}

/** The name of a line, at the height of its end. */
export interface End {
  readonly name: string;
  readonly y: number;
  /** The class of the text. */
  readonly look: string;
}

/** The height of a name. */
const NAME_HEIGHT = 13;

/** Writes names of lines at x, moved apart within [low, high] if they would overlap. */
export function endNames(ends: readonly End[], x: number, low: number, high: number): string {
  const places = spread(
    ends.map(({ y }) => y),
    NAME_HEIGHT,
    low,
    high,
  );
  return ends.map(({ name, look }, k) => label(x, places[k]! + 4, name, "start", { class: look })).join("");
}
