/** Diminishing returns: the study's curve, and the loss of the open model as more of its heads are removed. */
import { html, type TemplateResult } from "lit";
import { decimal, plural } from "../../../src/view/page/numbers.ts";
import { deeper } from "../deeper.ts";
import { STUDY } from "./answers.ts";
import { dotChart } from "./chart.ts";
import { type EditEffect, effectOf, removed } from "./edits.ts";
import { LiveSection, section } from "./section.ts";

interface Curve {
  readonly whole: EditEffect;
  readonly heads: number;
  readonly counts: readonly number[];
  /** One row for each order. */
  readonly orders: readonly (readonly number[])[];
}

const [PLACES, ORDERS] = [8, 3];

class WhyReturns extends LiveSection<Curve> {
  protected override changed(): void {
    this.ask(String(this.lab.state.seed), () => this.#remove());
  }

  async #remove(): Promise<Curve> {
    const { looked, outcome } = await this.whole();
    const heads = looked.sites.reduce((n, site) => n + site.patterns.length, 0);
    const counts = [...new Set(Array.from({ length: PLACES + 1 }, (_, k) => Math.round((heads * k) / PLACES)))];
    const orders: number[][] = [];
    for (let order = 0; order < ORDERS; order++) {
      const row: number[] = [];
      for (const count of counts) {
        const changed = await this.lab.engine.outcome(this.texts(), removed(looked, count, `${this.lab.state.seed}/${order}`));
        row.push(effectOf(outcome, changed).value);
      }
      orders.push(row);
    }
    return { whole: effectOf(outcome, outcome), heads, counts, orders };
  }

  protected override render(): TemplateResult {
    return section({
      id: "returns",
      title: "Diminishing returns",
      claim: html`<p>
        The first few heads give most of the benefit. At a fixed width, each further head makes all of them narrower, and new heads find little that
        others do not already cover. The translation results of the first Transformer agree: 24.9 BLEU with one head, 25.8 with
        eight and with sixteen, 25.4 with thirty-two.
      </p>`,
      live: html`<div class="two">${study()}<figure><figcaption>In the open model: heads disabled at random</figcaption>${this.shown(curve)}</figure></div>`,
      but: html`The left curve shows six seeds of two layers of width 128 on a synthetic language: no number of heads above four was significantly
        better than four. The right one shows a single text and random heads; well-chosen heads can be removed at less loss.`,
      further: [
        deeper(this.lab, { page: "off" }, "head ablation by hand"),
        deeper(this.lab, { page: "train", trained: 32 }, "training with 32 heads of width 2"),
      ],
    });
  }
}

const study = (): TemplateResult =>
  html`<figure>
    <figcaption>In our study (docs/study): accuracy by number of heads</figcaption>
    ${dotChart({ label: "Mean accuracy over relations by number of heads", xName: "heads per layer", yName: "accuracy, mean over seven relations", line: STUDY.map(([heads, value]) => [String(heads), value]), shown: (value) => `${decimal(100 * value, 1)}%`, least: 0.05 })}
  </figure>`;

function curve({ whole, heads, counts, orders }: Curve): TemplateResult {
  const mean = counts.map((_, k) => orders.reduce((sum, row) => sum + row[k]!, 0) / orders.length);
  const line = counts.map((count, k) => [String(count), mean[k]!] as const);
  return html`${dotChart({ label: `Loss when heads are removed at random, of ${heads}`, xName: `heads disabled, of ${heads}`, yName: `${whole.name}, ${whole.unit}; faint: each of ${orders.length} orders`, line, thin: orders, shown: (value) => decimal(value, 2), least: 0.1 })}
    <p class="dim note">Loss from the first ${plural(counts[1]!, "head")}: ${decimal(mean[1]! - mean[0]!)} ${whole.unit}; from the last
      ${heads - counts.at(-2)!}: ${decimal(mean.at(-1)! - mean.at(-2)!)}.</p>`;
}

customElements.define("why-returns", WhyReturns);
