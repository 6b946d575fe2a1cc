/** `<headwise-layer-curves>`: small lines over layers, named at their ends. */
import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import { levels, wholeNumbers, xTitle } from "../../../src/view/chart/axis.ts";
import { type Frame, frameOf } from "../../../src/view/chart/frame.ts";
import { area, label, line, spread } from "../../../src/view/chart/marks.ts";
import { linear, type Scale, type Ticks, ticksAround } from "../../../src/view/chart/scale.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import { shortToken } from "../../../src/view/page/tokens.ts";
import { element } from "../../../src/view/page/xml.ts";
import { define, HeadwiseElement } from "../element.ts";
import { headClass } from "../head-colors.ts";
import { type GridPlace, moveInRows } from "../head-grid/roving.ts";
import { theme } from "../theme.ts";
import { boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { LayerSeries } from "../types.ts";
import { layerCurvesStyle } from "./layer-curves-style.ts";

const HEIGHT = 190;
/** The distance of the first layer from the left edge of the plot. */
const ROOM = 8;
/** The height of a line's name. */
const NAME_HEIGHT = 15;

/** Returns true if a layer has a value. */
const known = (value: number | null | undefined): value is number => typeof value === "number" && Number.isFinite(value);

/** The content of the chart, in pixels. */
interface Chart {
  readonly series: readonly LayerSeries[];
  readonly layers: number;
  readonly ticks: Ticks;
  readonly frame: Frame;
  readonly x: Scale;
  readonly y: Scale;
}

/** Draws lines over layers, with bands if `low` and `high` are given; each point can be focused and shows its value. */
export class HeadwiseLayerCurves extends HeadwiseElement {
  static override styles = [theme, layerCurvesStyle, tipStyle];
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

  protected override updated(): void {
    this.#color();
    this.#tip();
  }

  /** Own colors are set from script, which a strict page allows. */
  #color(): void {
    for (const [k, { color }] of (this.series ?? []).entries()) {
      for (const part of this.renderRoot.querySelectorAll<SVGElement>(`[data-line="${k}"]`)) {
        if (color) part.style.setProperty("--_head", color);
        else part.style.removeProperty("--_head");
      }
    }
  }

  #chart(): Chart {
    const series = this.series ?? [];
    const numbers = series.flatMap(({ values, low = [], high = [] }) => [...values, ...low, ...high].filter(known));
    const ticks = ticksAround(Math.min(0, ...numbers), Math.max(0, ...numbers), 7);
    const layers = Math.max(1, ...series.map(({ values }) => values.length));
    const letters = Math.max(0, ...series.map(({ name }) => [...name].length));
    const names = 22 + Math.min(letters * 6.8, this.width * 0.34);
    const frame = frameOf(Math.max(this.width, 104 + names), HEIGHT, { left: 44, right: names, top: 14, bottom: 34 });
    const x = linear([0, layers - 1], [frame.left + ROOM, frame.right]);
    return { series, layers, ticks, frame, x, y: linear(ticks.domain, [frame.bottom, frame.top]) };
  }

  protected override render(): TemplateResult {
    const chart = this.#chart();
    const unit = this.unit ? html`<span class="dim"> ${this.unit}</span>` : nothing;
    return html`<div class="title" aria-hidden="true">${this.title}${unit}</div>
      <svg
        height=${HEIGHT} role="group" aria-label="${this.title || "values"} by layer" @keydown=${this.#key}
        @pointermove=${(event: PointerEvent) => this.#point(event, chart)}
        @pointerdown=${(event: PointerEvent) => this.#point(event, chart)}
        @pointerleave=${() => (this.pointed = undefined)}
      >
        <g aria-hidden="true">${unsafeSVG(axesOf(chart) + chart.series.map((series, k) => lineOf(series, k, chart)).join("") + namesOf(chart))}</g>
        ${chart.series.map((series, row) => this.#points(series, row, chart))} 
      </svg>
      ${tipPlace()} ${this.#table(chart)}`;
  }

  #points({ values }: LayerSeries, row: number, { x, y }: Chart): unknown {
    return values.map((value, column) => {
      if (!known(value)) return nothing;
      const on = this.pointed?.row === row && this.pointed.column === column;
      const tab = this.at.row === row && this.at.column === column ? 0 : -1;
      return svg`<circle
        class="point ${headClass(row)} ${on ? "on" : ""}" cx=${x(column)} cy=${y(value)} r=${on ? 5 : 3.4} role="img" tabindex=${tab}
        data-row=${row} data-line=${row} data-column=${column} aria-label=${this.#say(row, column)}
        @focus=${() => (this.at = this.pointed = { row, column })} @blur=${() => (this.pointed = undefined)} />`;
    });
  }

  #value(row: number, column: number): string {
    const { low, high, values } = this.series![row]!;
    const bounds = [low?.[column], high?.[column]].filter(known).map((bound) => decimal(bound, this.digits));
    return decimal(values[column], this.digits) + (bounds.length === 2 ? ` (${bounds.join(" to ")})` : "");
  }

  /** Shows the value of the point under the pointer or with the focus. */
  #tip(): void {
    const { pointed } = this;
    this.showTip(pointed ? this.#say(pointed.row, pointed.column) : "", () => {
      const { x, y } = this.#chart();
      const { row, column } = pointed!;
      return boxIn(this.renderRoot.querySelector("svg")!, x(column) - 5, y(this.series![row]!.values[column]!) - 5, 10, 10);
    });
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

const axesOf = ({ frame, layers, ticks, x, y }: Chart): string =>
  levels(frame, y, ticks) + wholeNumbers(frame, x, 0, layers - 1) + xTitle(frame, "layer");

function lineOf({ values, low = [], high = [] }: LayerSeries, k: number, { x, y }: Chart): string {
  const places = values.map((value, layer) => (known(value) ? { x: x(layer), y: y(value) } : null));
  const spans = low.map((least, layer) => {
    const most = high[layer];
    return known(least) && known(most) ? { x: x(layer), low: y(least), high: y(most) } : null;
  });
  return (
    area({ class: `band ${headClass(k)}`, "data-line": k }, spans) +
    line({ class: `curve ${headClass(k)}`, "data-line": k }, places)
  );
}

/** Draws each line's name at its end, moved apart if ends are close. */
function namesOf({ series, frame, x, y }: Chart): string {
  const ends = series.flatMap(({ name, values }, k) => {
    const layer = values.findLastIndex(known);
    return layer < 0 ? [] : [{ name, k, x: x(layer), y: y(values[layer]!) }];
  });
  const places = spread(
    ends.map((end) => end.y),
    NAME_HEIGHT,
    frame.top,
    frame.bottom,
  );
  const named = ends.map(({ name, k, ...end }, i) => {
    const leader = { x1: end.x, y1: end.y, x2: frame.right + 11, y2: places[i]! };
    return (
      element("line", { class: `leader ${headClass(k)}`, "data-line": k, ...leader }) +
      label(frame.right + 14, places[i]! + 4, shortToken(name, 22), "start", { class: "name" })
    );
  });
  return named.join("");
}

define("headwise-layer-curves", HeadwiseLayerCurves);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-layer-curves": HeadwiseLayerCurves;
  }
}
