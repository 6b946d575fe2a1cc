/** `<headwise-layer-curves>`: small lines over layers, named at their ends. */
import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import { shortToken } from "../../../src/view/page/tokens.ts";
import { define, HeadwiseElement } from "../element.ts";
import { headClass } from "../head-colors.ts";
import { type GridPlace, moveInRows } from "../head-grid/roving.ts";
import { theme } from "../theme.ts";
import type { LayerSeries } from "../types.ts";
import { spread, type Ticks, ticksOver } from "./chart-scale.ts";
import { type Axes, bandPath, curvePath, known } from "./curve-shapes.ts";
import { layerCurvesStyle } from "./layer-curves-style.ts";

const HEIGHT = 190;
const [LEFT, TOP, BOTTOM] = [44, 14, HEIGHT - 34];

/** The content of the chart, in pixels. */
interface Chart extends Axes {
  readonly series: readonly LayerSeries[];
  readonly layers: number;
  readonly ticks: Ticks;
  /** The right end of the lines. */
  readonly right: number;
}

/** Draws lines over layers, with bands if `low` and `high` are given; each point can be focused and shows its value. */
export class HeadwiseLayerCurves extends HeadwiseElement {
  static override styles = [theme, layerCurvesStyle];
  static override properties: PropertyDeclarations = {
    series: { type: Array },
    unit: {},
    title: {},
    digits: { type: Number },
    at: { state: true },
    pointed: { state: true },
  };

  /** The lines. */
  declare series: readonly LayerSeries[] | null;
  /** The unit, printed after each value. */
  declare unit: string;
  /** The title above the chart. */
  declare title: string;
  /** Decimals of the printed values. */
  declare digits: number;
  /** The point in the tab order, as line and layer. */
  protected declare at: GridPlace;
  /** The point under the pointer or with the focus. */
  protected declare pointed: GridPlace | undefined;

  constructor() {
    super();
    this.series = null;
    this.unit = "";
    this.title = "";
    this.digits = 3;
    this.at = { row: 0, column: 0 };
    this.pointed = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("series")) return;
    const row = (this.series ?? []).findIndex(({ values }) => values.some(known));
    this.at = { row, column: (this.series?.[row]?.values ?? []).findIndex(known) };
    this.pointed = undefined;
  }

  #chart(): Chart {
    const series = this.series ?? [];
    const numbers = series.flatMap(({ values, low = [], high = [] }) => [...values, ...low, ...high].filter(known));
    const ticks = ticksOver(numbers);
    const layers = Math.max(1, ...series.map(({ values }) => values.length));
    const letters = Math.max(0, ...series.map(({ name }) => [...name].length));
    const right = Math.max(LEFT + 60, this.width - 22 - Math.min(letters * 6.8, this.width * 0.34));
    const x = (layer: number) => LEFT + 8 + ((right - LEFT - 8) * layer) / Math.max(1, layers - 1);
    const y = (value: number) => BOTTOM - ((BOTTOM - TOP) * (value - ticks.low)) / Math.max(1e-12, ticks.high - ticks.low);
    return { series, layers, ticks, right, x, y };
  }

  protected override render(): TemplateResult {
    const chart = this.#chart();
    const unit = this.unit ? html`<span class="dim"> ${this.unit}</span>` : nothing;
    return html`<div class="title" aria-hidden="true">${this.title}${unit}<span class="reading">${this.#reading()}</span></div>
      <svg
        height=${HEIGHT} role="group" aria-label="${this.title || "values"} by layer" @keydown=${this.#key}
        @pointermove=${(event: PointerEvent) => this.#point(event, chart)}
        @pointerdown=${(event: PointerEvent) => this.#point(event, chart)}
        @pointerleave=${() => (this.pointed = undefined)}
      >
        ${grid(chart)} ${layerNumbers(chart)} ${chart.series.map((series, k) => lineOf(series, k, chart))} ${namesOf(chart)}
        ${chart.series.map((series, row) => this.#points(series, row, chart))} 
      </svg>
      ${this.#table(chart)}`;
  }

  #points({ values }: LayerSeries, row: number, { x, y }: Chart): unknown {
    return values.map((value, column) => {
      if (!known(value)) return nothing;
      const on = this.pointed?.row === row && this.pointed.column === column;
      const tab = this.at.row === row && this.at.column === column ? 0 : -1;
      return svg`<circle
        class="point ${headClass(row)} ${on ? "on" : ""}" cx=${x(column)} cy=${y(value)} r=${on ? 5 : 3.4} role="img" tabindex=${tab}
        data-row=${row} data-column=${column} aria-label=${this.#say(row, column)}
        @focus=${() => (this.at = this.pointed = { row, column })} @blur=${() => (this.pointed = undefined)} />`;
    });
  }

  #value(row: number, column: number): string {
    const { low, high, values } = this.series![row]!;
    const bounds = [low?.[column], high?.[column]].filter(known).map((bound) => decimal(bound, this.digits));
    return decimal(values[column], this.digits) + (bounds.length === 2 ? ` (${bounds.join(" to ")})` : "");
  }

  /** Describes the point under the pointer or with the focus. */
  #reading(): string {
    return this.pointed ? this.#say(this.pointed.row, this.pointed.column) : "";
  }

  #say(row: number, column: number): string {
    return `${this.series![row]!.name}, layer ${column}: ${this.#value(row, column)}${this.unit ? ` ${this.unit}` : ""}`;
  }

  /** Lists the numbers for screen readers. */
  #table({ series, layers }: Chart): TemplateResult {
    const rows = Array.from({ length: layers }, (_, layer) => layer);
    return html`<div class="unseen">
      <table>
        <caption>${this.title || "values"} by layer${this.unit ? `, in ${this.unit}` : ""}</caption>
        <thead><tr><th scope="col">layer</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
        <tbody>
          ${rows.map(
            (layer) =>
              html`<tr><th scope="row">${layer}</th>${series.map((_, row) => html`<td>${this.#value(row, layer)}</td>`)}</tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** Selects the nearest point to the pointer anywhere in the chart. */
  #point({ offsetX, offsetY }: PointerEvent, { series, x, y }: Chart): void {
    let least = Number.POSITIVE_INFINITY;
    let nearest: GridPlace | undefined;
    for (const [row, { values }] of series.entries()) {
      for (const [column, value] of values.entries()) {
        const far = known(value) ? 4 * Math.abs(x(column) - offsetX) + Math.abs(y(value) - offsetY) : Number.POSITIVE_INFINITY;
        if (far < least) [least, nearest] = [far, { row, column }];
      }
    }
    if (nearest?.row !== this.pointed?.row || nearest?.column !== this.pointed?.column) this.pointed = nearest;
  }

  #key = (event: KeyboardEvent): void => {
    const lengths = (this.series ?? []).map(({ values }) => values.length);
    const place = moveInRows(lengths, this.at, event.key, event.ctrlKey);
    if (!place) return;
    event.preventDefault();
    this.renderRoot.querySelector<SVGElement>(`[data-row="${place.row}"][data-column="${place.column}"]`)?.focus();
  };
}

