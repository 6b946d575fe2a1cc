/** `<headwise-arcs>`: one or several heads as lines from query tokens to key tokens. */

import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from "lit";
import {
  type Active,
  type ArcLink,
  bowRoom,
  columnPath,
  countLinks,
  linePath,
  linksOf,
  type Stroke,
  strokeLook,
  strokesOf,
} from "../../../src/view/chart/arcs.ts";
import { chip, chipStyle } from "../chip.ts";
import { define } from "../element.ts";
import { headClass } from "../head-colors.ts";
import { moveInRows } from "../head-grid/roving.ts";
import { headsLegend } from "../legend.ts";
import { PatternElement } from "../pattern/pattern-source.ts";
import { theme } from "../theme.ts";
import type { TokenHover, TokenPick } from "../types.ts";
import { arcsStyle } from "./arcs-style.ts";

/** Height of a row of the columns. */
const STEP = 26;
/** The number of links that are read out. */
const READ = 12;
const CAPTIONS = { raw: "attention weight", norm: "weight × ‖f(x)‖" } as const;
/** In columns, the keys that move within a side and between the sides. */
const TURNED: Readonly<Record<string, string>> = {
  ArrowUp: "ArrowLeft",
  ArrowDown: "ArrowRight",
  ArrowLeft: "ArrowUp",
  ArrowRight: "ArrowDown",
};

/** The least width of a token in a line, and its width beside its text. */
const [NARROWEST, PADDING] = [24, 6];
/** The smallest text of a line that is made to fit. */
const SMALLEST = 11;
let pen: CanvasRenderingContext2D | undefined;

/**
 * Draws queries at the left and keys at the right; or one line, with arcs above to previous tokens and below to later ones. A
 * token under the pointer or with the focus shows only its own lines, with numbers; a click pins them, another click or Escape
 * releases them. @fires token-pick - {@link TokenPick}, when a token's lines are pinned or released. @fires token-hover -
 * {@link TokenHover}, when another token's lines are the only ones drawn, or all are again.
 */
export class HeadwiseArcs extends PatternElement {
  static override styles = [theme, chipStyle, arcsStyle];
  static override properties: PropertyDeclarations = {
    threshold: { type: Number },
    layout: {},
    hovered: { state: true },
    focused: { state: true },
    held: { state: true },
    at: { state: true },
    middles: { state: true },
  };

  static override choices = { ...PatternElement.choices, layout: ["columns", "line", "fit"] };

  /** Weights below this are not drawn. */
  declare threshold: number;
  /** `columns`, or one `line` if queries and keys are the same tokens; `fit` is a line unless it is wider than the element. */
  declare layout: "columns" | "line" | "fit";
  protected declare hovered: Active | undefined;
  protected declare focused: Active | undefined;
  protected declare held: Active | undefined;
  /** The token in the tab order. */
  protected declare at: Active;
  /** In a line: the centers of the tokens in pixels. */
  protected declare middles: readonly number[];

