/** The open model with identical patterns in each layer, before and after. */
import { html, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import { deeper } from "../deeper.ts";
import { alike, type EditEffect, editable, effectOf } from "./edits.ts";
import { LiveSection, section } from "./section.ts";

interface Made {
  /** The number of heads that every attention has. */
  readonly heads: number;
  readonly before: EditEffect;
  readonly after: readonly (readonly [name: string, effect: EditEffect])[];
}

class WhyIdentical extends LiveSection<Made> {
  protected override changed(): void {
    this.ask("", () => this.#alike());
  }

  async #alike(): Promise<Made> {
    const { looked, outcome } = await this.whole();
    const heads = Math.min(...editable(looked).map((site) => site.patterns.length));
    const after: [string, EditEffect][] = [];
    for (const head of ["mean" as const, ...Array.from({ length: Math.min(heads, MOST) }, (_, h) => h)]) {
      const changed = await this.lab.engine.outcome(this.texts(), alike(looked, head));
      after.push([head === "mean" ? "the mean of the layer" : `head ${head} of the layer`, effectOf(outcome, changed)]);
    }
    return { heads, before: effectOf(outcome, outcome), after };
  }

  protected override render(): TemplateResult {
    return section({
      id: "identical",
      title: "Identical heads",
      claim: html`<p>
        Many heads help because they differ. Only their random initialization makes them differ:
        heads that start equal get equal gradients and stay bit-identical. Copies of one head compute together what one head computes
        alone, with a larger W<sub>O</sub>; the parameters of the copies are wasted. Here every head of the open model has the pattern of
        one head of its layer.
      </p>`,
      live: this.shown(table),
      but: html`Only the patterns are made equal here; each head keeps its own values, so the effect is milder than that of copies. Real
        copies are in our study: eight heads that started equal ended with a mean accuracy of 79.3%, below a single head of the full width
        (85.5%) and eight different ones (90.2%).`,
      further: [
        deeper(this.lab, { page: "off", patterns: {}, gates: {} }, "other patterns for single heads"),
        deeper(this.lab, { page: "look", heads: [], combine: "apart" }, "the patterns of all heads"),
      ],
    });
  }
}

const MOST = 4;

function table({ before, after }: Made): TemplateResult {
  return html`<div class="scroll"><table aria-label="Identical patterns">
    <thead><tr><th scope="col" class="text">pattern of all heads</th><th scope="col">${before.name}, ${before.unit}</th><th scope="col">difference</th></tr></thead>
    <tbody>
      <tr><th scope="row">its own: the original model</th><td>${decimal(before.value, 3)}</td><td></td></tr>
      ${after.map(([name, { value }]) => html`<tr><th scope="row">${name}</th><td>${decimal(value, 3)}</td><td class="changed">${signed(value - before.value)}</td></tr>`)}
    </tbody>
  </table></div>`;
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${decimal(value, 3)}`;

customElements.define("why-identical", WhyIdentical);
