/** A quantity against the number of heads, as a small SVG: dots for seeds, the mean with its interval, and reference lines. */
import { decimal, plural } from "../page/numbers.ts";
import { levels, rule } from "./axis.ts";
import { chartOf, frameOf } from "./frame.ts";
import { dot, endNames, label, line, whisker } from "./marks.ts";
import { linear, type Scale, ticks, ticksAround } from "./scale.ts";

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

const FRAME = frameOf(250, 190, { left: 36, right: 62, top: 30, bottom: 30 });
/** The distance of the first and the last point from the edges of the plot. */
const ROOM = 10;
/** The maximum number of rules. */
const RULES = 4;

/** Draws the chart; the page's style colors it (`COUNT_STYLE`). */
export function countChart({ title, points, lines = [], range, digits = 2 }: CountChart): string {
  const values = [...points.flatMap(({ seeds, mean, high = mean }) => [...seeds, high]), ...lines.map(({ value }) => value)];
  const around = ticksAround(0, Math.max(0, ...values), RULES);
  const y = linear(range ?? around.domain, [FRAME.bottom, FRAME.top]);
  const x = linear([0, points.length - 1], [FRAME.left + ROOM, FRAME.right - ROOM]);
  const ends = lines.map(({ name, value }) => ({ name, y: y(value), look: "beaten" }));
  return chartOf(
    FRAME,
    "count",
    `${title} by number of heads: ${points.map((p) => `${p.heads}: ${decimal(p.mean, digits)}`).join(", ")}`,
    label(0, 14, title, "start", { class: "name" }),
    levels(FRAME, y, range ? ticks(...range, RULES) : around),
    ...lines.map(({ value }) => rule(FRAME, y(value), "beat")),
    endNames(ends, FRAME.right + 4, FRAME.top, FRAME.bottom),
    line(
      { class: "line" },
      points.map(({ mean }, k) => ({ x: x(k), y: y(mean) })),
    ),
    ...points.map((p, k) => mark(p, x(k), y, digits)),
    ...points.map(({ heads }, k) => label(x(k), FRAME.bottom + 16, String(heads), "middle")),
    label(FRAME.right + 6, FRAME.bottom + 16, "heads", "start"),
  );
}

function mark({ heads, mean, low, high, seeds }: CountPoint, x: number, y: Scale, digits: number): string {
  const known = low !== undefined && high !== undefined;
  const span = known ? ` (${decimal(low, digits)} to ${decimal(high, digits)})` : "";
  return [
    ...seeds.map((seed) => dot({ class: "seed" }, { x, y: y(seed) }, 2)),
    ...(known ? [whisker({ class: "interval" }, { x, low: y(low), high: y(high) })] : []),
    dot({ class: "mean" }, { x, y: y(mean) }, 3.5, `${plural(heads, "head")}: ${decimal(mean, digits)}${span}`),
  ].join("");
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
