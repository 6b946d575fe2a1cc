/** Heads as dots with intervals on an importance axis, as wide as their table cell. */
import type { Estimate } from "../../stats/bootstrap.ts";
import { scoreText } from "../importance/importance-text.ts";
import { element, escaped } from "../page/xml.ts";
import { label } from "./marks.ts";
import { type Scale, spacedTicks, squareRoot } from "./scale.ts";

/** A head to draw: its name, its importance, and its class in the style sheet. */
export interface Dot {
  readonly name: string;
  readonly importance: Estimate;
  readonly look: string;
}

const MARGIN = 2;
/** The minimum distance between numbers of the axis, in percent. */
const APART = 15;

/** Returns the scale, in percent of the width, that covers all of these intervals and zero; few heads hold most importance. */
export function importanceScale(importances: readonly Estimate[]): Scale {
  const low = Math.min(0, ...importances.map((one) => Math.min(one.low, one.value)));
  const high = Math.max(0, ...importances.map((one) => Math.max(one.high, one.value)));
  return squareRoot([low, high], [MARGIN, 100 - MARGIN]);
}

/** Draws dots below one another, largest first; many dots are set closer. */
export function dotStrip(dots: readonly Dot[], at: Scale, height = Math.max(20, Math.min(9 * dots.length, 170) + 8)): string {
  const sorted = [...dots].sort((a, b) => b.importance.value - a.importance.value);
  const x = (importance: number) => `${at(importance).toFixed(2)}%`;
  const drawn = sorted.map(({ name, importance, look }, k) => {
    const y = 4 + ((height - 8) * (k + 0.5)) / sorted.length;
    const title = `${name}: ${scoreText(importance.value)} (${scoreText(importance.low)} to ${scoreText(importance.high)})`;
    return element(
      "g",
      { class: look },
      element("title", {}, escaped(title)),
      element("line", { x1: x(importance.low), x2: x(importance.high), y1: y, y2: y }),
      element("circle", { cx: x(importance.value), cy: y, r: 2.8 }),
    );
  });
  const zero = element("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: height });
  return element("svg", { class: "dots", height, "aria-hidden": "true" }, zero, ...drawn);
}

/** Draws the numbers of the axis. */
export function importanceAxis(at: Scale): string {
  const numbers = spacedTicks(at, APART).map((importance) => {
    const place = at(importance);
    const anchor = place > 94 ? "end" : place < 6 ? "start" : "middle";
    return label(`${place.toFixed(2)}%`, 13, String(importance).replace("-", "−"), anchor);
  });
  return element("svg", { class: "dots", height: 18, "aria-hidden": "true" }, ...numbers);
}
