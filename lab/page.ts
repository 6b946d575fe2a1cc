/**
 * The base of every page: an element that is drawn again when the lab changes. It has no shadow root, so that one style serves
 * all.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Answer } from "./answer.ts";
import type { Beginning, OpenedModel } from "./engine/protocol.ts";
import { exampleFor } from "./examples.ts";
import type { Lab } from "./lab.ts";
import { problem, textField } from "./pages/controls.ts";

const openings = new WeakMap<OpenedModel, number>();
let opened = 0;

export abstract class LabPage extends LitElement {
  static override properties = { lab: { attribute: false } };
  declare lab: Lab;
  readonly #answers: Pick<Answer<never, unknown>, "tell">[] = [];
  /** The last refusal, and the text that was too long for the model. */
  #refused: unknown;
  #long: ({ readonly key: "text" | "other" } & Beginning) | undefined;
  readonly #heard = () => {
    this.changed();
    this.requestUpdate();
  };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.lab.addEventListener("change", this.#heard);
    for (const answer of this.#answers) answer.tell();
    this.changed();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.lab.removeEventListener("change", this.#heard);
    for (const answer of this.#answers) answer.tell();
  }

  /** Creates the answer to requests of this page, which the status line reports as long as the page is shown. */
  protected answer<I, O>(work: (input: I) => Promise<O>, heard?: (value: O | undefined) => void): Answer<I, O> {
    const made = new Answer(this, work, heard);
    this.#answers.push(made);
    return made;
  }

  /** Requests an answer about the text; without a model or a text, there is none. */
  protected askAboutText<I, O>(answer: Answer<I, O>, key: readonly unknown[], input: I): void {
    if (!this.lab.model) answer.clear();
    else if (this.texts().text.trim() === "") answer.clear("waiting for a text");
    else answer.ask(this.opening(), JSON.stringify(key), input);
  }

  /** Draws an answer, grayed while the next one is on its way (unless the page marks its `parts`); or why there is none. */
  protected answered<I, O>(
    { value, error, pending, missing }: Answer<I, O>,
    draw: (value: O) => TemplateResult,
    parts = false,
  ): TemplateResult | typeof nothing {
    if (error !== undefined) return html`${problem(this.lab, error)} ${this.#shorter(error)}`;
    if (missing !== "") return html`<p class="dim">Type a text, or choose an example.</p>`;
    if (value === undefined) return pending ? html`<p class="dim" aria-busy="true">${this.lab.status.text}</p>` : nothing;
    return html`<div class=${pending && !parts ? "stale" : "current"} aria-busy=${pending}>${draw(value)}</div>`;
  }

  /** Offers the beginning of a text that was refused for its length. */
  #shorter(error: unknown): TemplateResult | typeof nothing {
    if (error !== this.#refused) void this.#findLong(error);
    const { key, most, text } = this.#long ?? {};
    if (!key) return nothing;
    const cut = () => this.#type({ [key]: text });
    return html`<p><button type="button" @click=${cut}>Use the first ${most} tokens${key === "other" ? " of the second text" : ""}</button></p>`;
  }

  /** Counts the tokens of both texts, by the model's tokenizer. */
  async #findLong(error: unknown): Promise<void> {
    [this.#refused, this.#long] = [error, undefined];
    const texts = this.texts();
    for (const key of ["text", "other"] as const) {
      const found = await this.lab.engine.beginning(texts[key]).catch(() => undefined);
      if (error !== this.#refused || !found || found.tokens <= found.most) continue;
      this.#long = { key, ...found };
      return this.requestUpdate();
    }
  }

  /** Sets a text; the other one stays as it is shown. */
  #type(change: { readonly text?: string; readonly other?: string }): void {
    const { text, other } = { ...this.texts(), ...change };
    this.lab.set({ text, other: other === "" ? null : other });
  }

  /** Returns the texts of the address, or examples that suit the model; an emptied text stays empty. */
  protected texts(): { readonly text: string; readonly other: string } {
    const { state, model } = this.lab;
    const example = model ? exampleFor(model) : { text: "", other: "" };
    return { text: state.text ?? example.text, other: state.other ?? (state.text === null ? example.other : "") };
  }

  /** Draws the field of one of the texts; the first one can be `reset` to the example. */
  protected textField(key: "text" | "other", name: string, placeholder: string, reset = key === "text"): TemplateResult {
    const { lab } = this;
    const typed = (value: string) => this.#type({ [key]: value });
    const own = lab.state.text !== null || lab.state.other !== null;
    const example = reset && { shown: !own, show: () => lab.set({ text: null, other: null }) };
    return textField({ id: `field-${key}`, name, value: this.texts()[key], placeholder, typed, ...(example && { example }) });
  }

  /** Returns a number for the open model: a new one each time a model is opened, whatever its name. */
  protected opening(): number {
    const { model } = this.lab;
    if (!model) return 0;
    const number = openings.get(model) ?? ++opened;
    openings.set(model, number);
    return number;
  }

  /** Called when the address, the model or the status changes; requests what is needed. */
  protected changed(): void {}
}