function grid({ ticks, right, y }: Chart): unknown {
  return ticks.values.map((value) => {
    const line = Math.abs(value) < ticks.step / 2 ? "zero" : "rule";
    return svg`<line class=${line} x1=${LEFT} x2=${right} y1=${y(value)} y2=${y(value)} />
      <text aria-hidden="true" x=${LEFT - 7} y=${y(value) + 4} text-anchor="end">${decimal(value, ticks.digits)}</text>`;
  });
}

function layerNumbers({ layers, right, x }: Chart): unknown {
  const every = Math.ceil((layers * 24) / Math.max(1, right - LEFT));
  const numbers = Array.from({ length: layers }, (_, layer) =>
    layer % every === 0
      ? svg`<text aria-hidden="true" x=${x(layer)} y=${BOTTOM + 17} text-anchor="middle">${layer}</text>`
      : nothing,
  );
  return [numbers, svg`<text aria-hidden="true" x=${right} y=${HEIGHT - 2} text-anchor="end">layer</text>`];
}

function lineOf({ values, low, high }: LayerSeries, k: number, chart: Chart): unknown {
  const band = low && high ? svg`<path class="band ${headClass(k)}" d=${bandPath(low, high, chart)} />` : nothing;
  return [band, svg`<path class="curve ${headClass(k)}" d=${curvePath(values, chart)} />`];
}

/** Draws each line's name at its end, moved apart if ends are close. */
function namesOf({ series, right, x, y }: Chart): unknown {
  const ends = series.flatMap(({ name, values }, k) => {
    const layer = values.findLastIndex(known);
    return layer < 0 ? [] : [{ name, k, x: x(layer), y: y(values[layer]!) }];
  });
  const places = spread(
    ends.map((end) => end.y),
    15,
    TOP,
    BOTTOM,
  );
  return ends.map(
    (
      { name, k, ...end },
      i,
    ) => svg`<line class="leader ${headClass(k)}" x1=${end.x} y1=${end.y} x2=${right + 11} y2=${places[i]} />
      <text class="name" aria-hidden="true" x=${right + 14} y=${places[i]! + 4}>${shortToken(name, 22)}</text>`,
  );
}

define("headwise-layer-curves", HeadwiseLayerCurves);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-layer-curves": HeadwiseLayerCurves;
  }
}
