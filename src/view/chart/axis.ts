/** Axes of charts: rules with their numbers, numbers below the plot, and titles. */
import { decimal } from "../page/numbers.ts";
import { element } from "../page/xml.ts";
import type { Frame } from "./frame.ts";
import { label } from "./marks.ts";
import { type Ticks, ticks } from "./scale.ts";

type Place = (value: number) => number;
type Write = (value: number) => string;

/** Draws a line across the plot. */
export const rule = ({ left, right }: Frame, y: number, look = "rule"): string =>
  element("line", { class: look, x1: left, x2: right, y1: y, y2: y });

/** Draws a rule for each number, with the number to its left; the rule of zero has the class `zero` too. */
export function levels(frame: Frame, y: Place, { values, digits }: Ticks, write: Write = (v) => decimal(v, digits)): string {
  const level = (value: number) =>
    rule(frame, y(value), value === 0 ? "rule zero" : "rule") + label(frame.left - 7, y(value) + 4, write(value), "end");
  return values.map(level).join("");
}

/** Draws numbers below the plot. */
export const columns = (
  { bottom }: Frame,
  x: Place,
  { values, digits }: Ticks,
  write: Write = (v) => decimal(v, digits),
): string => values.map((value) => label(x(value), bottom + 16, write(value), "middle")).join("");

/** Draws the whole numbers from `first` to `last` below the plot, such as layers; only round ones if they would be closer than `apart`. */
export const wholeNumbers = (frame: Frame, x: Place, first: number, last: number, apart = 24): string =>
  columns(frame, x, ticks(first, last, Math.max(1, Math.floor((frame.right - frame.left) / apart)), 1));

/** Draws the title of the horizontal axis, below its end. */
export const xTitle = ({ right, height }: Frame, text: string): string => label(right, height - 2, text, "end");

/** Draws the title of the vertical axis, above the plot. */
export const yTitle = (text: string): string => label(0, 13, text, "start");
