/** The page Heads: the live report with labels, controls and importance. */
import { html, nothing, type TemplateResult } from "lit";
import { count } from "../../../src/view/page/numbers.ts";
import "../../elements/index.ts";
import type { HeadsFound, ImportanceByHead } from "../../engine/reporting.ts";
import { sentenceOf } from "../../lab.ts";
import { LabPage } from "../../page.ts";
import { labelFilter } from "../controls.ts";
import { headsFound } from "../naming.ts";
import { explanations, headCharts } from "./heads-charts.ts";
import { headTable } from "./heads-table.ts";

class HeadsPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ found: { state: true }, importance: { state: true }, failed: { state: true }, weighing: { state: true } },
  };
  declare found: HeadsFound | undefined;
  declare importance: ImportanceByHead | undefined;
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
    this.importance = undefined;
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
      const importance = await lab.once("importance", () => lab.during((report) => lab.engine.importance(report)));
      if (this.#of === model) this.importance = importance;
    } catch (error) {
      this.failed = sentenceOf(error);
    } finally {
      this.weighing = false;
    }
  }

  protected override render(): TemplateResult {
    return html`
      <h1>Roles of heads</h1>
      <p class="intro">
        Each head is scored on ${this.found ? this.#corpus(this.found) : "a sample of text"}, and its scores are compared with controls:
        untrained copies of the model, shuffled words, and the best rule without a tree. A head gets a label only if a score reaches its
        threshold and beats its controls. A head without a label may have a role that no score measures. A manner describes how a
        head attends, not its function: for example a sink, or broad attention.
      </p>
      ${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}
      ${this.found ? this.#report(this.found) : this.failed ? nothing : html`<p class="dim">scoring the heads; see the progress above</p>`}
    `;
  }

  #corpus({ report: { corpus } }: HeadsFound): string {
    return `${corpus.sentences} texts (${corpus.id}, ${count(corpus.tokens)} tokens)`;
  }

  #report(found: HeadsFound): TemplateResult {
    const { state } = this.lab;
    const labels = found.report.heads.map((head) => head.labels);
    return html`
      <div class="row above">
        ${labelFilter(labels, state.labels, (some) => this.lab.set({ labels: some }))}
        <button type="button" ?disabled=${this.weighing || !!this.importance} @click=${() => void this.#weigh()}>
          ${this.importance ? `Importance measured on ${this.importance.examples} texts` : "Measure importance"}
        </button>
      </div>
      ${headTable(found.report, this.importance, this.lab)}
      ${headCharts(found, this.lab)}
      ${explanations(found.report)}
    `;
  }
}

customElements.define("lab-heads", HeadsPage);
