/** Shared by all elements: the theme, the width and the pixel ratio, watched while the element is in a page. */
import { LitElement, type PropertyDeclarations } from "lit";
import { attributeFault } from "./attributes.ts";
import { type Box, tipCorner } from "./tip.ts";
import type { Scheme } from "./types.ts";

/** The base class of all elements. */
export abstract class HeadwiseElement extends LitElement {
  static override properties: PropertyDeclarations = { theme: { reflect: true } };
  /** All values of the attributes that name one of a few. */
  static choices: Readonly<Record<string, readonly string[]>> = { theme: ["light", "dark"] };

  /** `light` or `dark`; without it, the reader's preference applies. */
  declare theme: Scheme | null;

  /** The element's width in CSS pixels. */
  protected width = 0;
  #observer: ResizeObserver | undefined;
  #leaving: AbortController | undefined;
  #frame = 0;
  #sharpness = 0;
  /** The current place of the tip's box, while a tip is shown. */
  #tipBox: (() => Box) | undefined;

  constructor() {
    super();
    this.theme = null;
  }

  /** The scheme in use. */
  get scheme(): Scheme {
    if (this.theme === "light" || this.theme === "dark") return this.theme;
    return matchMedia("screen and (prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  /** Device pixels per CSS pixel. */
  protected get pixelRatio(): number {
    return Math.max(this.#sharpness, globalThis.devicePixelRatio || 1);
  }

  /** Draws everything, also what is out of view, with at least this many pixels per CSS pixel; without a number, as the screen needs. */
  async sharpen(pixels = 0): Promise<void> {
    this.#sharpness = pixels;
    this.requestUpdate();
    await this.updateComplete;
  }

  /** Warns of an attribute that cannot be read, and leaves its property as it was. */
  override attributeChangedCallback(name: string, old: string | null, text: string | null): void {
    const { elementProperties, choices } = this.constructor as typeof HeadwiseElement;
    const [, declared = {}] =
      [...elementProperties].find(([key, { attribute }]) => (attribute ?? String(key).toLowerCase()) === name) ?? [];
    const fault = text === null ? undefined : attributeFault(text, declared, choices[name]);
    if (text === null || fault === undefined) super.attributeChangedCallback(name, old, text);
    else console.warn(`headwise: <${this.localName} ${name}="${text.length > 40 ? `${text.slice(0, 40)}…` : text}"> ${fault}`);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.width = this.clientWidth;
    this.#observer = new ResizeObserver(() => this.#measureSoon());
    this.#observer.observe(this);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    matchMedia("screen and (prefers-color-scheme: dark)").addEventListener("change", () => this.requestUpdate(), { signal });
    this.#watchPixels(signal);
    addEventListener("scroll", () => this.#placeTip(), { signal, capture: true, passive: true });
    // the width, the scheme or the screen may have changed since the last connection
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#leaving?.abort();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Measures in the next frame, since a size change inside a resize callback would be reported again. */
  #measureSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.clientWidth === this.width) return;
      this.width = this.clientWidth;
      this.requestUpdate();
    });
  }

  /** A resolution query fires once when the resolution changes; then the next one is set up. */
  #watchPixels(signal: AbortSignal): void {
    const changed = () => {
      this.requestUpdate();
      this.#watchPixels(signal);
    };
    matchMedia(`(resolution: ${this.pixelRatio}dppx)`).addEventListener("change", changed, { once: true, signal });
  }

  /** Shows a readout beside a box of the viewport; an empty text hides it. */
  protected showTip(text: string, box: () => Box): void {
    const tip = this.renderRoot.querySelector(".tip");
    if (!tip) return;
    if (tip.textContent !== text) tip.textContent = text;
    this.#tipBox = text === "" ? undefined : box;
    this.#placeTip();
  }

  #placeTip(): void {
    if (!this.#tipBox) return;
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip")!;
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const size = { width: tip.offsetWidth, height: tip.offsetHeight };
    const { x, y } = tipCorner(this.#tipBox(), size, { width, height });
    tip.style.left = `${x}px`;
    tip.style.top = `${y}px`;
  }

  /** Dispatches an event that crosses the shadow boundary. */
  protected emit<Detail>(name: string, detail: Detail): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** Defines an element, unless a page that imported this file twice already has it. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
