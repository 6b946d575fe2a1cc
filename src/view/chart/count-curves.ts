/** A quantity against the number of heads, as a small SVG: dots for seeds, the mean with its interval, and reference lines. */
import { decimal, plural } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";

/** The values for one number of heads. */
export interface CountPoint {
  readonly heads: number;
  readonly mean: number;
  /** The interval; absent for a single seed. */
  readonly low?: number;
  readonly high?: number;
  readonly seeds: readonly number[];
}

export interface CountChart {
  readonly title: string;
  readonly points: readonly CountPoint[];
  /** Named horizontal reference lines, such as a ceiling. */
  readonly lines?: readonly { readonly name: string; readonly value: number }[];
  /** The values at the lower and upper edge; default: from 0 to the largest value. */
  readonly range?: readonly [number, number];
  readonly digits?: number;
}

const WIDTH = 250;
const HEIGHT = 190;
const PLOT = { left: 36, right: WIDTH - 62, top: 30, bottom: HEIGHT - 30 };

/** Draws the chart, `WIDTH` × `HEIGHT`; the page's style colors it (`COUNT_STYLE`). */
export function countChart({ title, points, lines = [], range, digits = 2 }: CountChart): string {
  const values = [...points.flatMap(({ seeds, mean, high = mean }) => [...seeds, high]), ...lines.map(({ value }) => value)];
  const [from, to] = range ?? [0, 1.05 * Math.max(1e-9, ...values)];
  const y = (v: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * (Math.min(to, Math.max(from, v)) - from)) / (to - from);
  const x = (k: number) => PLOT.left + 10 + ((PLOT.right - PLOT.left - 20) * k) / Math.max(1, points.length - 1);
  const path = points.map(({ mean }, k) => `${decimal(x(k), 1)},${decimal(y(mean), 1)}`).join(" ");
  const label = `${title} by number of heads: ${points.map((p) => `${p.heads}: ${decimal(p.mean, digits)}`).join(", ")}`;
  return element(
    "svg",
    { class: "count", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": label },
    element("text", { class: "name", x: 0, y: 14 }, escaped(title)),
    ...[from, (from + to) / 2, to].map((v) => tick(v, y(v), digits)),
    ...reference(lines, y),
    element("polyline", { class: "line", points: path }),
    ...points.map((p, k) => mark(p, x(k), y, digits)),
    ...points.map((p, k) => element("text", { x: x(k), y: PLOT.bottom + 16, "text-anchor": "middle" }, String(p.heads))),
    element("text", { x: PLOT.right + 6, y: PLOT.bottom + 16 }, "heads"),
  );
}

function tick(value: number, y: number, digits: number): string {
  const rule = element("line", { class: "rule", x1: PLOT.left, x2: PLOT.right, y1: y, y2: y });
  return rule + element("text", { x: PLOT.left - 5, y: y + 4, "text-anchor": "end" }, decimal(value, digits));
}

const NAME_HEIGHT = 12;

/** Draws named lines; names that would overlap or fall below the plot are moved apart. */
function reference(lines: NonNullable<CountChart["lines"]>, y: (v: number) => number): string[] {
  const sorted = [...lines].sort((a, b) => b.value - a.value);
  let last = Number.NEGATIVE_INFINITY;
  return sorted.map(({ name, value }, k) => {
    const lowest = PLOT.bottom - NAME_HEIGHT * (sorted.length - 1 - k);
    last = Math.min(lowest, Math.max(y(value), last + NAME_HEIGHT));
    const line = element("line", { class: "beat", x1: PLOT.left, x2: PLOT.right, y1: y(value), y2: y(value) });
    return line + element("text", { class: "beaten", x: PLOT.right + 4, y: last + 4 }, escaped(name));
  });
}

function mark({ heads, mean, low, high, seeds }: CountPoint, x: number, y: (v: number) => number, digits: number): string {
  const dots = seeds.map((s) => element("circle", { class: "seed", cx: x, cy: y(s), r: 2 }));
  const known = low !== undefined && high !== undefined;
  const interval = known ? element("line", { class: "interval", x1: x, x2: x, y1: y(low), y2: y(high) }) : "";
  const span = known ? ` (${decimal(low, digits)} to ${decimal(high, digits)})` : "";
  const caption = `${plural(heads, "head")}: ${decimal(mean, digits)}${span}`;
  const point = element("circle", { class: "mean", cx: x, cy: y(mean), r: 3.5 }, element("title", {}, caption));
  return dots.join("") + interval + point;
}

/** Style rules for the charts on a page with the report's colors. */
export const COUNT_STYLE = `
.count { display: block; width: 100%; max-width: 340px; height: auto; overflow: visible }
.count text { fill: var(--dim); font-size: 11px }
.count .name { fill: var(--ink); font-size: 13px; font-weight: 600 }
.count .rule { stroke: var(--line) }
.count .beat { stroke: var(--mark); stroke-dasharray: 3 3; opacity: .7 }
.count .beaten { fill: var(--mark) }
.count .line { fill: none; stroke: var(--accent); stroke-width: 1.5 }
.count .interval { stroke: var(--accent); stroke-width: 1.5 }
.count .seed { fill: var(--fill); opacity: .55 }
.count .mean { fill: var(--accent); stroke: var(--paper) }
`;
