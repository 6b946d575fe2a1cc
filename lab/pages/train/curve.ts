/** A small chart of both models over the steps, each line named at its end. */
import { html, nothing, svg, type TemplateResult } from "lit";

/** A line of one model. */
export interface Line {
  readonly name: string;
  /** `one` or `many`, which determines the color. */
  readonly kind: "one" | "many";
  readonly points: readonly (readonly [step: number, value: number])[];
  /** The values of every step, drawn faintly behind the line. */
  readonly faint?: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly Line[];
  readonly steps: number;
  readonly low: number;
  readonly high: number;
  /** The value of guessing. */
  readonly chance?: number;
  /** The selected step. */
  readonly at: number;
  shown(value: number): string;
}

const [WIDTH, HEIGHT] = [300, 160];
const PLOT = { left: 34, right: WIDTH - 54, top: 8, bottom: HEIGHT - 22 };
/** The minimum distance between names at the ends. */
const APART = 13;

/** Draws a figure with a readout of its values at the selected step. */
export function trainingCurve(chart: Chart): TemplateResult {
  const { title, about, lines, steps, low, high, chance, at, shown } = chart;
  const x = (step: number) => PLOT.left + ((PLOT.right - PLOT.left) * step) / steps;
  // values above the chart enter from its edge
  const y = (value: number) => PLOT.bottom - (PLOT.bottom - PLOT.top) * Math.min(1, (value - low) / (high - low));
  const readings = lines.map((line) => ({ ...line, value: valueAt(line, at) }));
  const label = `${title}: ${readings.map(({ name, value }) => `${name} ${value === undefined ? "no value yet" : shown(value)}`).join(", ")}`;
  return html`<figure class="curve">
    <figcaption>${title} <span class="dim">${about}</span></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
      ${axes(chart, x, y)}
      ${chance === undefined ? nothing : svg`<line class="chance" x1=${PLOT.left} x2=${PLOT.right} y1=${y(chance)} y2=${y(chance)} />`}
      ${lines.map(({ kind, faint = [] }) => (faint.length > 1 ? svg`<polyline class="faint ${kind}" points=${faint.map((value, k) => point(x(k + 1), y(value))).join(" ")} />` : nothing))}
      <line class="now" x1=${x(at)} x2=${x(at)} y1=${PLOT.top} y2=${PLOT.bottom} />
      ${lines.map(({ kind, points }) => svg`<polyline class="line ${kind}" points=${points.map(([step, value]) => point(x(step), y(value))).join(" ")} />`)}
      ${readings.map(({ kind, value }) => (value === undefined ? nothing : svg`<circle class="dot ${kind}" cx=${x(at)} cy=${y(value)} r="3.5" />`))}
      ${names(lines, x, y)}
    </svg>
    <p class="values">${readings.map(({ kind, name, value }) => html`<span class=${kind}>${name} <strong>${value === undefined ? "–" : shown(value)}</strong></span>`)}</p>
  </figure>`;
}

const point = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;

const valueAt = ({ points }: Line, at: number): number | undefined => points.find(([step]) => step === at)?.[1];

function axes({ low, high, steps, shown }: Chart, x: (step: number) => number, y: (value: number) => number): TemplateResult {
  const values = [low, (low + high) / 2, high];
  return svg`${values.map(
    (value) => svg`<line class="rule" x1=${PLOT.left} x2=${PLOT.right} y1=${y(value)} y2=${y(value)} />
      <text x=${PLOT.left - 5} y=${y(value) + 4} text-anchor="end">${shown(value)}</text>`,
  )}
  ${[0, steps / 2, steps].map((step) => svg`<text x=${x(step)} y=${HEIGHT - 6} text-anchor="middle">${step}</text>`)}`;
}

/** Draws the names of the lines at their ends, moved apart if they overlap. */
function names(lines: readonly Line[], x: (step: number) => number, y: (value: number) => number): TemplateResult[] {
  const ends = lines
    .flatMap(({ name, kind, points }) => points.slice(-1).map(([step, value]) => ({ name, kind, x: x(step), y: y(value) })))
    .sort((a, b) => a.y - b.y);
  const [first, second] = ends;
  const push = first && second ? Math.max(0, APART - (second.y - first.y)) / 2 : 0;
  return ends.map(
    ({ name, kind, x, y }, k) =>
      svg`<text class="name ${kind}" x=${x + 7} y=${y + 4 + (k === 0 ? -push : push)}>${name}</text>`,
  );
}