  constructor() {
    super();
    this.threshold = 0.05;
    this.layout = "columns";
    this.hovered = this.focused = this.held = undefined;
    this.at = { side: "query", index: 0 };
    this.middles = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.layout === "fit") this.#fit();
    if (["tokens", "columnTokens", "words", "grouping", "layout"].some((name) => changed.has(name))) {
      this.hovered = this.focused = this.held = undefined;
      this.at = { side: "query", index: 0 };
    }
  }

  /** The size of the text of a line that fits, in pixels; undefined if it is too wide even in small text. */
  #fitting: number | undefined;
  /** The names and the width that it belongs to: pointing at tokens measures nothing again. */
  #fitted: readonly unknown[] = [];

  get #inLine(): boolean {
    if (this.columnTokens || this.layout === "columns") return false;
    return this.layout === "line" || (this.layout === "fit" && this.#fitting !== undefined);
  }

  #fit(): void {
    const { rowNames } = this.prepared;
    if (this.#fitted[0] === rowNames && this.#fitted[1] === this.width) return;
    this.#fitted = [rowNames, this.width];
    pen ??= document.createElement("canvas").getContext("2d")!;
    const { fontSize, fontFamily } = getComputedStyle(this);
    const whole = Number.parseFloat(fontSize);
    this.#fitting = [whole, whole - 1, whole - 2].find((size) => {
      pen!.font = `${size}px ${fontFamily}`;
      const widths = rowNames.map((name) => Math.max(NARROWEST, pen!.measureText(name).width + PADDING));
      return size >= SMALLEST && widths.reduce((sum, width) => sum + width, 4) <= this.width;
    });
  }

  get #active(): Active | undefined {
    return this.hovered ?? this.held ?? this.focused;
  }

  protected override render(): TemplateResult {
    const links = linksOf(this.prepared.matrices, this.threshold, this.#active);
    return html`<div class="bar">
        ${this.patterns ? nothing : chip(this.label)}<span>${CAPTIONS[this.weighting] ?? CAPTIONS.raw}, ${this.#share(links)}</span>
        ${this.clippedNote}<div class="legend">${this.#legend()}</div>
      </div>
      <div class="scroll" @keydown=${this.#key} @pointerleave=${() => this.#hover(undefined)}>
        ${this.#inLine ? this.#line(links) : this.#columns(links)}
      </div>
      <output>${this.#reading(links)}</output>`;
  }

  /** Tells how many links are drawn, of how many with any weight. */
  #share(links: readonly ArcLink[]): string {
    const all = countLinks(this.prepared.matrices, this.#active);
    const drawn = links.length;
    return drawn === all ? `all ${all} links` : `strongest ${drawn} of ${all} links: from ${this.threshold} on`;
  }

  #legend(): unknown {
    const { length } = this.prepared.matrices;
    return length < 2
      ? nothing
      : headsLegend(
          Array.from({ length }, (_, k) => this.headName(k)),
          this.scheme,
        );
  }

  #columns(links: readonly ArcLink[]): TemplateResult {
    const { matrices, rowNames, columnNames } = this.prepared;
    const width = Math.max(40, Math.min(760, this.width - 16) - 2 * this.#side() - 4);
    const height = STEP * Math.max(rowNames.length, columnNames.length);
    const strokes = strokesOf(links, (link) => columnPath(link, matrices.length, width, STEP));
    return html`<div class="columns ${this.#active ? "quiet" : ""}">
      ${this.#tokens(rowNames, "query", links)}
      <svg width=${width} height=${height} aria-hidden="true">${strokes.map(strokeOf)}</svg>
      ${this.#tokens(columnNames, "key", links)}
    </div>`;
  }

  #line(links: readonly ArcLink[]): TemplateResult {
    const { rowNames } = this.prepared;
    const bows = (back: boolean) => {
      const all = linksOf(this.prepared.matrices, this.threshold).filter(({ query, key }) => key <= query === back);
      const height = bowRoom(all, this.middles);
      const shown = links.filter(({ query, key }) => key <= query === back);
      const strokes = strokesOf(shown, (link) => linePath(link, this.middles, back ? height : 0, back ? -1 : 1));
      return html`<svg width="100%" height=${height} aria-hidden="true">${strokes.map(strokeOf)}</svg>`;
    };
    return html`<div class="line ${this.#active ? "quiet" : ""}">
      ${bows(true)}${this.#tokens(rowNames, "query", links)}${bows(false)}
    </div>`;
  }

  #tokens(names: readonly string[], side: Active["side"], links: readonly ArcLink[]): TemplateResult {
    const met = this.#met(side, links);
    const label = this.#inLine ? "tokens" : side === "query" ? "queries" : "keys";
    return html`<div class="tokens ${side}" role="group" aria-label=${label}>
      ${names.map((name, index) => this.#token(name, { side, index }, met.get(index) ?? []))}
    </div>`;
  }

  /** Returns the active token's links by the token at their other end, on this side. */
  #met(side: Active["side"], links: readonly ArcLink[]): ReadonlyMap<number, ArcLink[]> {
    const met = new Map<number, ArcLink[]>();
    const active = this.#active;
    if (!active || (active.side === side && !this.#inLine)) return met;
    for (const link of links) {
      const other = active.side === "query" ? link.key : link.query;
      met.set(other, [...(met.get(other) ?? []), link]);
    }
    return met;
  }

  #token(name: string, place: Active, met: readonly ArcLink[]): TemplateResult {
    const active = same(place, this.#active);
    return html`<button
      type="button" class="${active ? "active" : ""} ${met.length > 0 ? "met" : ""}" tabindex=${same(place, this.at) ? 0 : -1}
      aria-pressed=${same(place, this.held)} data-side=${place.side} data-index=${place.index}
      @pointerenter=${() => this.#hover(place)} @focus=${() => this.#focus(place)} @blur=${() => (this.focused = undefined)}
      @click=${() => this.#hold(place)}
    ><span class="token">${name}</span><span class="weights">${met.map(
      ({ head, weight }) => html`<span class="${headClass(head)}">${weight.toFixed(2).replace(/^0/, "")}</span>`,
    )}</span></button>`;
  }

  /** Formats the active token's links, strongest first: "the → cat 0.620, sat 0.201". */
  #reading(links: readonly ArcLink[]): string {
    const active = this.#active;
    if (!active) return "";
    const { matrices, rowNames, columnNames } = this.prepared;
    const from = active.side === "query";
    const parts = [...links]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, READ)
      .map(({ query, key, weight, head }) => {
        const other = from ? columnNames[key] : rowNames[query];
        return `${other} ${weight.toFixed(3)}${matrices.length > 1 ? ` (${this.headName(head)})` : ""}`;
      });
    return `${(from ? rowNames : columnNames)[active.index]} ${from ? "→" : "←"} ${parts.join(", ") || `no weight of ${this.threshold} or more`}${links.length > READ ? ` (strongest ${READ} of ${links.length} links)` : ""}`;
  }

  /** Width of a column of tokens. */
  #side(): number {
    const { matrices, rowNames, columnNames } = this.prepared;
    const letters = Math.min(18, Math.max(2, ...[...rowNames, ...columnNames].map((name) => name.length)));
    return Math.round(Math.min(letters * 7.6 + 18 + 28 * matrices.length, this.width * 0.36));
  }

  protected override updated(): void {
    this.style.setProperty("--_side", `${this.#side()}px`);
    this.#tellHover();
    if (!this.#inLine) return;
    this.style.setProperty("--_text", this.layout === "fit" ? `${this.#fitting}px` : "inherit");
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>("button")];
    const middles = buttons.map(({ offsetLeft, offsetWidth }) => offsetLeft + offsetWidth / 2 - 2);
    if (middles.some((middle, k) => middle !== this.middles[k]) || middles.length !== this.middles.length)
      this.middles = middles;
  }

  #told: Active | undefined;
  #tellHover(): void {
    const active = this.#active;
    if (same(active, this.#told)) return;
    this.#told = active;
    this.emit<TokenHover>("token-hover", active ? { ...active } : null);
  }

  #hover(place: Active | undefined): void {
    if (!same(place, this.hovered)) this.hovered = place;
  }

  #focus(place: Active): void {
    this.at = this.focused = place;
  }

  #hold(place: Active): void {
    this.held = same(place, this.held) ? undefined : place;
    this.emit<TokenPick>("token-pick", { index: this.held ? place.index : null, side: place.side });
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.held) this.#hold(this.held);
    const { rowNames, columnNames } = this.prepared;
    const sides = this.#inLine ? (["query"] as const) : (["query", "key"] as const);
    const lengths = this.#inLine ? [rowNames.length] : [rowNames.length, columnNames.length];
    const key = this.#inLine ? event.key : (TURNED[event.key] ?? event.key);
    const place = moveInRows(lengths, { row: this.at.side === "key" ? 1 : 0, column: this.at.index }, key);
    if (!place) return;
    event.preventDefault();
    this.hovered = undefined;
    const [side, index] = [sides[place.row], place.column];
    this.renderRoot.querySelector<HTMLElement>(`button[data-side="${side}"][data-index="${index}"]`)?.focus();
  };
}

function strokeOf({ head, level, d }: Stroke): TemplateResult {
  const { width, opacity } = strokeLook(level);
  return svg`<path class=${headClass(head)} d=${d} stroke-width=${width} stroke-opacity=${opacity} />`;
}

function same(a: Active | undefined, b: Active | undefined): boolean {
  return a?.side === b?.side && a?.index === b?.index;
}

define("headwise-arcs", HeadwiseArcs);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-arcs": HeadwiseArcs;
  }
}
