/** `<headwise-head-pairs>`: a value for every pair of heads as a heat map, with a strip of labels and a cluster tree. */
import { html, nothing, type PropertyDeclarations, type PropertyValues, svg, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";
import { decimal } from "../../../src/view/page/numbers.ts";
import { element } from "../../../src/view/page/xml.ts";
import { chipStyle, isLabel } from "../chip.ts";
import { define, HeadwiseElement } from "../element.ts";
import { type GridPlace, moveInRows } from "../head-grid/roving.ts";
import { fineRamp } from "../head-map/ramp.ts";
import { theme } from "../theme.ts";
import { type Box, boxAt, boxIn, tipPlace, tipStyle } from "../tip.ts";
import type { Merge, NamedHead, PairPick, Scheme, Weights } from "../types.ts";
import { headPairsStyle } from "./head-pairs-style.ts";
import { paintPairs, pairValue } from "./pairs-shades.ts";
import { treePath } from "./pairs-tree.ts";

/** Width of the strip of labels, and of the strip with its gap to the map. */
const [STRIP, FROM] = [8, 10];
/** The gap between the map and the tree. */
const GAP = 8;
/** From this number of heads on, the tree has thin lines. */
const MANY = 150;
const HINT = "Hover over a cell, or move with the arrow keys.";

/**
 * A map of heads × heads that is read with the pointer or the arrow keys. The page decides what a pick does. @fires pair-pick -
 * {@link PairPick}, on a click or Enter.
 */
export class HeadwiseHeadPairs extends HeadwiseElement {
  static override styles = [theme, chipStyle, headPairsStyle, tipStyle];
  static override properties: PropertyDeclarations = {
    heads: { type: Array },
    values: { type: Array },
    order: { type: Array },
    merges: { type: Array },
    unit: {},
    digits: { type: Number },
    weakest: { type: Number },
    strongest: { type: Number },
    power: { type: Number },
    unsigned: { type: Boolean },
    heading: {},
    cursor: { state: true },
  };

  /** The heads. */
  declare heads: readonly NamedHead[] | null;
  /** The value of each pair: the entries below the diagonal of heads × heads, row by row. */
  declare values: Weights | null;
  /** The indices of the heads from top to bottom; null keeps the order of `heads`. */
  declare order: readonly number[] | null;
  /** A cluster tree whose leaves are in `order`; drawn while `order` is set. */
  declare merges: readonly Merge[] | null;
  /** The unit, printed before a value. */
  declare unit: string;
  /** Decimals of the printed values. */
  declare digits: number;
  /** The value with the weakest shade. */
  declare weakest: number;
  /** The value with the strongest shade; it may be the smaller one, such as a distance of 0. */
  declare strongest: number;
  /** The exponent of the shades in between. */
  declare power: number;
  /** Shades ignore the sign of a value. */
  declare unsigned: boolean;
  /** The name of the map, for screen readers. */
  declare heading: string;
  /** The cell that is read. */
  protected declare cursor: GridPlace | undefined;

  #painted: readonly unknown[] = [];
  /** The place of the pointer, unless a key moved the cursor after it. */
  #at: { readonly pointer?: Box } = {};

  constructor() {
    super();
    this.heads = null;
    this.values = null;
    this.order = null;
    this.merges = null;
    this.unit = "";
    this.digits = 2;
    this.weakest = 0;
    this.strongest = 1;
    this.power = 1;
    this.unsigned = false;
    this.heading = "pairs of heads";
    this.cursor = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (["heads", "values", "order"].some((name) => changed.has(name))) this.cursor = undefined;
  }

  get #heads(): readonly NamedHead[] {
    return this.heads ?? [];
  }

  get #order(): readonly number[] {
    return this.order ?? this.#heads.map((_, at) => at);
  }

  /** The side of the map and of a cell, and the width of the tree, which keeps its room while `order` hides it. */
  get #sizes(): { readonly size: number; readonly cell: number; readonly tree: number } {
    const tree = this.merges ? Math.round(Math.min(170, this.width * 0.2)) + GAP : 0;
    const size = Math.max(0, this.width - FROM - tree);
    return { size, cell: size / Math.max(1, this.#heads.length), tree };
  }

  protected override render(): TemplateResult {
    return html`<div class="room">
        <canvas
          role="application" aria-roledescription="heat map" aria-label=${this.heading} tabindex="0" @keydown=${this.#key}
          @pointermove=${this.#point} @pointerdown=${this.#point} @pointerleave=${() => (this.cursor = undefined)}
          @click=${this.#pick} @focus=${this.#focus} @blur=${() => (this.cursor = undefined)}
        ></canvas>
        <svg aria-hidden="true">${guard([this.heads, this.order, this.merges, this.width], () => [unsafeSVG(this.#strips()), this.#tree()])}${this.#frame()}</svg>
      </div>
      ${tipPlace()}
      <output>${this.#reading()}</output>`;
  }

  /** Draws the colors of the heads' labels along the top and the left side. */
  #strips(): string {
    const { cell } = this.#sizes;
    const strips = this.#order.map((head, at) => {
      const label = this.#heads[head]?.label;
      const look = { class: `l-${isLabel(label) ? label : "unclassified"}` };
      const [from, length] = [FROM + at * cell, cell + 0.3];
      return (
        element("rect", { ...look, x: 0, y: from, width: STRIP, height: length }) +
        element("rect", { ...look, x: from, y: 0, width: length, height: STRIP })
      );
    });
    return strips.join("");
  }

  #tree(): unknown {
    const { size, cell } = this.#sizes;
    if (!this.merges?.length || !this.order) return nothing;
    const place = { left: FROM + size + GAP, right: this.width - 2, top: FROM, cell };
    const path = treePath(this.merges, this.order, place);
    return svg`<path class="tree ${this.#heads.length > MANY ? "many" : ""}" d=${path} />`;
  }

  #frame(): unknown {
    if (!this.cursor) return nothing;
    const { cell } = this.#sizes;
    const [x, y] = [this.cursor.column, this.cursor.row].map((at) => FROM + at * cell - 1);
    return svg`<rect class="cursor" x=${x} y=${y} width=${cell + 2} height=${cell + 2} />`;
  }

  /** Names the heads under the cursor, with their value. */
  #reading(): string {
    if (!this.cursor) return HINT;
    const [a, b] = [this.cursor.row, this.cursor.column].map((at) => this.#order[at]!) as [number, number];
    const name = (at: number) => [this.#heads[at]!.name, this.#heads[at]!.label].filter(Boolean).join(" ");
    if (a === b) return name(a);
    return [name(a), name(b), `${this.unit} ${decimal(pairValue(this.values ?? [], a, b), this.digits)}`].join("  ·  ");
  }

  protected override updated(): void {
    this.style.setProperty("--_from", `${FROM}px`);
    this.style.setProperty("--_size", `${this.#sizes.size}px`);
    this.#paint(this.scheme);
    this.#tip();
  }

  /** Shows the reading at the cell. */
  #tip(): void {
    const { pointer } = this.#at;
    this.showTip(this.cursor ? this.#reading() : "", () => {
      if (pointer) return pointer;
      const { cell } = this.#sizes;
      const { row, column } = this.cursor!;
      return boxIn(this.renderRoot.querySelector("canvas")!, column * cell, row * cell, cell, cell);
    });
  }

  readonly #focus = (): void => {
    if (this.#heads.length > 0) this.cursor ??= { row: 0, column: 0 };
  };

  /** Paints the map, unless it is painted already. */
  #paint(scheme: Scheme): void {
    const { values, weakest, strongest, power, unsigned } = this;
    const wanted = [this.heads, values, this.order, weakest, strongest, power, unsigned, scheme];
    if (wanted.every((one, k) => one === this.#painted[k])) return;
    this.#painted = wanted;
    const canvas = this.renderRoot.querySelector("canvas")!;
    const order = this.#order;
    canvas.width = canvas.height = Math.max(1, order.length);
    if (order.length === 0) return;
    const image = new ImageData(order.length, order.length);
    const pixels = new Uint32Array(image.data.buffer);
    paintPairs(values ?? [], order, { weakest, strongest, power, unsigned }, fineRamp(scheme), pixels);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
  }

  #point = (event: PointerEvent): void => {
    const { offsetX, offsetY } = event;
    this.#at = { pointer: boxAt(event) };
    const { cell } = this.#sizes;
    const [row, column] = [offsetY, offsetX].map((at) => Math.floor(at / cell)) as [number, number];
    const inside = [row, column].every((at) => at >= 0 && at < this.#heads.length);
    if (row === this.cursor?.row && column === this.cursor.column) this.#tip();
    else this.cursor = inside ? { row, column } : undefined;
  };

  #pick = (): void => {
    if (!this.cursor) return;
    const [row, column] = [this.cursor.row, this.cursor.column].map((at) => this.#heads[this.#order[at]!]!.name);
    this.emit<PairPick>("pair-pick", { row: row!, column: column! });
  };

  #key = (event: KeyboardEvent): void => {
    const count = this.#heads.length;
    if (count === 0) return;
    if (event.key === "Enter") this.#pick();
    const lengths = new Array<number>(count).fill(count);
    const next = moveInRows(lengths, this.cursor ?? { row: 0, column: 0 }, event.key, event.ctrlKey);
    if (!next) return;
    event.preventDefault();
    this.#at = {};
    this.cursor = this.cursor ? next : { row: 0, column: 0 };
  };
}

define("headwise-head-pairs", HeadwiseHeadPairs);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-head-pairs": HeadwiseHeadPairs;
  }
}
