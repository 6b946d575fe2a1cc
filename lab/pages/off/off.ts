/** The page Switch off: heads disabled, scaled, or with another pattern; the outputs follow at once. */
import { html, nothing, type TemplateResult } from "lit";
import "../../elements/index.ts";
import type { Asked, Edits, OpenedModel } from "../../engine/protocol.ts";
import { type Example, exampleFor, examplesFor } from "../../examples.ts";
import { sentenceOf } from "../../loading.ts";
import { LabPage } from "../../page.ts";
import type { State } from "../../state.ts";
import { exampleButtons, problem } from "../controls.ts";
import { headsOfSite } from "../heads-of.ts";
import type { Compared } from "./off-compared.ts";
import { editPanel } from "./off-edit.ts";
import { editsOf } from "./off-edits.ts";
import { type Effect, type Effects, effectsOf, notesOf, STOPPED, strongest } from "./off-matters.ts";
import { outcomeTable, verdictOf } from "./off-outcome.ts";
import { namesIn, switchButtons } from "./off-switches.ts";

const NONE: Edits = { gates: {}, patterns: {} };
/** Models up to this size try every head without being asked. */
const SMALL = 60e6;
/** The models, by number of opening, that have shown their first example. */
const started = new Set<number>();

/** What to compare: a text with the edits of a state. */
interface Comparison {
  readonly text: string;
  readonly other: string;
  readonly state: State;
}

class OffPage extends LabPage {
  static override properties = {
    ...LabPage.properties,
    ...{ untried: { state: true }, effects: { state: true }, tried: { state: true } },
  };
  /** Why not every head could be tried. */
  declare untried: unknown;
  /** What each head does, by text. */
  declare effects: ReadonlyMap<string, Effects>;
  /** The number of heads tried so far, during a search. */
  declare tried: number | undefined;
  /** Hand-edited patterns by head; they are not in the address. */
  #drawn = new Map<string, Float32Array>();
  #turn = 0;
  #of: unknown;

