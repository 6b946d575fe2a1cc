/** The loss against the fraction of heads removed, as a small chart. */
import { html, type TemplateResult } from "lit";
import { columns, levels, xTitle, yTitle } from "../../../src/view/chart/axis.ts";
import { chartOf, frameOf } from "../../../src/view/chart/frame.ts";
import { area, dot, label, line, whisker } from "../../../src/view/chart/marks.ts";
import { byMethod, methodColor, methodKey, methodLook } from "../../../src/view/chart/methods.ts";
import { linear, type Scale, ticks } from "../../../src/view/chart/scale.ts";
import { decimal, percent } from "../../../src/view/page/numbers.ts";
import { element } from "../../../src/view/page/xml.ts";
import type { CutFound } from "../../engine/cut/cut.ts";
import { drawing } from "../drawing.ts";

const FRAME = frameOf(520, 290, { left: 62, right: 16, top: 34, bottom: 46 });
/** The maximum number of numbers on an axis. */
const NUMBERS = 6;

type Point = CutFound["points"][number];

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Curves of other methods on the same examples. */
export type Others = readonly (readonly [method: string, found: CutFound])[];

/**
 * Draws the loss at every measured point with its interval, over the lines of other methods; the current point, and the point
 * where the interval leaves zero, are marked.
 */
export function cutChart(
  method: string,
  { points, leaves, task }: CutFound,
  share: number,
  at: Point | undefined,
  others: Others,
): TemplateResult {
  const all = [points, ...others.map(([, found]) => found.points)].flat();
  const [from, to] = rangeOf(all);
  const x = linear([0, 1], [FRAME.left, FRAME.right]);
  const y = linear([from, to], [FRAME.bottom, FRAME.top]);
  const place = ({ share, loss }: Point) => ({ x: x(share), y: y(loss.value) });
  return drawing(
    chartOf(
      FRAME,
      "cut-chart",
      `Loss in ${task.measure} by fraction of heads removed: ${points.map((point) => `${percent(point.share)}: ${decimal(point.loss.value)}`).join(", ")}`,
      yTitle(`loss, in ${task.measure}`),
      levels(FRAME, y, ticks(from, to, NUMBERS)),
      columns(FRAME, x, ticks(0, 1, NUMBERS), percent),
      xTitle(FRAME, "heads removed"),
      ...others.map(([other, found]) => line({ class: "other", ...lineOf(other) }, found.points.map(place))),
      area(
        { class: "interval", fill: methodColor(method) },
        points.map((point) => spanOf(point, { x, y })),
      ),
      line({ class: "line", stroke: methodColor(method) }, points.map(place)),
      ...points.map((point) => dot({ class: "dot", fill: methodColor(method) }, place(point), 2.5, captionOf(point))),
      left(points, leaves, { x, y }),
      here(share, at, { x, y }),
    ),
    "loss by heads removed",
  );
}

const spanOf = ({ share, loss }: Point, { x, y }: Scales) => ({ x: x(share), low: y(loss.low), high: y(loss.high) });

function rangeOf(points: readonly Point[]): [number, number] {
  const least = Math.min(0, ...points.map(({ loss }) => loss.low));
  const most = Math.max(0.01, ...points.map(({ loss }) => loss.high));
  const room = 0.05 * (most - least);
  return [least - room, most + room];
}

const lineOf = (method: string) => ({ stroke: methodColor(method), "stroke-dasharray": methodLook(method).dash });

/** Draws the legend of the lines, in the order of all charts; the selected method is bold. */
export const chartKey = (method: string, others: Others): TemplateResult => {
  const all = byMethod([method, ...others.map(([other]) => other)], (one) => one);
  return html`<p class="key">${all.map((one) => html`<span class=${one === method ? "selected" : ""}>${drawing(methodKey(one))}</span> `)}</p>`;
};

const captionOf = ({ share, loss }: Point): string =>
  `${percent(share)} removed: ${decimal(loss.value, 3)} (${decimal(loss.low, 3)} to ${decimal(loss.high, 3)})`;

/** Marks the first significant loss. */
function left(points: readonly Point[], leaves: number | null, { x, y }: Scales): string {
  const point = points.find(({ share }) => share === leaves);
  if (!point) return "";
  const place = { x: x(point.share), y: y(point.loss.value) };
  const [aside, anchor] = point.share > 0.6 ? ([-5, "end"] as const) : ([5, "start"] as const);
  return element(
    "g",
    { class: "leaves", "data-leaves": String(point.share) },
    dot({}, place, 7),
    whisker({}, { x: place.x, low: place.y - 8, high: FRAME.top + 6 }),
    label(place.x + aside, FRAME.top + 12, `loss is significant from ${percent(point.share)}`, anchor),
  );
}

/** Marks the selected fraction, with the interval of its point if that is measured. */
function here(share: number, point: Point | undefined, { x, y }: Scales): string {
  const marks = point
    ? [
        whisker({ class: "whisker" }, spanOf(point, { x, y })),
        dot({}, { x: x(point.share), y: y(point.loss.value) }, 5, captionOf(point)),
      ]
    : [];
  const now = whisker({}, { x: x(share), low: FRAME.bottom, high: FRAME.top });
  return element("g", { class: "here", "data-share": String(share) }, now, ...marks);
}
