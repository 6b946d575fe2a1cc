/** A small chart of both models over the steps, each line named at its end. */
import { html, nothing, svg, type TemplateResult } from "lit";

/** A line of one model. */
export interface Line {
  readonly name: string;
  /** `one` or `many`: its colour. */
  readonly kind: "one" | "many";
  readonly points: readonly (readonly [step: number, value: number])[];
  /** Every step, faint behind it. */
  readonly faint?: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly Line[];
  readonly steps: number;
  readonly low: number;
  readonly high: number;
  /** What guessing gives. */
  readonly chance?: number;
  /** The step that is looked at. */
  readonly at: number;
  shown(value: number): string;
}

const [WIDTH, HEIGHT] = [300, 160];
const PLOT = { left: 34, right: WIDTH - 54, top: 8, bottom: HEIGHT - 22 };
/** Names at the ends keep this apart. */
const APART = 13;

/** A figure with its values at the step that is looked at in words. */
export function curve(chart: Chart): TemplateResult {
  const { title, about, lines, steps, low, high, chance, at, shown } = chart;
  const x = (step: number) => PLOT.left + ((PLOT.right - PLOT.left) * step) / steps;
  // what is higher than the chart comes in from its edge
  const y = (value: number) => PLOT.bottom - (PLOT.bottom - PLOT.top) * Math.min(1, (value - low) / (high - low));
  const said = lines.map((line) => ({ ...line, value: valueAt(line, at) }));
  const label = `${title}: ${said.map(({ name, value }) => `${name} ${value === undefined ? "not begun" : shown(value)}`).join(", ")}`;
  return html`<figure class="curve">
    <figcaption>${title} <span class="dim">${about}</span></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
      ${axes(chart, x, y)}
      ${chance === undefined ? nothing : svg`<line class="chance" x1=${PLOT.left} x2=${PLOT.right} y1=${y(chance)} y2=${y(chance)} />`}
      ${lines.map(({ kind, faint = [] }) => (faint.length > 1 ? svg`<polyline class="faint ${kind}" points=${faint.map((value, k) => point(x(k + 1), y(value))).join(" ")} />` : nothing))}
      <line class="now" x1=${x(at)} x2=${x(at)} y1=${PLOT.top} y2=${PLOT.bottom} />
      ${lines.map(({ kind, points }) => svg`<polyline class="line ${kind}" points=${points.map(([step, value]) => point(x(step), y(value))).join(" ")} />`)}
      ${said.map(({ kind, value }) => (value === undefined ? nothing : svg`<circle class="dot ${kind}" cx=${x(at)} cy=${y(value)} r="3.5" />`))}
      ${names(lines, x, y)}
    </svg>
    <p class="values">${said.map(({ kind, name, value }) => html`<span class=${kind}>${name} <strong>${value === undefined ? "–" : shown(value)}</strong></span>`)}</p>
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

/** The names of the lines where they end, pushed apart where they meet. */
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
