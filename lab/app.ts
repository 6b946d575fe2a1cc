/** The application frame: navigation, the open model, and the status line. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { plural } from "../src/view/page/numbers.ts";
import { chosenFiles, droppedFiles, modelAmong } from "./drop.ts";
import type { DeviceChoice } from "./engine/device.ts";
import type { Lab } from "./lab.ts";
import { retryButton } from "./pages/controls.ts";
import { deeper } from "./pages/deeper.ts";
import { PAGE_TITLES, pageOf, pageStatus } from "./pages.ts";
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
    addEventListener("dragenter", (event) => this.#drag(event, true));
    addEventListener("dragover", (event) => this.#drag(event, true));
    addEventListener("dragleave", (event) => event.relatedTarget === null && this.#drag(event, false));
    addEventListener("drop", (event) => void this.#drop(event));
  }

  protected override updated(): void {
    const { page } = this.lab.state;
    document.title = `${PAGE_TITLES[page]} – Headwise lab`;
    this.lab.note(PAGE_TITLES, pageStatus(page));
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
      <span class="row">
        <label class="button file" title="a model’s folder: config.json, model.safetensors, tokenizer.json"
          >Open a folder<input type="file" webkitdirectory @change=${(event: Event) => void this.#pick(event)}
        /></label>
        <label class="button file" title="a .gguf file, or all files of a model"
          >Open files<input type="file" multiple @change=${(event: Event) => void this.#pick(event)}
        /></label>
      </span>
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
    const { text, share, failed, busy, retry } = this.lab.status;
    // what changes many times a second is not read aloud
    return html`<p class="status ${failed ? "failed" : ""}" role="status" aria-live="polite" aria-busy=${busy === true}>
        ${share === undefined ? nothing : html`<progress max="1" value=${share} aria-label="done"></progress> `}${text}
      </p>
      ${retry ? retryButton(this.lab) : nothing}`;
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
    await this.lab.drop(async () => modelAmong(await droppedFiles(event.dataTransfer)));
  }

  async #pick({ target }: Event): Promise<void> {
    const field = target as HTMLInputElement;
    const files = chosenFiles(field.files ?? []);
    field.value = ""; // the same files can be chosen again
    if (files.length > 0) await this.lab.drop(() => modelAmong(files));
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
