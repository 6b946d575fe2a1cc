/** A small line chart with labeled points: a measure against numbers or shares of heads. */
import type { TemplateResult } from "lit";
import { levels, xTitle, yTitle } from "../../../src/view/chart/axis.ts";
import { chartOf, frameOf } from "../../../src/view/chart/frame.ts";
import { dot, label, line } from "../../../src/view/chart/marks.ts";
import { linear, ticksAround } from "../../../src/view/chart/scale.ts";
import { drawing } from "../drawing.ts";

export interface Dots {
  readonly label: string;
  readonly xName: string;
  readonly yName: string;
  /** A thick line over thin ones. */
  readonly line: readonly (readonly [x: string, y: number])[];
  readonly thin?: readonly (readonly number[])[];
  shown(value: number): string;
  /** The minimum range of the values, so that a flat curve looks flat. */
  readonly least: number;
}

const FRAME = frameOf(420, 210, { left: 56, right: 20, top: 26, bottom: 44 });
/** The distance of the first and the last point from the edges of the plot. */
const ROOM = 26;

/** Draws the chart; points are evenly spaced. */
export function dotChart({ label: name, xName, yName, line: thick, thin = [], shown, least }: Dots): TemplateResult {
  const all = [...thick.map(([, y]) => y), ...thin.flat()];
  const low = Math.min(...all);
  const scale = ticksAround(low, Math.max(...all, low + least), 6);
  const x = linear([0, thick.length - 1], [FRAME.left + ROOM, FRAME.right - ROOM]);
  const y = linear(scale.domain, [FRAME.bottom, FRAME.top]);
  const places = (values: readonly number[]) => values.map((value, k) => ({ x: x(k), y: y(value) }));
  return drawing(
    chartOf(
      FRAME,
      "dots",
      `${name}: ${thick.map(([at, value]) => `${at}: ${shown(value)}`).join(", ")}`,
      levels(FRAME, y, scale, shown),
      yTitle(yName),
      xTitle(FRAME, xName),
      ...thin.map((values) => line({ class: "thin" }, places(values))),
      line({ class: "thick" }, places(thick.map(([, value]) => value))),
      ...thick.flatMap(([at, value], k) => [
        dot({}, { x: x(k), y: y(value) }, 3.5),
        label(x(k), y(value) - 9, shown(value), "middle", { class: "value" }),
        label(x(k), FRAME.bottom + 16, at, "middle"),
      ]),
    ),
    name,
  );
}
