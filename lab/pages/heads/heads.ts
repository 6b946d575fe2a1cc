/** The page Heads: the live report with labels, controls and importance. */
import { html, nothing, type TemplateResult } from "lit";
import { count } from "../../../src/view/page/numbers.ts";
import "../../elements/index.ts";
import type { HeadsFound } from "../../engine/reporting.ts";
import { LabPage } from "../../page.ts";
import { labelFilter, problem } from "../controls.ts";
import { headsFound } from "../naming.ts";
import { explanations, headCharts } from "./heads-charts.ts";
import { headTable } from "./heads-table.ts";

class HeadsPage extends LabPage {
  readonly #found = this.answer(() => headsFound(this.lab));
  readonly #importance = this.answer(() =>
    this.lab.once("importance", () => this.lab.during((report) => this.lab.engine.importance(report))),
  );

  #of = 0;

  protected override changed(): void {
    const opening = this.opening();
    if (opening !== this.#of) {
      this.#of = opening;
      this.#found.clear();
      this.#importance.clear();
    }
    if (opening > 0) this.#found.ask(opening, "heads", undefined);
  }

  #weigh(): void {
    this.#importance.clear();
    this.#importance.ask(this.opening(), "importance", undefined);
  }

  protected override render(): TemplateResult {
    return html`
      <h1>Roles of heads</h1>
      <p class="intro">
        Each head is scored on ${this.#found.value ? this.#corpus(this.#found.value) : "a sample of text"}, and its scores are compared with controls:
        untrained copies of the model, shuffled words, and the best rule without a tree. A head gets a label only if a score reaches its
        threshold and beats its controls. A head without a label may have a role that no score measures. A manner describes how a
        head attends, not its function: for example a sink, or broad attention.
      </p>
      ${this.answered(this.#found, (found) => this.#report(found))}
    `;
  }

  #corpus({ report: { corpus } }: HeadsFound): string {
    return `${corpus.sentences} texts (${corpus.id}, ${count(corpus.tokens)} tokens)`;
  }

  #report(found: HeadsFound): TemplateResult {
    const { state } = this.lab;
    const { value: importance, pending, error } = this.#importance;
    const why = importance
      ? "it is measured"
      : pending
        ? "it is being measured"
        : this.lab.model?.reads === "next-token"
          ? ""
          : CAUSAL;
    const labels = found.report.heads.map((head) => head.labels);
    return html`
      <div class="row above">
        ${labelFilter(labels, state.labels, (some) => this.lab.set({ labels: some }))}
        <button type="button" ?disabled=${why !== ""} title=${why || nothing} @click=${() => this.#weigh()}>
          ${importance ? `Importance measured on ${importance.examples} texts` : pending ? "Measuring importance" : "Measure importance"}
        </button>
      </div>
      ${error === undefined ? nothing : problem(this.lab, error)}
      ${headTable(found.report, importance, this.lab)}
      ${headCharts(found, this.lab)}
      ${explanations(found.report)}
    `;
  }
}

const CAUSAL =
  "importance is measured by next-token loss, but this model does not predict the next token; use headwise importance";

customElements.define("lab-heads", HeadsPage);
