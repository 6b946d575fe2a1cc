/** Quality against the fraction of heads removed, as an SVG. */
import type { CurveReport } from "../../prune/curve-report.ts";
import { decimal, percent } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";

const WIDTH = 820;
const HEIGHT = 430;
const PLOT = { left: 56, right: WIDTH - 18, top: 30, bottom: HEIGHT - 44 };

/** A color and a dash pattern per method, so that color alone is never needed. */
export const LOOKS: Readonly<Record<string, { readonly color: string; readonly dash?: string }>> = {
  michel: { color: "#c2571a" },
  "michel-normalized": { color: "#c2571a", dash: "5 4" },
  taylor: { color: "#0f7b6c" },
  confidence: { color: "#8a5bb5", dash: "2 3" },
  ablation: { color: "#0a5ea8" },
  greedy: { color: "#b01c5e" },
  random: { color: "#7b828b" },
};

type Curve = CurveReport["curves"][number];

/** Maps fractions and values to pixels. */
interface Scales {
  readonly x: (share: number) => number;
  readonly y: (value: number) => number;
}

const short = (pixels: number): string => pixels.toFixed(1);

/** Draws the lines of all methods with whiskers at every measured point, over the interval of the original model. */
export function cutChart({ quality, curves, task }: CurveReport): string {
  const values = [quality.low, quality.high, ...curves.flatMap(({ points }) => points.map((point) => point.quality.value))];
  const [from, to] = padded(Math.min(...values), Math.max(...values));
  const x = (share: number) => PLOT.left + (PLOT.right - PLOT.left) * share;
  const y = (value: number) =>
    PLOT.bottom - ((PLOT.bottom - PLOT.top) * (Math.min(to, Math.max(from, value)) - from)) / (to - from);
  const band = element("rect", {
    class: "whole",
    ...{
      x: PLOT.left,
      y: y(quality.high),
      width: PLOT.right - PLOT.left,
      height: Math.max(1, y(quality.low) - y(quality.high)),
    },
  });
  const whole = element("line", { class: "level", x1: PLOT.left, x2: PLOT.right, y1: y(quality.value), y2: y(quality.value) });
  const lines = curves.map((curve, k) => line(curve, quality.value, { x, y }, (k - curves.length / 2) * 1.6));
  const label = `${task.measure} by fraction of heads removed`;
  return element(
    "svg",
    { class: "cuts", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    element("title", {}, escaped(label)),
    band,
    ...ticks(from, to).map((value) => rule(value, y(value))),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) =>
      element("text", { x: x(share), y: PLOT.bottom + 20, "text-anchor": "middle" }, percent(share)),
    ),
    element("text", { x: 0, y: 12, "text-anchor": "start" }, escaped(task.measure)),
    element("text", { class: "axis", x: PLOT.right, y: HEIGHT - 6, "text-anchor": "end" }, "heads removed"),
    whole,
    ...lines,
  );
}

function padded(least: number, most: number): [number, number] {
  const room = 0.04 * Math.max(1e-9, most - least);
  return [least - room, most + room];
}

function ticks(from: number, to: number): number[] {
  const power = 10 ** Math.floor(Math.log10(to - from));
  const step = [0.1, 0.2, 0.5, 1, 2].map((factor) => factor * power).find((size) => (to - from) / size <= 6)!;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, k) => (first + k) * step);
}

const rule = (value: number, at: number): string =>
  element("line", { class: "rule", x1: PLOT.left, x2: PLOT.right, y1: at, y2: at }) +
  element("text", { x: PLOT.left - 8, y: at + 4, "text-anchor": "end" }, level(value));

const level = (value: number): string => String(Number(value.toPrecision(4))).replace("-", "−");

function line(curve: Curve, whole: number, { x, y }: Scales, aside: number): string {
  const { color, dash } = LOOKS[curve.method]!;
  const path = [`${short(x(0))},${short(y(whole))}`].concat(
    curve.points.map(({ share, quality }) => `${short(x(share) + aside)},${short(y(quality.value))}`),
  );
  const look = { stroke: color, "stroke-dasharray": dash, fill: "none", "stroke-width": 2 };
  const marks = curve.points.map((point) => mark(curve, point, color, { x: (share) => x(share) + aside, y }));
  return element("g", {}, element("polyline", { points: path.join(" "), ...look }), ...marks);
}

/** Draws a point: its interval as a whisker, and a ring where the interval of its loss first excludes zero. */
function mark({ method, leaves }: Curve, point: Curve["points"][number], color: string, { x, y }: Scales): string {
  const { share, removed } = point;
  const { value, low, high } = point.quality;
  const at = x(share);
  const caption = `${method}, ${percent(share)} removed: ${decimal(value)} (${decimal(low)} to ${decimal(high)})`;
  const dot = { cx: at, cy: y(value), r: 3, fill: color, "data-removed": removed };
  return [
    element("line", { x1: at, x2: at, y1: y(low), y2: y(high), stroke: color, opacity: 0.45 }),
    ...(share === leaves ? [element("circle", { class: "leaves", cx: at, cy: y(value), r: 6.5, stroke: color })] : []),
    element("circle", dot, element("title", {}, caption)),
  ].join("");
}
