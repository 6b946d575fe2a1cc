/** The cost argument: a calculator of subspaces and their cost. */
import { html, type TemplateResult } from "lit";
import { type AttentionCost, attentionCost, divisors } from "../../../src/models/attention-cost.ts";
import { compact, count, percent } from "../../../src/view/page/numbers.ts";
import { LabPage } from "../../page.ts";
import { deeper } from "../deeper.ts";
import { numberField } from "../number-field.ts";
import { section } from "./section.ts";

const WIDTHS = [64, 128, 256, 384, 512, 768, 1024, 2048, 4096];
const LONGEST = 1_000_000;

class WhyCost extends LabPage {
  protected override render(): TemplateResult {
    return section({
      id: "cost",
      title: "Subspaces and their cost",
      claim: html`<p>
        Heads divide the model’s width among them. Every head projects the words into its own subspace, d<sub>k</sub> =
        width / heads dimensions wide, and compares them there; the concatenated results have the model’s width, and eight narrow heads
        cost as much as one wide head. This is a convention, which requires that the number of heads divides the width. It is not necessary:
        W<sub>O</sub> maps heads of any width back, but then the cost changes.
      </p>`,
      live: this.#calculator(),
      but: html`Textbooks sometimes say that multi-head attention has a third more parameters. That third is W<sub>O</sub>, and it
        disappears if the single head also has one. What does grow with the number of heads is the number of attention weights: heads × length².`,
      further: [
        deeper(this.lab, { page: "subspaces" }, "the subspaces of the open model’s heads"),
        deeper(this.lab, { page: "train" }, "models of equal size with different numbers of heads, in training"),
      ],
    });
  }

  #calculator(): TemplateResult {
    const { width, parts, length } = this.lab.state;
    const widths = WIDTHS.includes(width) ? WIDTHS : [...WIDTHS, width].sort((a, b) => a - b);
    const allowed = divisors(width).filter((heads) => heads <= Math.max(64, parts));
    const heads = allowed.includes(parts) ? parts : 1;
    const set = (key: "width" | "parts") => (event: Event) => this.#set(key, Number((event.target as HTMLInputElement).value));
    return html`<div class="row start">
        ${select("Model width", widths, width, set("width"))}
        ${select(`Number of heads (divisors of ${width})`, allowed, heads, set("parts"))}
        ${numberField({ name: "Text length in tokens", value: length, min: 1, max: LONGEST, typed: (value) => this.#set("length", value) })}
      </div>
      ${costTable(width, heads, length)}`;
  }

  #set(key: "width" | "parts" | "length", value: number): void {
    // invalid values are reset
    if (!Number.isInteger(value) || value < 1 || value > LONGEST) {
      this.requestUpdate();
      return;
    }
    const parts = key === "width" && value % this.lab.state.parts !== 0 ? { parts: 1 } : {};
    this.lab.set({ [key]: value, ...parts });
  }
}

const select = (name: string, values: readonly number[], chosen: number, onChange: (event: Event) => void): TemplateResult =>
  html`<label class="field">${name}
    <select @change=${onChange}>${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${count(value)}</option>`)}</select></label>`;

/** Returns the columns of the calculator: one head, `heads`, and one head without W_O. */
function costsOf(width: number, heads: number, length: number) {
  return {
    one: attentionCost({ width, heads: 1 }, length),
    many: attentionCost({ width, heads }, length),
    bare: attentionCost({ width, heads: 1, outputProjection: false }, length),
  };
}

function costTable(width: number, heads: number, length: number): TemplateResult {
  const { one, many, bare } = costsOf(width, heads, length);
  const rows: [string, (cost: AttentionCost, heads: number) => string][] = [
    ["width of a head, d_k", ({ headWidth }) => count(headWidth)],
    ["W_Q + W_K + W_V", ({ query, key, value }) => count(query + key + value)],
    ["W_O", ({ output }) => count(output)],
    ["biases", ({ biases }) => count(biases)],
    ["parameters", ({ parameters }) => count(parameters)],
    ["multiply-adds of projections", ({ projecting }) => compact(projecting)],
    ["multiply-adds of attention", ({ attending }) => compact(attending)],
    ["attention weights", (_, heads) => compact(heads * length * length)],
  ];
  const more = many.parameters / bare.parameters - 1;
  return html`<div class="scroll"><table class="cost" aria-label="Cost of attention in one layer">
      <thead><tr><th scope="col" class="text">one layer</th><th scope="col">1 head</th><th scope="col">${heads} ${heads === 1 ? "head" : "heads"}</th><th scope="col">1 head without W_O</th></tr></thead>
      <tbody>${rows.map(([name, read]) => html`<tr><th scope="row">${name}</th><td>${read(one, 1)}</td><td>${read(many, heads)}</td><td class="dim">${read(bare, 1)}</td></tr>`)}</tbody>
    </table></div>
    <p>${heads} × ${count(many.headWidth)} = ${count(width)}: the same parameters and multiply-adds as one head of width ${count(width)}, and ${percent(more)} more parameters than a single head without W<sub>O</sub>.</p>`;
}

customElements.define("why-cost", WhyCost);
