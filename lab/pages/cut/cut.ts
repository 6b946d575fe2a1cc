/** The page Cut: the number of heads to remove, the loss, and the pruned model for download. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { headName } from "../../../src/models/head-names.ts";
import { decimal, percent, plural } from "../../../src/view/page/numbers.ts";
import { saveFile } from "../../elements/save-file.ts";
import type { CutAsked, CutFound, CutMeasured } from "../../engine/cut/cut.ts";
import type { CutFile } from "../../engine/cut/cut-data.ts";
import type { CutFileMade } from "../../engine/cut/cut-files.ts";
import type { OpenedModel } from "../../engine/protocol.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { choice, problem } from "../controls.ts";
import { chartKey, cutChart, type Others } from "./cut-chart.ts";
import { cutGrid } from "./cut-grid.ts";
import { measured } from "./cut-measured.ts";
import { commandOf, DEVICES, EXPLAINED, METHODS, verdict } from "./cut-words.ts";

type Point = CutFound["points"][number];

/** Models up to this size draw their curve without being asked. */
const SMALL = 60e6;

class CutPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ file: { state: true }, wanted: { state: true }, made: { state: true } },
    ...{ busy: { state: true }, onnx: { state: true }, unsaved: { state: true } },
  };
  declare file: CutFile | undefined;
  /** The large model whose curve was requested. */
  declare wanted: string;
  declare made: { readonly key: string; readonly value: CutMeasured } | undefined;
  /** True while work other than the curve is running. */
  declare busy: boolean;
  declare onnx: boolean;
  /** The error of the last pruning or download. */
  declare unsaved: unknown;
  readonly #known = new Map<string, CutFound>();
  #last = "";

  readonly #curve = this.answer(
    async ({ key, asked }: { key: string; asked: CutAsked }) => {
      const { lab } = this;
      const value = await lab.once(`cut ${key}`, () => lab.during((report) => lab.engine.cutCurve(asked, report)));
      return { key, value };
    },
    (found) => found && this.#known.set(found.key, found.value),
  );
  /** A point between those of the curve. */
  readonly #point = this.answer(async ({ key, asked, units }: { key: string; asked: CutAsked; units: number }) => ({
    key,
    point: await this.lab.engine.cutAt(asked, units),
  }));

  constructor() {
    super();
    this.wanted = "";
    this.busy = false;
    this.onnx = false;
  }

  #asked(): CutAsked {
    const { method, seed } = this.lab.state;
    return { method, seed, file: this.file };
  }

  #key(method = this.lab.state.method): string {
    return JSON.stringify([this.opening(), method, this.lab.state.seed, this.file]);
  }

  #others(): Others {
    return METHODS.flatMap(([method]) => {
      const found = method === this.lab.state.method ? undefined : this.#known.get(this.#key(method));
      return found ? [[method, found] as const] : [];
    });
  }

  protected override changed(): void {
    const { model } = this.lab;
    const key = this.#key();
    if (key !== this.#last) this.unsaved = undefined;
    this.#last = key;
    if (!model || (model.parameters > SMALL && this.wanted !== model.id)) {
      this.#curve.clear();
      return;
    }
    this.#curve.ask(this.opening(), key, { key, asked: this.#asked() });
    const found = this.#found();
    const units = found && this.#units(found);
    if (!found || units === undefined || found.points.some(({ removed }) => removed === units)) this.#point.clear();
    else this.#point.ask(this.opening(), `${key} ${units}`, { key: `${key} ${units}`, asked: this.#asked(), units });
  }

  #found(): CutFound | undefined {
    const { value } = this.#curve;
    return value?.key === this.#key() ? value.value : undefined;
  }

  /** Returns the number of units to remove: the nearest to the fraction in the address. */
  #units({ shares }: CutFound): number {
    const { share } = this.lab.state;
    const off = (k: number) => Math.abs(shares[k]! - share);
    return shares.reduce((best, _, k) => (off(k) < off(best) ? k : best), 0);
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const set = (change: Partial<State>) => lab.set(change);
    const found = this.#found();
    return html`
      <h1>Head pruning</h1>
      <p class="intro">One half of the examples ranks the heads; the other half measures the loss when the first of them are removed. A pruned model is smaller, not masked: these heads are removed from its weights.</p>
      <section class="controls" aria-label="Selection of heads">
        <div class="row">
          ${choice("Ranking method", "method", lab.state.method, METHODS, set)}
          <label class="button file">${this.file ? `Examples: ${this.file.name}` : "Choose a file of examples"}<input type="file" accept=".txt,.md,.text,.conllu,.csv,.tsv,.jsonl" @change=${(event: Event) => void this.#pick(event)} /></label>
          ${this.file ? html`<button type="button" @click=${() => this.#give(undefined)}>Use the built-in examples</button>` : nothing}
        </div>
        <p class="dim">${EXPLAINED[lab.state.method]}</p>
        ${this.#curve.error === undefined ? nothing : problem(lab, this.#curve.error)}
      </section>
      ${found && lab.model ? this.#cut(found, lab.model) : this.#waiting(lab.model)}
    `;
  }

  #waiting(model: OpenedModel | undefined): TemplateResult | typeof nothing {
    if (!model || this.#curve.error !== undefined) return nothing;
    if (model.parameters <= SMALL || this.wanted === model.id) {
      return html`<p class="dim" aria-busy="true">Ranking heads and measuring the loss without them.</p>`;
    }
    return html`<p>The model is large, so its curve takes a while. <button type="button" class="primary" @click=${() => this.#want(model)}>Draw the curve</button></p>`;
  }

  #want({ id }: OpenedModel): void {
    this.wanted = id;
    this.changed();
  }

  #cut(found: CutFound, model: OpenedModel): TemplateResult {
    const units = this.#units(found);
    const others = this.#others();
    const gone = new Set(found.order.slice(0, units).flatMap(({ site, heads }) => heads.map((head) => headName(site, head))));
    const point = found.points.find(({ removed }) => removed === units) ?? this.#between(units);
    const all = model.sites.reduce((sum, { heads }) => sum + heads, 0);
    return html`
      <div class="split open cut">
        <section aria-label="Loss">
          <label class="slide"><span>Fraction of heads removed</span><output>${percent(found.shares[units]!)}</output>
            <input type="range" min="0" max=${found.order.length} step="1" .value=${live(`${units}`)} aria-valuetext="${gone.size} of ${plural(all, "head")}"
              @input=${(event: Event) => this.#slide(found, Number((event.target as HTMLInputElement).value))} /></label>
          <p class="verdict" aria-live="polite"><strong>${gone.size} of ${plural(all, "head")} removed.</strong> ${point ? verdict(point, found) : this.#point.error === undefined ? "Measuring the loss." : nothing}</p>
          ${this.#point.error === undefined ? nothing : problem(this.lab, this.#point.error)}
          ${cutChart(this.lab.state.method, found, found.shares[units]!, point, others)} ${chartKey(this.lab.state.method, others)}
          <p class="dim">${found.description} ${plural(found.task.choosing, "example")} rank the heads, ${plural(found.task.measuring, "held-out example")} measure the loss. Original model: ${decimal(found.quality.value)} ${found.task.measure} (95% ${decimal(found.quality.low)} to ${decimal(found.quality.high)}). The band is the 95% interval of the loss.</p>
        </section>
        <section aria-label="Pruned model">
          ${cutGrid(model.sites, gone)}
          <div class="row make">
            <button type="button" class="primary" ?disabled=${this.busy || units === 0} aria-describedby="make-what" @click=${() => void this.#measure(units)}>Measure</button>
            <span class="dim" id="make-what">${this.busy ? "Wait for the work in the status line." : units === 0 ? "Move the slider to remove heads." : "removes these heads, checks the pruned model, times both"}</span>
          </div>
          ${this.unsaved === undefined ? nothing : problem(this.lab, this.unsaved)}
          ${this.#made(units, model, [...gone])}
        </section>
      </div>
    `;
  }

  /** Returns a point between those of the curve, once it is measured. */
  #between(units: number): Point | undefined {
    const { value } = this.#point;
    return value?.key === `${this.#key()} ${units}` ? value.point : undefined;
  }

  #slide({ shares }: CutFound, units: number): void {
    this.unsaved = undefined;
    this.lab.set({ share: Number(shares[units]!.toFixed(4)) });
  }

  #made(units: number, { id, device }: OpenedModel, gone: readonly string[]): TemplateResult | typeof nothing {
    const { made } = this;
    if (made?.key !== `${this.#key()} ${units}`) return nothing;
    const asked = this.#asked();
    return measured(made.value, DEVICES[device] ?? device, {
      onnx: this.onnx,
      busy: this.busy,
      command: commandOf(id, gone),
      withOnnx: (on) => (this.onnx = on),
      folder: () => void this.#save(() => this.lab.engine.cutFolder(asked, units, this.onnx)),
      onnxOnly: () => void this.#save(() => this.lab.engine.cutOnnx(asked, units)),
    });
  }

  #measure(units: number): Promise<void> {
    const key = `${this.#key()} ${units}`;
    return this.#during(async () => {
      this.made = { key, value: await this.lab.during((report) => this.lab.engine.measureCut(this.#asked(), units, report)) };
    });
  }

  #save(make: () => Promise<CutFileMade>): Promise<void> {
    return this.#during(async () => saveFile(await this.lab.during(make)));
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.unsaved = undefined;
    await work().catch((error: unknown) => {
      this.unsaved = error;
    });
    this.busy = false;
  }

  async #pick(event: Event): Promise<void> {
    const field = event.target as HTMLInputElement;
    const [file] = field.files ?? [];
    if (file) this.#give({ name: file.name, content: await file.text() });
    field.value = "";
  }

  #give(file: CutFile | undefined): void {
    this.file = file;
    this.changed();
  }
}

customElements.define("lab-cut", CutPage);
