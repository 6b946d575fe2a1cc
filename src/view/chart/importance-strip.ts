/** Heads as dots with intervals on an importance axis, as wide as their table cell. */
import type { Estimate } from "../../stats/bootstrap.ts";
import { scoreText } from "../importance/importance-text.ts";
import { element, escaped } from "../page/xml.ts";

/** A head to draw: its name, its importance, and its class in the style sheet. */
export interface Dot {
  readonly name: string;
  readonly importance: Estimate;
  readonly look: string;
}

/** Maps an importance to percent of the width: a square-root scale on both sides of zero, since few heads hold most of it. */
export type Scale = (importance: number) => number;

const MARGIN = 2;
const root = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));

/** Returns the scale that covers all of these intervals and zero. */
export function importanceScale(importances: readonly Estimate[]): Scale {
  const low = root(Math.min(0, ...importances.map((one) => Math.min(one.low, one.value))));
  const high = root(Math.max(0, ...importances.map((one) => Math.max(one.high, one.value))));
  const room = high - low || 1;
  return (importance) => MARGIN + ((100 - 2 * MARGIN) * (root(importance) - low)) / room;
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
  const numbers = ticks(at).map((importance) =>
    element(
      "text",
      { x: `${at(importance).toFixed(2)}%`, y: 13, "text-anchor": anchor(at(importance)) },
      String(importance).replace("-", "−"),
    ),
  );
  return element("svg", { class: "dots", height: 18, "aria-hidden": "true" }, ...numbers);
}

const anchor = (place: number): string => (place > 94 ? "end" : place < 6 ? "start" : "middle");

/** Returns zero and round numbers from the ends inward that keep a minimum distance from one another. */
function ticks(at: Scale): number[] {
  const round = Array.from({ length: 13 }, (_, k) => [5, 2, 1].map((digit) => Number(`${digit}e${3 - k}`))).flat();
  const chosen = [0];
  for (const importance of round.flatMap((size) => [size, -size])) {
    const place = at(importance);
    if (place < 0 || place > 100) continue;
    if (chosen.every((other) => Math.abs(at(other) - place) > 15)) chosen.push(importance);
  }
  return chosen;
}
