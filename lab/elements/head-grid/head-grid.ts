/** `<headwise-head-grid>`: all heads as small maps, one layer per row (after BertViz's model view, Vig 2019). */
import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { chip, chipStyle } from "../chip.ts";
import { define, HeadwiseElement } from "../element.ts";
import { theme } from "../theme.ts";
import { boxAt, boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { HeadPattern, HeadPick, TextPatterns } from "../types.ts";
import { headGridStyle } from "./head-grid-style.ts";
import { headReading } from "./head-reading.ts";
import { type HeadRow, headRows, headsOfText } from "./head-rows.ts";
import { type GridPlace, moveInRows } from "./roving.ts";
import { Thumbnails } from "./thumbnails.ts";

/** The minimum side of a map in pixels, and the side from which a label's code fits next to the head's name. */
const [SMALLEST, WITH_CODES] = [34, 50];

/** Width of the layer names, and of the gap between two maps. */
const [NAMES, GAP] = [66, 12];

/**
 * A grid of all heads. The page decides what a pick does: it sets `selected` or `off` in its handler of `head-pick`. @fires
 * head-pick - {@link HeadPick}, on a click, Enter or Space.
 */
export class HeadwiseHeadGrid extends HeadwiseElement {
  static override styles = [theme, chipStyle, headGridStyle, tipStyle];
  static override properties: PropertyDeclarations = {
    heads: { type: Array },
    text: { type: Object },
    layers: { type: Number },
    shown: { type: Array },
    selected: { type: Array },
    off: { type: Array },
    mode: {},
    size: { type: Number },
    at: { state: true },
  };

  /** The heads, in any order. */
  declare heads: readonly HeadPattern[] | null;
  /** Instead of `heads`: one text with all its patterns, `{tokens, patterns[layer][head]}`. */
  declare text: TextPatterns | null;
  /** The minimum number of layers; layers without heads are listed as such. */
  declare layers: number;
  /** The labels whose heads are highlighted; null highlights all. */
  declare shown: readonly string[] | null;
  /** The names of the selected heads. */
  declare selected: readonly string[] | null;
  /** The names of the disabled heads, in addition to heads with `off: true`. */
  declare off: readonly string[] | null;
  /** The role of a pick for screen readers: `view` selects, `toggle` switches on and off. */
  declare mode: "view" | "toggle";
  /** Side of a small map in CSS pixels; 0 derives it from the width. */
  declare size: number;
  /** The place in the tab order. */
  protected declare at: GridPlace;

  #maps = new Thumbnails();
  #rows: readonly HeadRow[] = [];

  constructor() {
    super();
    this.heads = null;
    this.text = null;
    this.layers = 0;
    this.shown = null;
    this.selected = [];
    this.off = [];
    this.mode = "view";
    this.size = 0;
    this.at = { row: 0, column: 0 };
  }

  /** Resolves when all maps in view are drawn. */
  get drawn(): Promise<void> {
    return this.updateComplete.then(() => this.#maps.settled());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#maps.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.hasUpdated || ["heads", "text", "layers"].some((name) => changed.has(name))) {
      this.#rows = headRows(this.heads ?? (this.text ? headsOfText(this.text) : []), this.layers);
    }
    const row = this.#rows[this.at.row]?.heads.length ? this.at.row : this.#rows.findIndex(({ heads }) => heads.length > 0);
    const last = (this.#rows[row]?.heads.length ?? 1) - 1;
    if (row !== this.at.row || this.at.column > last) this.at = { row, column: Math.min(this.at.column, last) };
  }

  protected override render(): TemplateResult {
    const most = Math.max(0, ...this.#rows.map(({ heads }) => heads.length));
    if (this.#rows.length === 0) return html`<div class="none">no heads</div>`;
    return html`<div class="scroll">
        <div
          class="grid" role="grid" aria-label="attention heads, one layer per row" @keydown=${this.#key}
          @pointermove=${this.#point} @pointerdown=${this.#point} @pointerleave=${this.#tipAtFocus} @focusout=${() => this.showTip("", NOWHERE)}
        >
          ${this.#rows.map((row, at) => this.#row(row, at, most))}
        </div>
      </div>
      ${tipPlace()}`;
  }

  #row({ site, layer, heads }: HeadRow, at: number, most: number): TemplateResult {
    const fewer = heads.length > 0 && heads.length < most;
    return html`<div class="row" role="row">
      <div class="layer" role="rowheader">
        <b>${site} layer ${layer}</b>${fewer ? html`${heads.length} of ${most} heads` : nothing}
      </div>
      ${heads.map((head, column) => this.#cell(head, { row: at, column }))}
      ${heads.length === 0 ? html`<div class="none" role="gridcell">no heads</div>` : nothing}
    </div>`;
  }

  #cell(head: HeadPattern, { row, column }: GridPlace): TemplateResult {
    const off = this.#isOff(head);
    const selected = this.selected?.includes(head.name) ?? false;
    const faint = this.shown !== null && !this.shown.includes(head.label ?? "unclassified");
    const toggle = this.mode === "toggle";
    const tab = row === this.at.row && column === this.at.column ? 0 : -1;
    return html`<div role="gridcell">
      <button
        type="button" class="${off ? "off" : ""} ${faint ? "faint" : ""} ${selected ? "selected" : ""}"
        tabindex=${tab} data-row=${row} data-column=${column} aria-label=${nameOf(head, off)}
        role=${toggle ? "switch" : nothing} aria-checked=${toggle ? !off : nothing} aria-pressed=${toggle ? nothing : selected}
        @click=${(event: MouseEvent) => this.#pick(head, event)} @focus=${() => this.#arrive({ row, column })}
      >
        <span class="caption"><span class="name">${head.name.replace(/^.*?(\d+\.\d+)$/, "$1")}</span>${chip(head.label)}</span>
        <span class="strike"><span class="map"><canvas aria-hidden="true"></canvas></span>${scaleOf(head)}</span>
      </button>
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("heads") || changed.has("text")) this.showTip("", NOWHERE);
    const most = Math.max(1, ...this.#rows.map(({ heads }) => heads.length));
    const fitting = Math.floor((this.width - NAMES) / most) - GAP;
    const size = this.size > 0 ? this.size : Math.min(132, Math.max(SMALLEST, fitting));
    this.style.setProperty("--_size", `${size}px`);
    this.renderRoot.querySelector(".grid")?.classList.toggle("small", size < WITH_CODES);
    const heads = this.#rows.flatMap((row) => row.heads);
    const canvases = this.renderRoot.querySelectorAll("canvas");
    const cells = Math.round(size * this.pixelRatio);
    for (const [k, canvas] of canvases.entries()) this.#maps.want(canvas, { head: heads[k]!, cells, scheme: this.scheme });
  }

  #isOff({ name, off }: HeadPattern): boolean {
    return off === true || (this.off?.includes(name) ?? false);
  }

  #arrive(place: GridPlace): void {
    this.at = place;
    this.#tipAtFocus();
  }

  /** Shows what is under the pointer on a map. */
  readonly #point = (event: PointerEvent): void => {
    const button = event.composedPath().find((one): one is HTMLElement => one instanceof HTMLElement && one.matches("button"));
    const canvas = button?.querySelector("canvas");
    if (!canvas) {
      this.#tipAtFocus();
      return;
    }
    const { left, top, width } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const head = this.#headOf(button!);
    const inside = x >= 0 && x < width && y >= 0 && y < width;
    const box = boxAt(event);
    this.showTip(headReading(head, inside ? { x, y, size: width } : undefined), () => box);
  };

  /** Shows the largest weight of the head that a reader with a keyboard has reached. */
  readonly #tipAtFocus = (): void => {
    const button = this.renderRoot.querySelector<HTMLElement>("button:focus-visible");
    const text = button ? headReading(this.#headOf(button)) : "";
    this.showTip(text, () => boxIn(button!, 0, 0, button!.offsetWidth, button!.offsetHeight));
  };

  #headOf({ dataset: { row, column } }: HTMLElement): HeadPattern {
    return this.#rows[Number(row)]!.heads[Number(column)]!;
  }

  #pick({ name, layer, head }: HeadPattern, { shiftKey, ctrlKey, metaKey }: MouseEvent): void {
    this.emit<HeadPick>("head-pick", { name, layer, head, additive: shiftKey || ctrlKey || metaKey });
  }

  #key = (event: KeyboardEvent): void => {
    const lengths = this.#rows.map(({ heads }) => heads.length);
    const place = moveInRows(lengths, this.at, event.key, event.ctrlKey);
    if (!place) return;
    event.preventDefault();
    this.at = place;
    this.renderRoot.querySelector<HTMLElement>(`button[data-row="${place.row}"][data-column="${place.column}"]`)?.focus();
  };
}

const NOWHERE = () => ({ left: 0, top: 0, right: 0, bottom: 0 });

/** Returns the accessible name of a head. */
function nameOf({ name, label, scale }: HeadPattern, off: boolean): string {
  const scaled = scale === undefined || scale === 1 ? "" : `scaled by ${rounded(scale)}`;
  return [`head ${name}`, label, scaled, off ? "off" : ""].filter(Boolean).join(", ");
}

function scaleOf({ scale }: HeadPattern): TemplateResult | typeof nothing {
  return scale === undefined || scale === 1 ? nothing : html`<span class="scale" data-scale="×${rounded(scale)}"></span>`;
}

const rounded = (scale: number): number => Math.round(100 * scale) / 100;

define("headwise-head-grid", HeadwiseHeadGrid);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-head-grid": HeadwiseHeadGrid;
  }
}
