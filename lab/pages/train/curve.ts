/** A small chart of both models over the steps, each line named at its end. */
import { html, type TemplateResult } from "lit";
import { columns, levels, rule } from "../../../src/view/chart/axis.ts";
import { chartOf, frameOf } from "../../../src/view/chart/frame.ts";
import { dot, endNames, line, whisker } from "../../../src/view/chart/marks.ts";
import { linear, type Scale, ticks } from "../../../src/view/chart/scale.ts";
import { drawing } from "../drawing.ts";

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

const FRAME = frameOf(300, 160, { left: 34, right: 54, top: 8, bottom: 22 });
/** The maximum number of numbers on an axis. */
const NUMBERS = 4;

/** Draws a figure with a readout of its values at the selected step. */
export function trainingCurve(chart: Chart): TemplateResult {
  const { title, about, lines, at, shown } = chart;
  const readings = lines.map((one) => ({ ...one, value: one.points.find(([step]) => step === at)?.[1] }));
  const values = readings.map(({ kind, name, value }) => ({ kind, name, text: value === undefined ? "–" : shown(value) }));
  const label = `${title}: ${readings.map(({ name, value }) => `${name} ${value === undefined ? "no value yet" : shown(value)}`).join(", ")}`;
  return html`<headwise-figure .name=${title}><figure class="curve">
    <figcaption>${title} <span class="dim">${about}</span></figcaption>
    ${drawing(chartOf(FRAME, "plot", label, ...marks(chart)))}
    <p class="values">${values.map(({ kind, name, text }) => html`<span class=${kind}>${name} <strong>${text}</strong></span>`)}</p>
  </figure></headwise-figure>`;
}

function marks({ lines, steps, low, high, chance, at, shown }: Chart): string[] {
  const x = linear([0, steps], [FRAME.left, FRAME.right]);
  // values above the chart enter from its edge
  const y = linear([low, high], [FRAME.bottom, FRAME.top]);
  const now = lines.flatMap(({ kind, points }) => points.filter(([step]) => step === at).map(([, value]) => ({ kind, value })));
  return [
    levels(FRAME, y, ticks(low, high, NUMBERS), shown),
    columns(FRAME, x, ticks(0, steps, NUMBERS)),
    ...(chance === undefined ? [] : [rule(FRAME, y(chance), "chance")]),
    ...lines.map(({ kind, faint = [] }) =>
      path(
        `faint ${kind}`,
        faint.map((value, k) => [k + 1, value]),
        x,
        y,
      ),
    ),
    whisker({ class: "now" }, { x: x(at), low: FRAME.bottom, high: FRAME.top }),
    ...lines.map(({ kind, points }) => path(`line ${kind}`, points, x, y)),
    ...now.map(({ kind, value }) => dot({ class: `dot ${kind}` }, { x: x(at), y: y(value) }, 3.5)),
    names(lines, x, y),
  ];
}

const path = (look: string, points: Line["points"], x: Scale, y: Scale): string =>
  line(
    { class: look },
    points.map(([step, value]) => ({ x: x(step), y: y(value) })),
  );

/** Draws the names of the lines at their ends; all end at one step. */
function names(lines: readonly Line[], x: Scale, y: Scale): string {
  const last = Math.max(0, ...lines.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const ends = lines.flatMap(({ name, kind, points }) =>
    points.slice(-1).map(([, value]) => ({ name, y: y(value), look: `name ${kind}` })),
  );
  return endNames(ends, x(last) + 7, FRAME.top, FRAME.bottom);
}
