/** If all heads were one head: the open model before and after. */
import { html, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import { deeper } from "../deeper.ts";
import { alike, editable, type Worth, worthOf } from "./edits.ts";
import { LiveSection, section } from "./section.ts";

interface Made {
  /** Heads that every attention has. */
  readonly heads: number;
  readonly before: Worth;
  readonly after: readonly (readonly [name: string, worth: Worth])[];
}

class WhyIdentical extends LiveSection<Made> {
  protected override changed(): void {
    void this.ask("", () => this.#alike());
  }

  async #alike(): Promise<Made> {
    const { looked, outcome } = await this.whole();
    const heads = Math.min(...editable(looked).map((site) => site.heads));
    const after: [string, Worth][] = [];
    for (const head of ["mean" as const, ...Array.from({ length: Math.min(heads, MOST) }, (_, h) => h)]) {
      const changed = await this.lab.engine.outcome(this.texts(), alike(looked, head));
      after.push([head === "mean" ? "the mean of its layer" : `head ${head} of its layer`, worthOf(outcome, changed)]);
    }
    return { heads, before: worthOf(outcome, outcome), after };
  }

  protected override render(): TemplateResult {
    return section({
      id: "identical",
      title: "Equal heads would be one head",
      claim: html`<p>
        Many heads are worth something because they differ. They start from different random numbers, and nothing else tells them apart:
        heads that begin equal get equal gradients and stay equal to the last bit. Copies of one head do together what this one head does
        alone, with a larger W<sub>O</sub>; all that the copies hold is spent for nothing. Here every head of the open model looks where
        one head of its layer does.
      </p>`,
      live: this.shown(table),
      but: html`Only the patterns are made equal here; each head keeps its own values, so that this is still kinder than copies. Real
        copies are in our study: eight heads that began equal ended with 79.3% right on average, below a single head of the full width
        (85.5%) and eight different ones (90.2%).`,
      further: [
        deeper(this.lab, { page: "off", patterns: {}, gates: {} }, "give single heads another pattern"),
        deeper(this.lab, { page: "look", heads: [], combine: "apart" }, "see how different the heads are"),
      ],
    });
  }
}

const MOST = 4;

function table({ before, after }: Made): TemplateResult {
  return html`<div class="scroll"><table aria-label="All heads alike">
    <thead><tr><th scope="col" class="text">every head looks where … does</th><th scope="col">${before.name}, ${before.unit}</th><th scope="col">difference</th></tr></thead>
    <tbody>
      <tr><th scope="row">it itself: the model as it is</th><td>${decimal(before.value, 3)}</td><td></td></tr>
      ${after.map(([name, { value }]) => html`<tr><th scope="row">${name}</th><td>${decimal(value, 3)}</td><td class="changed">${signed(value - before.value)}</td></tr>`)}
    </tbody>
  </table></div>`;
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${decimal(value, 3)}`;

customElements.define("why-identical", WhyIdentical);
