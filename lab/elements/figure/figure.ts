/** `<headwise-figure>`: a chart or a pattern that can be saved as a picture. */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from "lit";
import { define, HeadwiseElement } from "../element.ts";
import { saveFile } from "../save-file.ts";
import { palette } from "../theme.ts";
import { paintedSvg } from "./painted.ts";

/** Pixels of a saved map per CSS pixel, and the longest side of a PNG file. */
const [SHARP, LONGEST] = [4, 8192];
/** Pixels of a PNG file per CSS pixel. */
const SCALE = 2;

const style = css`
  :host { display: block; position: relative; min-width: 0; --_save-room: 30px }
  :host([hidden]) { display: none }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 1px }
  button { font: inherit; color: inherit }
  details { position: absolute; inset-block-start: var(--headwise-save-top, 0px); inset-inline-end: 0; z-index: 5; text-align: end; font-size: 12.5px }
  summary {
    width: 26px; height: 26px; margin-inline-start: auto; border-radius: 6px; text-align: center; line-height: 26px; list-style: none;
    color: var(--_dim); background: var(--_paper); cursor: pointer;
  }
  summary::-webkit-details-marker { display: none }
  summary:hover, details[open] summary { background: var(--_wash); color: var(--_ink) }
  .menu { display: flex; border: 1px solid var(--_line); border-radius: 6px; background: var(--_paper); box-shadow: 0 2px 8px rgb(0 0 0 / 0.2) }
  .menu button { padding: 5px 10px; border: 0; background: none; cursor: pointer }
  .menu button:hover { background: var(--_wash) }
  @media (hover: hover) {
    details:not([open]) { opacity: 0 }
    :host(:hover) details, :host(:focus-within) details { opacity: 1 }
  }
  @media print { details { display: none } }
`;

/**
 * Adds a button to its content that saves it as SVG or PNG: what is painted, in its theme, and also what is scrolled out of view. The
 * content stays in the page, so it needs no script to be seen.
 */
export class HeadwiseFigure extends LitElement {
  static override styles = [palette, style];
  static override properties: PropertyDeclarations = { name: {} };

  /** The picture's title, from which its file's name is made. */
  declare name: string;

  constructor() {
    super();
    this.name = "figure";
  }

  /** Returns the picture as SVG; maps have at least four pixels per CSS pixel. */
  async svg(): Promise<string> {
    const drawn = drawnIn(this);
    await Promise.all(drawn.map((one) => one.sharpen(SHARP)));
    try {
      return paintedSvg(this, this.name);
    } finally {
      await Promise.all(drawn.map((one) => one.sharpen()));
    }
  }

  /** Returns the picture as PNG, with two pixels per CSS pixel, or fewer if a side would exceed 8,192. */
  async png(): Promise<Blob> {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await this.svg())}`;
    await image.decode();
    const scale = Math.min(SCALE, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(scale * image.width), Math.round(scale * image.height)];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) =>
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser made no PNG; save the picture as SVG")))),
    );
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>
      <details @focusout=${this.#leave} @keydown=${this.#key}>
        <summary aria-label="Save ${this.name}" title="Save as a picture">⤓</summary>
        <div class="menu">
          <button type="button" @click=${() => this.#save("svg")}>SVG</button>
          <button type="button" @click=${() => this.#save("png")}>PNG</button>
        </div>
      </details>`;
  }

  get #menu(): HTMLDetailsElement {
    return this.renderRoot.querySelector("details")!;
  }

  readonly #leave = ({ relatedTarget }: FocusEvent): void => {
    if (!this.#menu.contains(relatedTarget as Node | null)) this.#menu.open = false;
  };

  readonly #key = ({ key }: KeyboardEvent): void => {
    if (key === "Escape") this.#menu.open = false;
  };

  async #save(kind: "svg" | "png"): Promise<void> {
    this.#menu.open = false;
    saveFile({ name: `${slugOf(this.name)}.${kind}`, bytes: await this[kind]() });
  }
}

/** Returns the elements of this kit in a figure, which draw maps. */
const drawnIn = (figure: Element): HeadwiseElement[] =>
  [...figure.querySelectorAll("*")].filter((one): one is HeadwiseElement => one instanceof HeadwiseElement);

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "") || "figure";

define("headwise-figure", HeadwiseFigure);

declare global {
  interface HTMLElementTagNameMap {
    "headwise-figure": HeadwiseFigure;
  }
}
