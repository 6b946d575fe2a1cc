/** Heads as dots with intervals on an axis of worth, as wide as the cell that it stands in. */
import type { Estimate } from "../../stats/bootstrap.ts";
import { scoreText } from "../importance/importance-text.ts";
import { element, escaped } from "../page/xml.ts";

/** A head to be drawn: its name, its worth, and how it is drawn (a class of the style sheet). */
export interface Dot {
  readonly name: string;
  readonly worth: Estimate;
  readonly look: string;
}

/** Where a worth stands, in percent of the width: the axis is a square root to both sides of zero, since few heads are worth most. */
export type Scale = (worth: number) => number;

const MARGIN = 2;
const root = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));

/** The axis that all of these intervals and zero have room on. */
export function worthScale(worths: readonly Estimate[]): Scale {
  const low = root(Math.min(0, ...worths.map((one) => Math.min(one.low, one.value))));
  const high = root(Math.max(0, ...worths.map((one) => Math.max(one.high, one.value))));
  const room = high - low || 1;
  return (worth) => MARGIN + ((100 - 2 * MARGIN) * (root(worth) - low)) / room;
}

/** Dots one under the other, largest first; many stand closer. */
export function dotStrip(dots: readonly Dot[], at: Scale, height = Math.max(20, Math.min(9 * dots.length, 170) + 8)): string {
  const sorted = [...dots].sort((a, b) => b.worth.value - a.worth.value);
  const x = (worth: number) => `${at(worth).toFixed(2)}%`;
  const drawn = sorted.map(({ name, worth, look }, k) => {
    const y = 4 + ((height - 8) * (k + 0.5)) / sorted.length;
    const title = `${name}: ${scoreText(worth.value)} (${scoreText(worth.low)} to ${scoreText(worth.high)})`;
    return element(
      "g",
      { class: look },
      element("title", {}, escaped(title)),
      element("line", { x1: x(worth.low), x2: x(worth.high), y1: y, y2: y }),
      element("circle", { cx: x(worth.value), cy: y, r: 2.8 }),
    );
  });
  const zero = element("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: height });
  return element("svg", { class: "dots", height, "aria-hidden": "true" }, zero, ...drawn);
}

/** The numbers under which the dots stand. */
export function worthAxis(at: Scale): string {
  const numbers = ticks(at).map((worth) =>
    element(
      "text",
      { x: `${at(worth).toFixed(2)}%`, y: 13, "text-anchor": anchor(at(worth)) },
      String(worth).replace("-", "−"),
    ),
  );
  return element("svg", { class: "dots", height: 18, "aria-hidden": "true" }, ...numbers);
}

const anchor = (place: number): string => (place > 94 ? "end" : place < 6 ? "start" : "middle");

/** Zero, and round numbers from the ends inwards that keep their distance from one another. */
function ticks(at: Scale): number[] {
  const round = Array.from({ length: 13 }, (_, k) => [5, 2, 1].map((digit) => Number(`${digit}e${3 - k}`))).flat();
  const chosen = [0];
  for (const worth of round.flatMap((size) => [size, -size])) {
    const place = at(worth);
    if (place < 0 || place > 100) continue;
    if (chosen.every((other) => Math.abs(at(other) - place) > 15)) chosen.push(worth);
  }
  return chosen;
}
