/** Tokens in three directions of a head's space, rotated by dragging or with the arrow keys. */
import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { percent } from "../../../src/view/page/numbers.ts";
import { namedPoints, type Seen, type Side, seen, turned } from "./turned.ts";

const WIDTH = 480;
const HEIGHT = 380;
const RADIUS = 184;
const START: Side = { yaw: 0.4, pitch: 0.3 };
const STEP = Math.PI / 24;
const AXES = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

/** The size of a letter, which the style enlarges on small screens. */
const letters = () => (matchMedia("(max-width: 620px)").matches ? { wide: 9.4, high: 19 } : { wide: 7.4, high: 15 });

/** `<lab-scatter>`: dispatches `token-pick` with the index of a token. */
class LabScatter extends LitElement {
  static override properties = {
    ...{ points: { attribute: false }, tokens: { attribute: false }, shares: { attribute: false } },
    ...{ picked: { attribute: false }, label: {}, side: { state: true } },
  };
  declare points: readonly (readonly number[])[];
  declare tokens: readonly string[];
  /** The share of the variance along each direction. */
  declare shares: readonly number[];
  declare picked: number;
  declare label: string;
  declare side: Side;
  #held: { readonly x: number; readonly y: number; readonly side: Side } | undefined;

  constructor() {
    super();
    this.points = [];
    this.tokens = [];
    this.shares = [];
    this.picked = -1;
    this.label = "";
    this.side = START;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { zero, points } = seen(this.points, this.side, RADIUS);
    const names = namedPoints(points, this.tokens, this.picked, { ...letters(), limit: WIDTH / 2 });
    return html`<svg class="scatter" tabindex="0" role="group" viewBox="${-WIDTH / 2} ${-HEIGHT / 2} ${WIDTH} ${HEIGHT}" aria-label="${this.label}. The arrow keys rotate it, Home resets it."
      @keydown=${this.#key} @pointerdown=${this.#hold} @pointermove=${this.#turn} @pointerup=${this.#release} @pointercancel=${this.#release}>
      ${AXES.map((axis, k) => this.#axis(axis, k, zero))}
      ${points.map((point) => this.#point(point, names.get(point.index)))}
    </svg>`;
  }

  #axis(axis: readonly [number, number, number], k: number, zero: Seen) {
    const [x, y] = turned(axis, this.side);
    const [end, name] = [RADIUS * 0.45, RADIUS * 0.45 + 14];
    const at = (by: number) => [zero.x + x * by, zero.y + y * by] as const;
    const [[x1, y1], [x2, y2], [nameX, nameY]] = [at(-end), at(end), at(name)];
    return svg`<line class="axis" x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>
      <text class="axis" x=${nameX} y=${nameY + 4}>${percent(this.shares[k] ?? 0)}</text>`;
  }

  #point({ index, x, y, depth }: Seen, side: "start" | "end" | undefined) {
    const picked = index === this.picked;
    const size = (picked ? 6 : 3.6) + 1.6 * depth;
    return svg`<g class=${picked ? "token picked" : "token"} data-token=${index} @click=${() => this.#pick(index)}>
      <circle cx=${x} cy=${y} r=${size}><title>${this.tokens[index]}</title></circle>
      ${side ? svg`<text class=${side} x=${x + (side === "start" ? 8 : -8)} y=${y + 4}>${this.tokens[index]}</text>` : nothing}
    </g>`;
  }

  #pick(index: number): void {
    this.dispatchEvent(new CustomEvent("token-pick", { detail: index === this.picked ? -1 : index }));
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { yaw, pitch } = this.side;
    const sides: Readonly<Record<string, Side>> = {
      ArrowLeft: { yaw: yaw - STEP, pitch },
      ArrowRight: { yaw: yaw + STEP, pitch },
      ArrowUp: { yaw, pitch: pitch + STEP },
      ArrowDown: { yaw, pitch: pitch - STEP },
      Home: START,
    };
    const side = sides[event.key];
    if (!side) return;
    event.preventDefault();
    this.side = side;
  };

  readonly #hold = (event: PointerEvent): void => {
    this.#held = { x: event.clientX, y: event.clientY, side: this.side };
  };

  readonly #turn = (event: PointerEvent): void => {
    if (!this.#held) return;
    const { x, y, side } = this.#held;
    if (Math.hypot(event.clientX - x, event.clientY - y) < 4) return;
    // only now, so that a click reaches the token
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.side = { yaw: side.yaw + (event.clientX - x) / 120, pitch: side.pitch + (event.clientY - y) / 120 };
  };

  readonly #release = (): void => {
    this.#held = undefined;
  };
}

customElements.define("lab-scatter", LabScatter);
