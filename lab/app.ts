/** The application frame: navigation, the open model, and the status line. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { plural } from "../src/view/page/numbers.ts";
import { dropped, namedFiles } from "./drop.ts";
import type { DeviceChoice } from "./engine/device.ts";
import type { Lab } from "./lab.ts";
import { deeper } from "./pages/deeper.ts";
import { PAGE_TITLES, pageOf } from "./pages.ts";
import { PAGES } from "./state.ts";

/** `<headwise-lab>`: the whole application. Set its property `lab` before it is shown. */
export class LabApp extends LitElement {
  static override properties = { lab: { attribute: false }, over: { state: true } };
  declare lab: Lab;
  /** True while a file is dragged over the page. */
  declare over: boolean;

  constructor() {
    super();
    this.over = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.lab.addEventListener("change", () => this.requestUpdate());
    addEventListener("dragover", (event) => this.#drag(event, true));
    addEventListener("dragleave", (event) => event.relatedTarget === null && this.#drag(event, false));
    addEventListener("drop", (event) => void this.#drop(event));
  }

  protected override updated(): void {
    const { page } = this.lab.state;
    document.title = `${PAGE_TITLES[page]} – Headwise lab`;
    if (page !== this.#tab) this.#showTab();
    this.#tab = page;
  }

  #tab = "";
  /** Scrolls the navigation of a narrow window to the current page. */
  #showTab(): void {
    const tab = this.querySelector<HTMLElement>(".top nav [aria-current]");
    const nav = tab?.parentElement;
    if (nav) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
  }

  protected override render(): TemplateResult {
    const { state } = this.lab;
    return html`
      <a class="skip" href="#page">Skip to the page</a>
      <header class="top">
        <strong class="brand">Headwise <span>lab</span></strong>
        <nav aria-label="Pages">${PAGES.map((page) => deeper(this.lab, { page }, PAGE_TITLES[page], page === state.page))}</nav>
      </header>
      ${this.#bar()}
      <main id="page" tabindex="-1">${pageOf(state.page, this.lab)}</main>
      ${this.over ? html`<div class="drop" role="presentation">Drop a model’s folder or a .gguf file</div>` : nothing}
    `;
  }

  #bar(): TemplateResult {
    const { lab } = this;
    const { state, models, model, pace } = lab;
    const shown = lab.wanted()?.id ?? "";
    const others = models.some(({ id }) => id === shown) ? [] : [shown];
    const ids = [...new Set([...models.map(({ id }) => id), ...others])];
    return html`<section class="bar" aria-label="Model">
      <label
        >Model
        <select name="model" @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
          ${ids.map((id) => html`<option value=${id} ?selected=${id === shown}>${id === "" ? "none" : id}</option>`)}
        </select></label
      >
      <label class="button file"
        >Open a folder<input type="file" webkitdirectory @change=${(event: Event) => void this.#pick(event)}
      /></label>
      <label
        >Runs on
        <select name="device" @change=${(event: Event) => lab.set({ device: (event.target as HTMLSelectElement).value as DeviceChoice })}>
          ${DEVICES.map(([value, name]) => html`<option value=${value} ?selected=${state.device === value}>${name}</option>`)}
        </select></label
      >
      <p class="facts">${model ? factsOf(model) : nothing}${model && pace ? ` · ${pace.tokens} tokens in ${Math.round(pace.milliseconds)} ms` : nothing}</p>
      ${this.#status()}
    </section>`;
  }

  #status(): TemplateResult {
    const { text, share, failed } = this.lab.status;
    return html`<p class="status ${failed ? "failed" : ""}" role="status" aria-live="polite">
      ${share === undefined ? nothing : html`<progress max="1" value=${share} aria-label="done"></progress> `}${text}
    </p>`;
  }

  #choose(model: string): void {
    this.lab.set({ model, heads: [], gates: {}, patterns: {} }, true);
  }

  #drag(event: DragEvent, over: boolean): void {
    event.preventDefault();
    this.over = over;
  }

  async #drop(event: DragEvent): Promise<void> {
    this.#drag(event, false);
    const model = await dropped(event.dataTransfer);
    if (model) this.lab.drop(model);
  }

  async #pick(event: Event): Promise<void> {
    const files = [...((event.target as HTMLInputElement).files ?? [])];
    if (files.length === 0) return;
    const id = files[0]!.webkitRelativePath.split("/")[0] || files[0]!.name;
    this.lab.drop({ id, files: namedFiles(files) });
  }
}

const DEVICES: readonly (readonly [DeviceChoice, string])[] = [
  ["auto", "fastest available"],
  ["webgpu", "WebGPU"],
  ["wasm", "WebAssembly"],
  ["wasm-1", "WebAssembly, one thread"],
];

const NAMES: Readonly<Record<string, string>> = { webgpu: "WebGPU", wasm: "WebAssembly" };

/** Describes the open model and its device. */
function factsOf({ architecture, sites, width, parameters, device, threads }: NonNullable<Lab["model"]>): string {
  const heads = sites.reduce((n, site) => n + site.heads, 0);
  const millions = parameters / 1e6;
  const size = millions >= 10 ? `${Math.round(millions)}M` : `${millions.toFixed(1)}M`;
  const where = `${NAMES[device] ?? device}${device === "wasm" ? `, ${threads === 1 ? "one thread" : `${threads} threads`}` : ""}`;
  return `${architecture} · ${plural(heads, "head")} in ${plural(sites.length, "attention module")} · width ${width} · ${size} parameters · on ${where}`;
}

customElements.define("headwise-lab", LabApp);
