/** Quality against the share of heads removed, as an SVG. */
import type { CurveReport } from "../prune/curve-report.ts";
import { decimal, percent } from "./numbers.ts";
import { element, escaped } from "./xml.ts";

const WIDTH = 820;
const HEIGHT = 430;
const PLOT = { left: 56, right: WIDTH - 18, top: 30, bottom: HEIGHT - 44 };

/** A colour and dash for every method; both tell it, so that no one has to go by colour alone. */
export const LOOKS: Readonly<Record<string, { readonly color: string; readonly dash?: string }>> = {
  michel: { color: "#c2571a" },
  "michel-normalized": { color: "#c2571a", dash: "5 4" },
  taylor: { color: "#0f7b6c" },
  confidence: { color: "#8a5bb5", dash: "2 3" },
  ablation: { color: "#0a5ea8" },
  greedy: { color: "#b01c5e" },
  random: { color: "#7b828b" },
};

/** Lines of all methods with whiskers at every cut measured, over the whole model's interval. */
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
  const lines = curves.map((curve, k) => line(curve, quality.value, x, y, (k - curves.length / 2) * 1.6));
  const label = `${task.measure} by the share of heads removed`;
  return element(
    "svg",
    { class: "cuts", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    element("title", {}, escaped(label)),
    band,
    ...ticks(from, to).map((value) => rule(value, y(value))),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) =>
      element("text", { x: x(share), y: PLOT.bottom + 20, "text-anchor": "middle" }, percent(share)),
    ),
    element("text", { x: 0, y: 8 }, escaped(task.measure)),
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

function line(
  { method, points }: CurveReport["curves"][number],
  whole: number,
  x: (share: number) => number,
  y: (value: number) => number,
  aside: number,
): string {
  const { color, dash } = LOOKS[method]!;
  const path = [{ share: 0, value: whole }, ...points.map(({ share, quality }) => ({ share, value: quality.value }))];
  const marks = points.map(({ share, quality: { value, low, high }, removed }) => {
    const at = x(share) + aside;
    const says = `${method}, ${percent(share)} removed: ${decimal(value)} (${decimal(low)} to ${decimal(high)})`;
    const whisker = element("line", { x1: at, x2: at, y1: y(low), y2: y(high), stroke: color, opacity: 0.45 });
    return (
      whisker +
      element("circle", { cx: at, cy: y(value), r: 3, fill: color, "data-removed": removed }, element("title", {}, says))
    );
  });
  const steps = path.map(({ share, value }, k) =>
    `${decimal(x(share) + (k ? aside : 0), 1)},${decimal(y(value), 1)}`.replaceAll("−", "-"),
  );
  const drawn = element("polyline", {
    points: steps.join(" "),
    stroke: color,
    "stroke-dasharray": dash,
    fill: "none",
    "stroke-width": 2,
  });
  return element("g", {}, drawn, ...marks);
}
