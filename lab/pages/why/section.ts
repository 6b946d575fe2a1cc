/** The sections of the guided page: a claim, a live demonstration, its limits, and links. */
import { html, nothing, type TemplateResult } from "lit";
import type { Looked, Outcome } from "../../engine/protocol.ts";
import type { Lab } from "../../lab.ts";
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
  #newest = "";
  readonly #answer = this.answer(async ({ whole, work }: { readonly whole: string; work(): Promise<T> }) => {
    // a text is run when no key has been pressed for a while; an older one not at all
    await new Promise((later) => setTimeout(later, PAUSE));
    if (whole !== this.#newest) throw new Error("internal: a newer request follows");
    return work();
  });

  /** The result, if there is one. */
  protected get found(): T | undefined {
    return this.#answer.value;
  }

  /** Runs `work`, unless its key was the last one requested. */
  protected ask(key: string, work: () => Promise<T>): void {
    const whole = JSON.stringify([this.opening(), this.texts(), key]);
    if (whole !== this.#newest) this.askAboutText(this.#answer, [this.texts(), key], { whole, work });
    this.#newest = whole;
  }

  protected whole(): Promise<Whole> {
    const { text, other } = this.texts();
    return wholeOf(this.lab, text, other);
  }

  /** Returns the result, or a placeholder. */
  protected shown(draw: (found: T) => TemplateResult): TemplateResult | typeof nothing {
    return this.lab.model ? this.answered(this.#answer, draw) : html`<p class="dim">waiting for the model</p>`;
  }
}

/** Milliseconds. */
const PAUSE = 350;
