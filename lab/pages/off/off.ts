/** The page Switch off: heads disabled, scaled, or with another pattern; the outputs follow at once. */
import { html, nothing, type TemplateResult } from "lit";
import "../../elements/index.ts";
import type { Edits } from "../../engine/protocol.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { headsOfSite } from "../heads-of.ts";
import type { Compared } from "./off-compared.ts";
import { editPanel } from "./off-edit.ts";
import { editsOf } from "./off-edits.ts";
import { outcomeTable } from "./off-outcome.ts";
import { switchButtons } from "./off-switches.ts";

const NONE: Edits = { gates: {}, patterns: {} };

class OffPage extends LabPage {
  /** Hand-edited patterns by head; they are not in the address. */
  #drawn = new Map<string, Float32Array>();
  #turn = 0;
  #of: unknown;

  readonly #compare = this.answer((asked: { text: string; other: string; state: State }) => this.#compared(asked));

  protected override changed(): void {
    const { model, state } = this.lab;
    if (this.#of !== model) {
      this.#of = model;
      this.#drawn.clear();
    }
    const { text, other } = this.texts();
    const key = [text, other, state.gates, state.patterns, this.#turn];
    this.askAboutText(this.#compare, key, { text, other, state });
  }

  async #compared({ text, other, state }: { text: string; other: string; state: State }): Promise<Compared> {
    const { engine, model, compiled } = this.lab;
    const begun = performance.now();
    const looked = await this.#kept(`look ${text}`, () => engine.look(text, "raw"));
    const before = await this.#kept(`before ${text}\n${other}`, () => engine.outcome({ text, other }, NONE));
    const second = Object.values(state.patterns).includes("other") && other ? await engine.look(other, "raw") : undefined;
    const edits = editsOf(state, looked, second, this.#drawn, !!model?.causal);
    const after = await engine.outcome({ text, other }, edits);
    const skills = model?.world ? await this.#skills(state) : undefined;
    const milliseconds = performance.now() - begun - (this.lab.compiled - compiled);
    return { text, other, looked, before, after, edits, skills, milliseconds };
  }

  async #skills({ gates }: State): Promise<Compared["skills"]> {
    const off = Object.keys(gates).filter((name) => gates[name] === 0);
    const before = await this.#kept("skills", () => this.lab.engine.skills([]));
    return { before, after: off.length === 0 ? before : await this.lab.engine.skills(off) };
  }

  /** The result of the last text is kept, earlier ones are not. */
  #last = new Map<string, readonly [key: string, made: Promise<unknown>]>();
  #kept<T>(key: string, make: () => Promise<T>): Promise<T> {
    const kind = key.split(" ")[0]!;
    const whole = `${this.opening()} ${key}`;
    const last = this.#last.get(kind);
    if (last?.[0] === whole) return last[1] as Promise<T>;
    const made = make();
    this.#last.set(kind, [whole, made]);
    made.catch(() => this.#last.delete(kind));
    return made;
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const two = lab.model?.reads !== "translation" || this.texts().other !== "";
    return html`
      <h1>Head ablation</h1>
      <p class="intro">
        Click a head to disable or enable it. The model’s output for your text is recomputed: before, after, and the difference.
      </p>
      <section class="controls" aria-label="Text">
        ${this.textField("text", "Text", "Type a text")}
        ${two ? this.textField("other", "Second text", "Type a text to compare with, or leave this empty") : nothing}
      </section>
      ${this.answered(this.#compare, (compared) => this.#room(compared), this.#isOfText())}
    `;
  }

  /** Returns true if what is shown is of the text in the fields, so that only the outputs wait for an edit. */
  #isOfText(): boolean {
    const { text, other } = this.texts();
    const { value } = this.#compare;
    return value?.text === text && value.other === other;
  }

  #room(compared: Compared): TemplateResult {
    const { state } = this.lab;
    const off = Object.keys(state.gates).filter((name) => state.gates[name] === 0);
    const heads = headsOfSite(compared.looked, this.lab.labels).map((head) => ({
      ...head,
      pattern: compared.edits.patterns[head.name] ?? head.pattern,
      scale: state.gates[head.name] || 1,
    }));
    const stale = this.#compare.pending && this.#isOfText() ? "stale" : "";
    return html`<div class="split open flow">
      <section aria-label="All heads">
        ${switchButtons(this.lab, compared.looked)}
        <headwise-head-grid
          mode="toggle"
          .heads=${heads}
          .off=${off}
          .selected=${state.heads}
          .shown=${null}
          @head-pick=${(event: CustomEvent<{ name: string }>) => this.#toggle(event.detail.name)}
        ></headwise-head-grid>
      </section>
      <section class="large" aria-label="Changes">
        <div class=${stale}>${outcomeTable(compared)}</div>
        ${editPanel(this.lab, compared, this.#drawn, (name, pattern) => this.#draw(name, pattern))}
      </section>
    </div>`;
  }

  #toggle(name: string): void {
    const { [name]: was, ...rest } = this.lab.state.gates;
    this.lab.set({ heads: [name], gates: was === 0 ? rest : { ...rest, [name]: 0 } }, true);
  }

  #draw(name: string, pattern: Float32Array | undefined): void {
    if (pattern) this.#drawn.set(name, pattern);
    else this.#drawn.delete(name);
    this.#turn++;
    this.changed();
    this.requestUpdate();
  }
}

customElements.define("lab-off", OffPage);
