/** `<headwise-head-grid>`: all heads as small maps, one layer per row (after BertViz's model view, Vig 2019). */
import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { chip, chipStyle } from "../chip.ts";
import { define, HeadwiseElement } from "../element.ts";
import { rampLegend } from "../legend.ts";
import { theme } from "../theme.ts";
import { boxAt, boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { HeadNote, HeadPattern, HeadPick, MarkedTokens, TextPatterns } from "../types.ts";
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
    marked: { type: Object },
    legend: {},
    notes: { type: Object },
    size: { type: Number },
    at: { state: true },
  };

  static override choices = { ...HeadwiseElement.choices, mode: ["view", "toggle"] };

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
  /** The tokens to mark in every map; each head then shows its largest weight there. */
  declare marked: MarkedTokens | null;
  /** Describes the shades, next to their ramp; empty for no legend. */
  declare legend: string;
  /** A short text and a sign for each head's map: how much the output changes without it. */
  declare notes: Readonly<Record<string, HeadNote>> | null;
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
    this.marked = null;
    this.legend = "";
    this.notes = null;
    this.size = 0;
    this.at = { row: 0, column: 0 };
  }

  /** Resolves when all maps in view are drawn. */
  get drawn(): Promise<void> {
    return this.updateComplete.then(() => this.#maps.settled());
  }

  override async sharpen(pixels = 0): Promise<void> {
    await super.sharpen(pixels);
    if (pixels > 0) this.#maps.drawAll();
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
      ${tipPlace()}
      ${this.legend === "" ? nothing : html`<div class="legend">${rampLegend(this.scheme)}<span>${this.legend}</span></div>`}`;
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
    const faint = this.shown !== null && !labelsOf(head).some((label) => this.shown!.includes(label));
    const toggle = this.mode === "toggle";
    const mark = this.#mark(head);
    const note = this.notes?.[head.name];
    const tab = row === this.at.row && column === this.at.column ? 0 : -1;
    return html`<div role="gridcell">
      <button
        type="button" class="${off ? "off" : ""} ${faint ? "faint" : ""} ${selected ? "selected" : ""} ${mark ? `lit ${this.marked!.side}` : ""} ${note ? `noted ${note.look}` : ""}"
        tabindex=${tab} data-row=${row} data-column=${column} aria-label=${nameOf(head, off, note?.spoken)}
        role=${toggle ? "switch" : nothing} aria-checked=${toggle ? !off : nothing} aria-pressed=${toggle ? nothing : selected}
        @click=${(event: MouseEvent) => this.#pick(head, event)} @focus=${() => this.#arrive({ row, column })}
      >
        <span class="caption"><span class="name">${head.name.replace(/^.*?(\d+\.\d+)$/, "$1")}</span>${mark ? html`<span class="weight">${mark}</span>` : chip(head.label)}</span>
        <span class="strike"><span class="map"><canvas aria-hidden="true"></canvas></span>${scaleOf(head)}${note ? html`<span class="note">${note.text}</span>` : nothing}</span>
      </button>
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("heads") || changed.has("text")) this.showTip("", NOWHERE);
    const most = Math.max(1, ...this.#rows.map(({ heads }) => heads.length));
    const fitting = Math.floor((this.width - NAMES) / most) - GAP;
    const size = this.size > 0 ? this.size : Math.min(132, Math.max(SMALLEST, fitting));
    this.style.setProperty("--_size", `${size}px`);
    this.#placeMark();
    this.renderRoot.querySelector(".grid")?.classList.toggle("small", size < WITH_CODES);
    const heads = this.#rows.flatMap((row) => row.heads);
    const canvases = this.renderRoot.querySelectorAll("canvas");
    const cells = Math.round(size * this.pixelRatio);
    for (const [k, canvas] of canvases.entries()) this.#maps.want(canvas, { head: heads[k]!, cells, scheme: this.scheme });
  }

  /** Returns the largest weight of the marked tokens, ".71"; "" if the map is not marked. */
  #mark({ pattern, rows, columns, site }: HeadPattern): string {
    const { marked } = this;
    if (!marked || (marked.sites && !marked.sites.includes(site ?? ""))) return "";
    const { side, from, to } = marked;
    const [count, others, step] = side === "query" ? [rows, columns, 1] : [columns, rows, columns];
    if (from < 0 || to >= count) return "";
    let most = 0;
    for (let token = from; token <= to; token++)
      for (let k = 0; k < others; k++) most = Math.max(most, pattern[token * (side === "query" ? columns : 1) + k * step]!);
    return most >= 0.995 ? "1" : most.toFixed(2).slice(1);
  }

  /** Places are set from script, which a strict page allows; a mark is at least as thick as a line. */
  #placeMark(): void {
    const { marked } = this;
    const first = marked && this.#rows.flatMap(({ heads }) => heads).find((head) => this.#mark(head) !== "");
    if (!first) return;
    const count = marked.side === "query" ? first.rows : first.columns;
    const middle = (marked.from + marked.to + 1) / 2 / count;
    const half = Math.max(0.025, (marked.to - marked.from + 1) / 2 / count);
    const [from, to] = [Math.max(0, middle - half), Math.min(1, middle + half)].map((share) => `${(100 * share).toFixed(2)}%`);
    this.style.setProperty("--_from", from!);
    this.style.setProperty("--_to", to!);
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

const labelsOf = ({ label, labels }: HeadPattern): readonly string[] => labels ?? [label ?? "unclassified"];
const NOWHERE = () => ({ left: 0, top: 0, right: 0, bottom: 0 });

/** Returns the accessible name of a head. */
function nameOf({ name, label, labels, scale }: HeadPattern, off: boolean, note = ""): string {
  const scaled = scale === undefined || scale === 1 ? "" : `scaled by ${rounded(scale)}`;
  return [`head ${name}`, ...(labels ?? [label]), scaled, off ? "off" : "", note].filter(Boolean).join(", ");
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