  readonly #compare = this.answer(
    (asked: Comparison) => this.#compared(asked),
    (compared) => compared && this.#begin(),
  );

  constructor() {
    super();
    this.effects = new Map();
  }

  protected override changed(): void {
    const { model, state } = this.lab;
    if (this.#of !== model) {
      this.#of = model;
      this.effects = new Map();
      this.untried = undefined;
      this.#drawn.clear();
    }
    const { text, other } = this.texts();
    const key = [text, other, state.gates, state.patterns, this.#turn];
    this.askAboutText(this.#compare, key, { text, other, state });
  }

  async #compared({ text, other, state }: Comparison): Promise<Compared> {
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

  /** The key of a text's effects. */
  #key({ text, other } = this.texts()): string {
    return `${this.opening()} ${text}\n${other}`;
  }

  /** Opens a small model on the example, and without the head, whose answer changes most. */
  #begin(): void {
    const { model, state } = this.lab;
    const untouched = () => {
      const { text, other, gates, patterns } = this.lab.state;
      return this.#of === model && (text ?? other) === null && Object.keys({ ...gates, ...patterns }).length === 0;
    };
    if (!model || state.page !== "off" || started.has(this.opening())) return;
    started.add(this.opening()); // whoever has touched the page is left in peace
    if (!untouched() || model.parameters > SMALL) return;
    void this.#search(model, untouched);
  }

  async #search(model: OpenedModel, wanted: () => boolean): Promise<void> {
    const first = exampleFor(model);
    let best: { readonly example: Example; readonly effect: Effect } | undefined;
    for (const example of examplesFor(model)) {
      const found = await this.#try(example, () => !wanted());
      const effect = found && strongest(found);
      if (!effect) return;
      const larger = !best || Math.abs(effect.change) > Math.abs(best.effect.change);
      if (effect.flips || larger) best = { example, effect };
      if (effect.flips) break;
    }
    if (!best || !wanted() || !this.isConnected) return;
    const { example, effect } = best;
    const text = example === first ? {} : { text: example.text, other: example.other || null };
    this.lab.set({ ...text, gates: { [effect.name]: 0 } });
  }

  /** Switches every head off alone; the results for a text are kept while its model is open. */
  async #try(asked: Asked, left: () => boolean): Promise<Effects | undefined> {
    const { lab } = this;
    const key = this.#key({ text: asked.text, other: asked.other ?? "" });
    const { value } = this.#compare;
    const names = value ? namesIn(value.looked) : [];
    const search = (): Promise<Effects> =>
      lab.during((report) => {
        const tried = (done: number) => {
          this.tried = done;
          report(`trying head ${done + 1} of ${names.length}`, done / names.length);
        };
        const watch = { report: tried, stopped: () => left() || !this.isConnected };
        return effectsOf(names, (...args) => lab.engine.outcome(...args), asked, watch);
      });
    try {
      const found = await lab.once(`effects ${key}`, search);
      this.effects = new Map([...this.effects, [key, found]]);
      return found;
    } catch (error) {
      if (sentenceOf(error) !== STOPPED) this.untried = error;
      return undefined;
    } finally {
      this.tried = undefined;
    }
  }

  /** Tries every head on the text of the page. */
  #ask(): void {
    const key = this.#key();
    this.tried = 0;
    void this.#try(this.texts(), () => this.#key() !== key);
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const { text, other } = this.texts();
    const two = lab.model?.reads === "similarity" || other !== "";
    const second = this.textField("other", "Second text", "Type a text to compare with, or leave this empty");
    return html`
      <h1>Head ablation</h1>
      <section class="ask" aria-label="Text">
        ${exampleButtons(lab, text)}
        ${this.textField("text", "Text", "Type a text", false)}
        ${two ? second : lab.model?.reads === "translation" ? nothing : html`<details><summary>Second text</summary>${second}</details>`}
        ${this.untried === undefined ? nothing : problem(lab, this.untried)}
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
    const effects = this.effects.get(this.#key());
    const stale = this.#compare.pending && this.#isOfText();
    return html`<div class="split off">
      <p class="verdict" aria-live="polite">${stale ? html`<span class="dim">Computing the answer.</span>` : verdictOf(compared, off)}</p>
      <section class="large" aria-label="Changes">
        <headwise-figure name="answer before and after" class=${stale ? "stale" : ""}>${outcomeTable(compared)}</headwise-figure>
        ${editPanel(this.lab, compared, this.#drawn, (name, pattern) => this.#draw(name, pattern))}
      </section>
      <section aria-label="All heads">
        ${switchButtons(this.lab, compared.looked, this.#question(compared, effects))}
        <headwise-figure name="heads switched off"><headwise-head-grid
          mode="toggle"
          .heads=${heads}
          .off=${off}
          .selected=${state.heads}
          .shown=${null}
          .notes=${effects ? notesOf(effects) : null}
          .legend=${"attention weight; click a head to switch it off or on"}
          @head-pick=${(event: CustomEvent<{ name: string }>) => this.#toggle(event.detail.name)}
        ></headwise-head-grid></headwise-figure>
        ${effects ? this.#legend(effects) : nothing}
      </section>
    </div>`;
  }

  #question({ looked }: Compared, effects: Effects | undefined): TemplateResult {
    const running = this.tried !== undefined;
    return html`<button type="button" class=${effects ? "" : "primary"} ?disabled=${running || !!effects} @click=${() => this.#ask()}>
      ${running ? `Trying head ${this.tried! + 1} of ${namesIn(looked).length}` : "Which head matters here?"}
    </button>`;
  }

  #legend({ measure, heads }: Effects): TemplateResult {
    const flipping = heads.filter(({ flips }) => flips).length;
    return html`<p class="effects">The number on each head is the change of ${measure} when that head alone is off:
      <span class="loss">orange</span> is a decrease, <span class="gain">blue</span> an increase.
      ${flipping > 0 ? "On a full color, the answer changes." : "No head alone changes the answer."}</p>`;
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
