/** Heads: the report, live: what each head does, against its controls, and what it is worth. */
import { html, nothing, type TemplateResult } from "lit";
import { LABELS } from "../../../src/heads/scores/label-names.ts";
import { count } from "../../../src/view/page/numbers.ts";
import "../../elements/index.ts";
import type { HeadsFound, Worth } from "../../engine/reporting.ts";
import { sentenceOf } from "../../lab.ts";
import { LabPage } from "../../page.ts";
import { labelFilter } from "../controls.ts";
import { headsFound } from "../naming.ts";
import { explanations, headCharts } from "./heads-charts.ts";
import { headTable } from "./heads-table.ts";

class HeadsPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ found: { state: true }, worth: { state: true }, failed: { state: true }, weighing: { state: true } },
  };
  declare found: HeadsFound | undefined;
  declare worth: Worth | undefined;
  declare failed: string;
  declare weighing: boolean;
  #of: unknown;

  constructor() {
    super();
    this.failed = "";
    this.weighing = false;
  }

  protected override changed(): void {
    const { model } = this.lab;
    if (this.#of === model) return;
    this.#of = model;
    this.found = undefined;
    this.worth = undefined;
    this.failed = "";
    if (model) void this.#find(model);
  }

  async #find(model: unknown): Promise<void> {
    try {
      const found = await headsFound(this.lab);
      if (this.#of === model) this.found = found;
    } catch (error) {
      if (this.#of === model) this.failed = sentenceOf(error);
    }
  }

  async #weigh(): Promise<void> {
    const { lab } = this;
    const model = this.#of;
    this.weighing = true;
    try {
      const worth = await lab.once("worth", () => lab.during((report) => lab.engine.worth(report)));
      if (this.#of === model) this.worth = worth;
    } catch (error) {
      this.failed = sentenceOf(error);
    } finally {
      this.weighing = false;
    }
  }

  protected override render(): TemplateResult {
    return html`
      <h1>What every head does</h1>
      <p class="intro">
        Each head is scored on ${this.found ? this.#corpus(this.found) : "a sample of text"}, and its scores are held against controls:
        untrained twins of the model, shuffled words, the best rule that knows no tree. A label is given only where a score reaches its
        threshold and beats its controls. A head without a label may still do something that no score measures. A manner says how a
        head attends, not what for: where it rests, or that it has no focus.
      </p>
      ${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}
      ${this.found ? this.#report(this.found) : this.failed ? nothing : html`<p class="dim">scoring the heads; the line above says how far it is</p>`}
    `;
  }

  #corpus({ report: { corpus } }: HeadsFound): string {
    return `${corpus.sentences} texts (${corpus.id}, ${count(corpus.tokens)} tokens)`;
  }

  #report(found: HeadsFound): TemplateResult {
    const { state } = this.lab;
    const there = LABELS.filter((label) => found.report.heads.some(({ labels }) => labels.includes(label)));
    return html`
      <div class="row above">
        ${labelFilter(there, state.labels, (labels) => this.lab.set({ labels }))}
        <button type="button" ?disabled=${this.weighing || !!this.worth} @click=${() => void this.#weigh()}>
          ${this.worth ? `Worth measured on ${this.worth.examples} texts` : "Measure what each is worth"}
        </button>
      </div>
      ${headTable(found.report, this.worth, this.lab)}
      ${headCharts(found, this.lab)}
      ${explanations(found.report)}
    `;
  }
}

customElements.define("lab-heads", HeadsPage);
