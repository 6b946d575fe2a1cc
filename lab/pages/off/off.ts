/** The page Switch off: heads disabled, scaled, or with another pattern; the outputs follow at once. */
import { html, nothing, type TemplateResult } from "lit";
import "../../elements/index.ts";
import type { Edits } from "../../engine/protocol.ts";
import { sentenceOf } from "../../lab.ts";
import { latest } from "../../latest.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { textField } from "../controls.ts";
import { headsOfSite } from "../heads-of.ts";
import type { Compared } from "./off-compared.ts";
import { editPanel } from "./off-edit.ts";
import { editsOf } from "./off-edits.ts";
import { outcomeTable } from "./off-outcome.ts";
import { switchButtons } from "./off-switches.ts";

const NONE: Edits = { gates: {}, patterns: {} };

class OffPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ compared: { state: true }, failed: { state: true } },
  };
  declare compared: Compared | undefined;
  declare failed: string;
  /** Hand-edited patterns by head; they are not in the address. */
  #drawn = new Map<string, Float32Array>();
  #turn = 0;
  #of: unknown;

  readonly #compare = latest(
    (asked: { text: string; other: string; state: State }) => this.#compared(asked),
    ({ value, error }) => {
      this.failed = error === undefined ? "" : sentenceOf(error);
      if (value) this.compared = value;
    },
  );

  constructor() {
    super();
    this.failed = "";
  }

  protected override changed(): void {
    const { model, state } = this.lab;
    if (this.#of !== model) {
      this.#of = model;
      this.compared = undefined;
      this.#drawn.clear();
    }
    if (!model) return;
    const { text, other } = this.texts();
    const key = [this.opening(), text, other, JSON.stringify([state.gates, state.patterns]), this.#turn].join("\n");
    this.#compare.ask(key, { text, other, state });
  }

  async #compared({ text, other, state }: { text: string; other: string; state: State }): Promise<Compared> {
    const { engine, model } = this.lab;
    const begun = performance.now();
    const looked = await this.#kept(`look ${text}`, () => engine.look(text, "raw"));
    const before = await this.#kept(`before ${text}\n${other}`, () => engine.outcome({ text, other }, NONE));
    const second = Object.values(state.patterns).includes("other") && other ? await engine.look(other, "raw") : undefined;
    const edits = editsOf(state, looked, second, this.#drawn, !!model?.causal);
    const after = await engine.outcome({ text, other }, edits);
    const skills = model?.world ? await this.#skills(state) : undefined;
    return { looked, before, after, edits, skills, milliseconds: performance.now() - begun };
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
    const { lab, compared } = this;
    const { text, other } = this.texts();
    const two = lab.model?.reads === "similarity" || other !== "";
    return html`
      <h1>Head ablation</h1>
      <p class="intro">
        Click a head to disable or enable it. The model’s output for your text is recomputed: before, after, and the difference.
      </p>
      <section class="controls" aria-label="Text">
        ${textField("Text", text, (value) => lab.set({ text: value }))}
        ${two || lab.model?.reads !== "translation" ? textField("Second text", other, (value) => lab.set({ other: value, text })) : nothing}
        ${this.failed ? html`<p class="failed" role="alert">${this.failed}</p>` : nothing}
      </section>
      ${compared ? this.#room(compared) : nothing}
    `;
  }

  #room(compared: Compared): TemplateResult {
    const { state } = this.lab;
    const off = Object.keys(state.gates).filter((name) => state.gates[name] === 0);
    const heads = headsOfSite(compared.looked, this.lab.labels).map((head) => ({
      ...head,
      pattern: compared.edits.patterns[head.name] ?? head.pattern,
      scale: state.gates[head.name] || 1,
    }));
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
        ${outcomeTable(compared)}
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
