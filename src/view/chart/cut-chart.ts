/** Quality against the fraction of heads removed, as an SVG. */
import type { CurveReport } from "../../prune/curve-report.ts";
import { decimal, percent } from "../page/numbers.ts";
import { element } from "../page/xml.ts";
import { columns, levels, rule, xTitle, yTitle } from "./axis.ts";
import { chartOf, frameOf } from "./frame.ts";
import { area, dot, line, whisker } from "./marks.ts";
import { byMethod, methodColor, methodLook, methodName } from "./methods.ts";
import { linear, type Scale, ticks } from "./scale.ts";

const FRAME = frameOf(820, 430, { left: 56, right: 18, top: 30, bottom: 44 });
/** The maximum number of rules. */
const RULES = 7;
/** The distance between the marks of two methods at one point. */
const ASIDE = 1.6;

type Curve = CurveReport["curves"][number];

/** Draws the lines of all methods with whiskers at every measured point, over the interval of the original model. */
export function cutChart({ quality, curves, task }: CurveReport): string {
  const values = [quality.low, quality.high, ...curves.flatMap(({ points }) => points.map((point) => point.quality.value))];
  const [from, to] = padded(Math.min(...values), Math.max(...values));
  const x = linear([0, 1], [FRAME.left, FRAME.right]);
  const y = linear([from, to], [FRAME.bottom, FRAME.top]);
  const whole = [0, 1].map((share) => ({
    x: x(share),
    low: y(quality.low),
    high: Math.min(y(quality.high), y(quality.low) - 1),
  }));
  const methods = byMethod(curves, (curve) => curve.method).map((curve, k) =>
    method(curve, quality.value, x, y, (k - curves.length / 2) * ASIDE),
  );
  return chartOf(
    FRAME,
    "cuts",
    `${task.measure} by fraction of heads removed`,
    area({ class: "whole" }, whole),
    levels(FRAME, y, ticks(from, to, RULES)),
    columns(FRAME, x, ticks(0, 1, 6), percent),
    yTitle(task.measure),
    xTitle(FRAME, "heads removed"),
    rule(FRAME, y(quality.value), "level"),
    ...methods,
  );
}

/** Returns limits with room for marks; values that do not differ get limits that numbers can be written for. */
function padded(least: number, most: number): [number, number] {
  const room = Math.max(0.04 * (most - least), 1e-3 * Math.max(Math.abs(most), 1e-3));
  return [least - room, most + room];
}

function method(curve: Curve, whole: number, x: Scale, y: Scale, aside: number): string {
  const places = curve.points.map(({ share, quality }) => ({ x: x(share) + aside, y: y(quality.value) }));
  const { dash } = methodLook(curve.method);
  const look = { stroke: methodColor(curve.method), "stroke-dasharray": dash, fill: "none", "stroke-width": 2 };
  const marks = curve.points.map((point, k) => mark(curve, point, places[k]!.x, y));
  return element("g", {}, line(look, [{ x: x(0), y: y(whole) }, ...places]), ...marks);
}

/** Draws a point: its interval as a whisker, and a ring where the interval of its loss first excludes zero. */
function mark({ method, leaves }: Curve, { share, removed, quality }: Curve["points"][number], x: number, y: Scale): string {
  const color = methodColor(method);
  const { value, low, high } = quality;
  const place = { x, y: y(value) };
  const caption = `${methodName(method)}, ${percent(share)} removed: ${decimal(value)} (${decimal(low)} to ${decimal(high)})`;
  return [
    whisker({ stroke: color, opacity: 0.45 }, { x, low: y(low), high: y(high) }),
    ...(share === leaves ? [dot({ class: "leaves", stroke: color }, place, 6.5)] : []),
    dot({ fill: color, "data-removed": removed }, place, 3, caption),
  ].join("");
}
