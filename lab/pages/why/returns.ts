/** Diminishing returns: the study's curve, and what the open model loses as more and more of its heads go. */
import { html, type TemplateResult } from "lit";
import { decimal, plural } from "../../../src/view/page/numbers.ts";
import { deeper } from "../deeper.ts";
import { STUDY } from "./answers.ts";
import { dotChart } from "./chart.ts";
import { removed, type Worth, worthOf } from "./edits.ts";
import { LiveSection, section } from "./section.ts";

interface Curve {
  readonly whole: Worth;
  readonly heads: number;
  readonly counts: readonly number[];
  /** One row for each order. */
  readonly orders: readonly (readonly number[])[];
}

const [PLACES, ORDERS] = [8, 3];

class WhyReturns extends LiveSection<Curve> {
  protected override changed(): void {
    void this.ask(String(this.lab.state.seed), () => this.#remove());
  }

  async #remove(): Promise<Curve> {
    const { looked, outcome } = await this.whole();
    const heads = looked.sites.reduce((n, site) => n + site.heads, 0);
    const counts = [...new Set(Array.from({ length: PLACES + 1 }, (_, k) => Math.round((heads * k) / PLACES)))];
    const orders: number[][] = [];
    for (let order = 0; order < ORDERS; order++) {
      const row: number[] = [];
      for (const count of counts) {
        const changed = await this.lab.engine.outcome(this.texts(), removed(looked, count, `${this.lab.state.seed}/${order}`));
        row.push(worthOf(outcome, changed).value);
      }
      orders.push(row);
    }
    return { whole: worthOf(outcome, outcome), heads, counts, orders };
  }

  protected override render(): TemplateResult {
    return section({
      id: "returns",
      title: "More heads pay less and less",
      claim: html`<p>
        The first few heads bring most of it. At a fixed width, each further head makes all of them narrower, and new heads find less that
        is not looked at already. The translation table of the first Transformer says the same: 24.9 BLEU with one head, 25.8 with
        eight and with sixteen, 25.4 with thirty-two.
      </p>`,
      live: html`<div class="two">${study()}<figure><figcaption>In the open model: heads switched off at random</figcaption>${this.shown(curve)}</figure></div>`,
      but: html`The left curve is six seeds of two layers, 128 wide, in a made language: no number of heads above four was certain to be
        better than four. The right one is a single text, and heads that go at random; who chooses well can take more.`,
      further: [
        deeper(this.lab, { page: "off" }, "switch heads off by hand"),
        deeper(this.lab, { page: "train", trained: 32 }, "train with 32 heads of width 2"),
      ],
    });
  }
}

const study = (): TemplateResult =>
  html`<figure>
    <figcaption>In our study (docs/study): right answers by number of heads</figcaption>
    ${dotChart({ label: "Mean accuracy over relations by number of heads", xName: "heads in each layer", yName: "right, mean over seven relations", line: STUDY.map(([heads, value]) => [String(heads), value]), shown: (value) => `${decimal(100 * value, 1)}%`, least: 0.05 })}
  </figure>`;

function curve({ whole, heads, counts, orders }: Curve): TemplateResult {
  const mean = counts.map((_, k) => orders.reduce((sum, row) => sum + row[k]!, 0) / orders.length);
  const line = counts.map((count, k) => [String(count), mean[k]!] as const);
  return html`${dotChart({ label: `What removing heads at random costs, of ${heads}`, xName: `heads switched off, of ${heads}`, yName: `${whole.name}, ${whole.unit}; faint: each of ${orders.length} orders`, line, thin: orders, shown: (value) => decimal(value, 2), least: 0.1 })}
    <p class="dim note">The first ${plural(counts[1]!, "head")} to go: ${decimal(mean[1]! - mean[0]!)} ${whole.unit}; the last
      ${heads - counts.at(-2)!}: ${decimal(mean.at(-1)! - mean.at(-2)!)}.</p>`;
}

customElements.define("why-returns", WhyReturns);
