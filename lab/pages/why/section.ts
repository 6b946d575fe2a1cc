/** The sections of the guided page: a claim, a live demonstration, its limits, and links. */
import { html, nothing, type TemplateResult } from "lit";
import type { Looked, Outcome } from "../../engine/protocol.ts";
import { type Lab, sentenceOf } from "../../lab.ts";
import { LabPage } from "../../page.ts";
import { UNCHANGED } from "./edits.ts";

interface Told {
  readonly id: string;
  readonly title: string;
  readonly claim: TemplateResult;
  readonly live: TemplateResult | typeof nothing;
  /** The limits of the claim. */
  readonly but?: TemplateResult;
  readonly further?: readonly TemplateResult[];
}

export const section = ({ id, title, claim, live, but, further = [] }: Told): TemplateResult =>
  html`<section class="claim" id=${id} aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <div class="argument">${claim}</div>
    ${live === nothing ? nothing : html`<div class="panel">${live}</div>`}
    ${but ? html`<p class="but"><strong>Limits.</strong> ${but}</p>` : nothing}
    ${further.length > 0 ? html`<p class="further">See also: ${further.map((link, k) => html`${k > 0 ? " · " : ""}${link}`)}</p>` : nothing}
  </section>`;

/** A text with its patterns and the outputs of the original model. */
interface Whole {
  readonly looked: Looked;
  readonly outcome: Outcome;
}

/** Returns the one run of the original model on a text that all sections share. */
function wholeOf(lab: Lab, text: string, other: string): Promise<Whole> {
  return lab.once(`why ${text}\n${other}`, async () => ({
    looked: await lab.engine.look(text, "raw"),
    outcome: await lab.engine.outcome({ text, other }, UNCHANGED),
  }));
}

/** A section that queries the open model and shows the result of the last query. */
export abstract class LiveSection<T> extends LabPage {
  static override properties = { ...LabPage.properties, found: { state: true }, failed: { state: true } };
  declare found: T | undefined;
  declare failed: string;
  #asked = "";

  constructor() {
    super();
    this.failed = "";
  }

  /** Runs `work`, unless its key was the last one requested. */
  protected async ask(key: string, work: () => Promise<T>): Promise<void> {
    const { model, state } = this.lab;
    const whole = [model?.id, state.device, ...Object.values(this.texts()), key].join("\n");
    if (!model || whole === this.#asked) return;
    this.#asked = whole;
    try {
      const found = await work();
      if (whole !== this.#asked) return;
      this.found = found;
      this.failed = "";
    } catch (error) {
      if (whole !== this.#asked) return;
      this.found = undefined;
      this.failed = sentenceOf(error);
    }
  }

  protected whole(): Promise<Whole> {
    const { text, other } = this.texts();
    return wholeOf(this.lab, text, other);
  }

  /** Returns the result, or a placeholder. */
  protected shown(draw: (found: T) => TemplateResult): TemplateResult {
    if (this.failed) return html`<p class="failed" role="alert">${this.failed}</p>`;
    return this.found ? draw(this.found) : html`<p class="dim">waiting for the model</p>`;
  }
}
