/** `<headwise-pattern>`: one head's pattern to zoom into, to read with the keyboard, and to edit. */

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { chip, chipStyle } from "../chip.ts";
import { define } from "../element.ts";
import { headsLegend, rampLegend } from "../legend.ts";
import { theme } from "../theme.ts";
import { boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { PatternEdit, TokenHover } from "../types.ts";
import { OVERLAID } from "./overlay.ts";
import { type Combine, PatternBitmaps } from "./pattern-bitmap.ts";
import { Gestures, type GestureTarget } from "./pattern-gestures.ts";
import { keyAction } from "./pattern-keys.ts";
import { paintPattern } from "./pattern-paint.ts";
import { cellAt, cellSize, cornerOf, mostZoom, type PatternCell, type Plot, plotFor, shares } from "./pattern-plot.ts";
import { reading, rowOf, weightAt, withWeight } from "./pattern-reading.ts";
import { PatternElement } from "./pattern-source.ts";
import { patternStyle } from "./pattern-style.ts";
import { pan, reveal, type ViewWindow, WHOLE, zoomAt } from "./view-window.ts";

const ALL_SHOWN = "the whole pattern is shown; zoom in first";
const CAPTIONS = { raw: "attention weight", norm: "weight × ‖f(x)‖, rows normalized to sum to 1" } as const;

/**
 * Queries run down, keys across. Arrow keys move a cursor, Shift and an arrow pan; +, − and 0 zoom, as do the wheel (with Ctrl,
 * or if the picture has the focus) and two fingers. @fires pattern-edit - {@link PatternEdit}, after each change of an editable
 * pattern. @fires token-hover - {@link TokenHover}, when the pointer or the cursor reaches another row, or leaves.
 */
export class HeadwisePattern extends PatternElement {
  static override styles = [theme, chipStyle, patternStyle, tipStyle];
  static override properties: PropertyDeclarations = {
    combine: {},
    editable: { type: Boolean },
    causal: { type: Boolean },
    maxHeight: { type: Number, attribute: "max-height" },
    view: { state: true },
    cursor: { state: true },
    hovered: { state: true },
  };

  static override choices = { ...PatternElement.choices, combine: ["mean", "overlay"] };

  /** The way to draw `patterns`: their `mean`, or up to three as an `overlay`, each in its own color. */
  declare combine: Combine;
  /** Lets the reader change weights with + and −, by typing a number, or by dragging a cell; for `pattern` alone, as tokens. */
  declare editable: boolean;
  /** If true, keys after the query stay at zero during editing. */
  declare causal: boolean;
  /** Maximum height of the matrix in CSS pixels. */
  declare maxHeight: number;
  protected declare view: ViewWindow;
  protected declare cursor: PatternCell | undefined;
  protected declare hovered: PatternCell | undefined;

  #plot: Plot = plotFor(0, [], [], 0);
  #bitmaps: PatternBitmaps | undefined;
  #bitmapKey: readonly unknown[] = [];
  #gestures: Gestures | undefined;
  /** True if the last thing that moved the reading was a key. */
  #keyed = false;
  #pulled: { readonly cell: PatternCell; readonly row: Float32Array } | undefined;

  constructor() {
    super();
    this.combine = "mean";
    this.editable = false;
    this.causal = false;
    this.maxHeight = 560;
    this.view = WHOLE;
    this.cursor = undefined;
    this.hovered = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#gestures?.disconnect();
  }

  protected override firstUpdated(): void {
    this.#listen();
  }

  #listen(): void {
    this.#gestures = new Gestures(this.#canvas, this.#gesture);
  }

  get #canvas(): HTMLCanvasElement {
    return this.renderRoot.querySelector("canvas")!;
  }

  get #editing(): boolean {
    return this.editable && !this.grouped && this.prepared.matrices.length === 1;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { rowNames, columnNames } = this.prepared;
    const before = this.#plot;
    this.#plot = plotFor(this.width, rowNames, columnNames, this.maxHeight);
    if (before.rows === this.#plot.rows && before.columns === this.#plot.columns) return;
    this.view = WHOLE;
    this.cursor = this.hovered = undefined;
  }

  protected override render(): TemplateResult {
    const whole = this.view.zoom === 1;
    return html`<div class="bar">
        <div class="caption">${this.patterns ? nothing : chip(this.label)}<span>${CAPTIONS[this.weighting] ?? CAPTIONS.raw}</span>${this.clippedNote}</div>
        <div class="zoom" role="group" aria-label="zoom">
          <button type="button" aria-label="zoom in" @click=${() => this.#zoomMiddle(1.5)}>+</button>
          <button type="button" aria-label="zoom out" ?disabled=${whole} title=${whole ? ALL_SHOWN : nothing} @click=${() => this.#zoomMiddle(1 / 1.5)}>−</button>
          <button type="button" aria-label="show all" ?disabled=${whole} title=${whole ? ALL_SHOWN : nothing} @click=${() => this.#zoomMiddle(0)}>all</button>
        </div>
      </div>
      <canvas
        tabindex="0" role="application" aria-roledescription="attention pattern" aria-label=${this.#name()} @keydown=${this.#key}
        @focus=${this.#focus} @blur=${this.#blur}
      ></canvas>
      ${tipPlace()}
      <div class="below"><output class="unseen">${this.#reading(this.hovered ?? this.cursor)}</output>${this.#typed()}<div class="legend">${this.#legend()}</div></div>`;
  }

  #reading(cell: PatternCell | undefined): string {
    return reading(this.prepared, cell, (k) => this.headName(k));
  }

  readonly #focus = (): void => {
    this.cursor ??= { row: 0, column: 0 };
    this.#keyed = this.#canvas.matches(":focus-visible");
    this.requestUpdate();
  };

  readonly #blur = (): void => {
    this.hovered = undefined;
    this.#keyed = false;
    this.requestUpdate();
  };

  /** Shows the reading at the cell under the pointer or, for readers with a keyboard, under the cursor. */
  #tip(): void {
    const canvas = this.#canvas;
    const cell = this.hovered ?? (this.#keyed ? this.cursor : undefined);
    this.showTip(this.#reading(cell), () => {
      const [x, y] = cornerOf(this.#plot, this.view, cell!);
      return boxIn(canvas, x, y, ...cellSize(this.#plot, this.view));
    });
  }

  #name(): string {
    const { matrices, rowNames, columnNames } = this.prepared;
    const heads = matrices.length > 1 ? matrices.map((_, k) => this.headName(k)).join(", ") : (this.label ?? "");
    const what = `${rowNames.length} queries by ${columnNames.length} keys`;
    return [`attention pattern, ${what}`, heads, this.#editing ? "plus and minus change a weight" : ""]
      .filter(Boolean)
      .join(", ");
  }

  #typed(): TemplateResult | typeof nothing {
    if (!this.#editing || !this.cursor) return nothing;
    const value = weightAt(this.prepared.matrices[0]!, this.cursor).toFixed(3);
    return html`<label class="typed">weight
      <input type="number" min="0" max="1" step="0.01" .value=${value} @change=${this.#type} />
    </label>`;
  }

  #legend(): unknown {
    const { length } = this.prepared.matrices;
    if (this.combine !== "overlay" || length < 2) return rampLegend(this.scheme);
    return headsLegend(
      Array.from({ length: Math.min(OVERLAID, length) }, (_, k) => this.headName(k)),
      this.scheme,
    );
  }

  protected override updated(): void {
    const { matrices, rowNames, columnNames } = this.prepared;
    this.#size();
    this.#tip();
    this.#tellHover();
    if (matrices.length === 0 || this.width === 0) return;
    const key = [matrices, this.combine, this.scheme];
    if (key.some((part, k) => part !== this.#bitmapKey[k]))
      this.#bitmaps = new PatternBitmaps(matrices, this.combine, this.scheme);
    this.#bitmapKey = key;
    paintPattern(this.#canvas, {
      ...{ plot: this.#plot, view: this.view, bitmaps: this.#bitmaps!, rowNames, columnNames, scheme: this.scheme },
      ...{ written: matrices.length === 1 ? matrices[0] : undefined, cursor: this.cursor, pixelRatio: this.pixelRatio },
    });
  }

  #told: number | undefined;
  #tellHover(): void {
    const focused = (this.renderRoot as ShadowRoot).activeElement === this.#canvas;
    const row = (this.hovered ?? (focused ? this.cursor : undefined))?.row;
    if (row === this.#told) return;
    this.#told = row;
    this.emit<TokenHover>("token-hover", row === undefined ? null : { index: row, side: "query" });
  }

  /** Sizes are set from script, which a strict page allows, unlike a style attribute. */
  #size(): void {
    const { left, top, width, height } = this.#plot;
    const [w, h] = [Math.ceil(left + width + 2), Math.ceil(top + height + 2)];
    const canvas = this.#canvas;
    canvas.width = Math.round(w * this.pixelRatio);
    canvas.height = Math.round(h * this.pixelRatio);
    this.style.setProperty("--_wide", `${w}px`);
    canvas.style.width = `${w}px`;
    canvas.style.height = `${h}px`;
    // one finger scrolls the page unless there is something to pan or drag
    canvas.style.touchAction = this.view.zoom > 1 || this.#editing ? "none" : "pan-x pan-y";
  }

  #key = (event: KeyboardEvent): void => {
    const { rows, columns } = this.#plot;
    const cell = this.cursor ?? { row: 0, column: 0 };
    const action = keyAction(event, cell, rows, columns, this.#editing);
    if (!action) return;
    event.preventDefault();
    this.hovered = undefined;
    this.#keyed = true;
    if (action.kind === "move") this.#moveTo(action.cell);
    else if (action.kind === "pan") this.#gesture.pan(action.dx, action.dy);
    else if (action.kind === "zoom") this.#zoomMiddle(action.factor);
    else this.#weigh(cell, weightAt(this.prepared.matrices[0]!, cell) + action.change);
  };

  #moveTo({ row, column }: PatternCell): void {
    const { rows, columns } = this.#plot;
    this.cursor = { row, column };
    this.view = reveal(this.view, column / columns, row / rows, (column + 1) / columns, (row + 1) / rows);
  }

  #type = ({ target }: Event): void => {
    const weight = (target as HTMLInputElement).valueAsNumber;
    if (this.cursor && Number.isFinite(weight)) this.#weigh(this.cursor, weight);
  };

  /** Changes a weight, starting from the row at the beginning of a drag or else the current row. */
  #weigh(cell: PatternCell, weight: number, from = rowOf(this.prepared.matrices[0]!, cell.row)): void {
    const { pattern, edit } = withWeight(this.prepared.matrices[0]!, cell, from, weight, this.causal);
    if (this.patterns) this.patterns = [pattern];
    else this.pattern = pattern;
    this.emit<PatternEdit>("pattern-edit", edit);
  }

  #zoomMiddle(factor: number): void {
    this.view = factor === 0 ? WHOLE : zoomAt(this.view, factor, 0.5, 0.5, mostZoom(this.#plot));
  }

  #gesture: GestureTarget = {
    zoom: (factor, x, y) => {
      const [u, v] = shares(this.#plot, x, y).map((share) => Math.min(1, Math.max(0, share))) as [number, number];
      this.view = zoomAt(this.view, factor, u, v, mostZoom(this.#plot));
    },
    pan: (dx, dy) => {
      this.view = pan(this.view, dx / this.#plot.width, dy / this.#plot.height);
    },
    hover: (x, y) => {
      const cell = cellAt(this.#plot, this.view, x, y);
      if (cell?.row !== this.hovered?.row || cell?.column !== this.hovered?.column) this.hovered = cell;
    },
    leave: () => {
      this.hovered = undefined;
    },
    grab: (x, y, shift) => {
      const cell = cellAt(this.#plot, this.view, x, y);
      if (cell) this.cursor = cell;
      this.#keyed = false;
      const pulls = cell && !shift && this.#editing;
      this.#pulled = pulls ? { cell, row: rowOf(this.prepared.matrices[0]!, cell.row) } : undefined;
      return this.#pulled !== undefined;
    },
    /** Dragging up by 150 pixels adds a weight of one. */
    pull: (up) => {
      if (!this.#pulled) return;
      const { cell, row } = this.#pulled;
      this.#weigh(cell, row[cell.column]! + up / 150, row);
    },
  };
}

define("headwise-pattern", HeadwisePattern);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-pattern": HeadwisePattern;
  }
}
