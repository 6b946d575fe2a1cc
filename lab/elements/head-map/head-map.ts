/** `<headwise-head-map>`: heads as points in a plane; similar heads are near each other. */
import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from "lit";
import { countLabels, labelCode, labelText } from "../../../src/view/chart/colors.ts";
import { plane } from "../../../src/view/chart/scale.ts";
import { chip, chipStyle, isLabel } from "../chip.ts";
import { define, HeadwiseElement } from "../element.ts";
import { headOfName } from "../head-grid/head-rows.ts";
import { nearestTowards } from "../head-grid/roving.ts";
import { theme } from "../theme.ts";
import { boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { HeadPick, HeadPoint, Label } from "../types.ts";
import { headMapStyle } from "./head-map-style.ts";

/** A point's radius: a diameter of 24 pixels is large enough to touch. */
const RADIUS = 12;

/**
 * Draws points on one scale for both axes, colored by label, with its code. Arrow keys lead to the nearest point in their
 * direction. The page decides what a pick does: it sets `selected` in its handler of `head-pick`. @fires head-pick - {@link
 * HeadPick}, on a click, Enter or Space.
 */
export class HeadwiseHeadMap extends HeadwiseElement {
  static override styles = [theme, chipStyle, headMapStyle, tipStyle];
  static override properties: PropertyDeclarations = {
    points: { type: Array },
    selected: { type: Array },
    heading: {},
    at: { state: true },
    pointed: { state: true },
  };

  /** The heads with their places. */
  declare points: readonly HeadPoint[] | null;
  /** The names of the selected heads. */
  declare selected: readonly string[] | null;
  /** The heading of the map. */
  declare heading: string;
  /** The point in the tab order. */
  protected declare at: number;
  /** The point under the pointer or with the focus. */
  protected declare pointed: number | undefined;

  #places: readonly (readonly [x: number, y: number])[] = [];

  constructor() {
    super();
    this.points = null;
    this.selected = [];
    this.heading = "map of heads";
    this.at = 0;
    this.pointed = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("points")) [this.at, this.pointed] = [0, undefined];
    const at = plane(this.points ?? [], this.width, this.#height, RADIUS + 6);
    this.#places = (this.points ?? []).map(at).map(({ x, y }) => [x, y]);
  }

  /** Three quarters of the width, and never higher than the screen. */
  get #height(): number {
    return Math.round(Math.min(520, Math.max(220, this.width * 0.75)));
  }

  protected override render(): TemplateResult {
    const points = this.points ?? [];
    return html`<svg height=${this.#height} role="group" aria-label=${this.heading} @keydown=${this.#key}>
        ${points.map((point, k) => this.#point(point, k))}
      </svg>
      ${tipPlace()}
      ${this.#codes(points)}`;
  }

  #point({ name, label, note }: HeadPoint, k: number): TemplateResult {
    const [x, y] = this.#places[k]!;
    const known: Label = isLabel(label) ? label : "unclassified";
    const selected = this.selected?.includes(name) ?? false;
    // the code is visible, so screen readers read it as well
    const spoken = [`head ${name}`, isLabel(label) ? `${label} ${labelCode(label)}` : label, note].filter(Boolean).join(", ");
    return svg`<g
      class="point ${selected ? "selected" : ""} ${this.pointed === k ? "on" : ""}" transform="translate(${x} ${y})" role="button"
      tabindex=${this.at === k ? 0 : -1} aria-label=${spoken} aria-pressed=${selected} data-k=${k}
      @click=${(event: MouseEvent) => this.#pick(k, event)} @focus=${() => (this.at = this.pointed = k)}
      @blur=${() => (this.pointed = undefined)} @pointerenter=${() => (this.pointed = k)} @pointerleave=${() => (this.pointed = undefined)}
    ><circle class="l-${known}" r=${RADIUS} /><text y="3.2" fill=${known === "unclassified" ? "currentColor" : labelText(known)}>${labelCode(known)}</text></g>` as unknown as TemplateResult;
  }

  /** Shows the name of the point next to it. */
  #tip(): void {
    const point = this.pointed === undefined ? undefined : this.points?.[this.pointed];
    const text = point
      ? [point.name, point.label, point.note === point.label ? "" : point.note].filter(Boolean).join(" · ")
      : "";
    this.showTip(text, () => {
      const [x, y] = this.#places[this.pointed!]!;
      return boxIn(this.renderRoot.querySelector("svg")!, x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
    });
  }

  protected override updated(): void {
    this.#tip();
  }

  /** Lists the codes with their labels, most frequent first. */
  #codes(points: readonly HeadPoint[]): TemplateResult | typeof nothing {
    const counts = countLabels(points.map(({ label }) => label).filter(isLabel));
    if (counts.length === 0) return nothing;
    return html`<ul class="codes">${counts.map(([label, count]) => html`<li>${chip(label, false)}${label} ${count}</li>`)}</ul>`;
  }

  #pick(k: number, { shiftKey, ctrlKey, metaKey }: MouseEvent | KeyboardEvent): void {
    const { name } = this.points![k]!;
    this.emit<HeadPick>("head-pick", { name, ...headOfName(name), additive: shiftKey || ctrlKey || metaKey });
  }

  #key = (event: KeyboardEvent): void => {
    if (this.#places.length === 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#pick(this.at, event);
      return;
    }
    const next = nearestTowards(this.#places, this.at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.renderRoot.querySelector<SVGElement>(`[data-k="${next}"]`)?.focus();
  };
}

define("headwise-head-map", HeadwiseHeadMap);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-head-map": HeadwiseHeadMap;
  }
}
