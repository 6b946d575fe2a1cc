/** The loss against the fraction of heads removed, as a small chart. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { decimal, percent } from "../../../src/view/page/numbers.ts";
import type { CutFound } from "../../engine/cut/cut.ts";
import { steps } from "./steps.ts";

const WIDTH = 520;
const HEIGHT = 290;
const PLOT = { left: 62, right: WIDTH - 16, top: 34, bottom: HEIGHT - 46 };

type Point = CutFound["points"][number];

interface Scales {
  readonly x: (share: number) => number;
  readonly y: (loss: number) => number;
}

/** Curves of other methods on the same examples. */
export type Others = readonly (readonly [method: string, found: CutFound])[];

/**
 * Draws the loss at every measured point with its interval, over the lines of other methods; the current point, and the point
 * where the interval leaves zero, are marked.
 */
export function cutChart(
  { points, leaves, task }: CutFound,
  share: number,
  at: Point | undefined,
  others: Others,
): TemplateResult {
  const [from, to] = rangeOf([points, ...others.map(([, found]) => found.points)].flat());
  const scales: Scales = {
    x: (share) => PLOT.left + (PLOT.right - PLOT.left) * share,
    y: (loss) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * (loss - from)) / (to - from),
  };
  const label = `Loss in ${task.measure} by fraction of heads removed: ${points.map((point) => `${percent(point.share)}: ${decimal(point.loss.value)}`).join(", ")}`;
  return html`<svg class="cut-chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
    <text class="title" x=${PLOT.left} y="16">loss, in ${task.measure}</text>
    ${rules(from, to, scales)} ${shares(scales)}
    ${others.map(([method, found]) => svg`<polyline class="other ${method}" points=${lineOf(found.points, scales)}></polyline>`)}
    <polygon class="interval" points=${bandOf(points, scales)}></polygon>
    <polyline class="line" points=${lineOf(points, scales)}></polyline>
    ${points.map((point) => dot(point, scales))} ${left(points, leaves, scales)} ${here(share, at, scales)}
  </svg>`;
}

function rangeOf(points: readonly Point[]): [number, number] {
  const least = Math.min(0, ...points.map(({ loss }) => loss.low));
  const most = Math.max(0.01, ...points.map(({ loss }) => loss.high));
  const room = 0.05 * (most - least);
  return [least - room, most + room];
}

/** Draws the legend of the lines, if there are several. */
export const chartKey = (method: string, others: Others): TemplateResult | typeof nothing =>
  others.length === 0
    ? nothing
    : html`<p class="key"><span class="mark even">${method}</span> ${others.map(([other]) => html`<span class="mark other">${sample(other)} ${other}</span>`)}</p>`;

const sample = (method: string): TemplateResult =>
  html`<svg class="cut-chart sample" viewBox="0 0 24 4" aria-hidden="true"><line class="other ${method}" x1="0" x2="24" y1="2" y2="2"></line></svg>`;

const place = (point: Point, loss: number, { x, y }: Scales): string => `${decimal(x(point.share), 1)},${plain(y(loss))}`;
const plain = (pixels: number): string => pixels.toFixed(1);

const lineOf = (points: readonly Point[], scales: Scales): string =>
  points.map((point) => place(point, point.loss.value, scales)).join(" ");

const bandOf = (points: readonly Point[], scales: Scales): string =>
  [
    ...points.map((point) => place(point, point.loss.high, scales)),
    ...points.map((point) => place(point, point.loss.low, scales)).reverse(),
  ].join(" ");

const rules = (from: number, to: number, { y }: Scales) =>
  steps(from, to, 5).map(
    ({
      value,
      shown,
    }) => svg`<line class=${value === 0 ? "rule zero" : "rule"} x1=${PLOT.left} x2=${PLOT.right} y1=${y(value)} y2=${y(value)}></line>
      <text class="end" x=${PLOT.left - 8} y=${y(value) + 4}>${shown}</text>`,
  );

const shares = ({ x }: Scales) => [
  ...[0, 0.25, 0.5, 0.75, 1].map(
    (share) => svg`<text class="middle" x=${x(share)} y=${PLOT.bottom + 20}>${percent(share)}</text>`,
  ),
  svg`<text class="end" x=${PLOT.right} y=${HEIGHT - 6}>heads removed</text>`,
];

const captionOf = ({ share, loss }: Point): string =>
  `${percent(share)} removed: ${decimal(loss.value, 3)} (${decimal(loss.low, 3)} to ${decimal(loss.high, 3)})`;

const dot = (point: Point, { x, y }: Scales) =>
  svg`<circle class="dot" cx=${x(point.share)} cy=${y(point.loss.value)} r="2.5"><title>${captionOf(point)}</title></circle>`;

/** Marks the first significant loss. */
function left(points: readonly Point[], leaves: number | null, { x, y }: Scales) {
  const point = points.find(({ share }) => share === leaves);
  if (!point) return nothing;
  const cx = x(point.share);
  const end = point.share > 0.6;
  return svg`<g class="leaves" data-leaves=${point.share}>
    <circle cx=${cx} cy=${y(point.loss.value)} r="7"></circle>
    <line x1=${cx} x2=${cx} y1=${y(point.loss.value) - 8} y2=${PLOT.top + 6}></line>
    <text class=${end ? "end" : "start"} x=${cx + (end ? -5 : 5)} y=${PLOT.top + 12}>loss is significant from ${percent(point.share)}</text>
  </g>`;
}

const here = (share: number, point: Point | undefined, { x, y }: Scales) => svg`<g class="here" data-share=${share}>
    <line x1=${x(share)} x2=${x(share)} y1=${PLOT.top} y2=${PLOT.bottom}></line>
    ${point ? dotHere(point, { x, y }) : nothing}
  </g>`;

const dotHere = (point: Point, { x, y }: Scales) =>
  svg`<line class="whisker" x1=${x(point.share)} x2=${x(point.share)} y1=${y(point.loss.low)} y2=${y(point.loss.high)}></line>
    <circle cx=${x(point.share)} cy=${y(point.loss.value)} r="5"><title>${captionOf(point)}</title></circle>`;
