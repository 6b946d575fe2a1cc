/** Why many heads? The usual argument, claim by claim, each beside something that shows it or shows where it fails. */
import { html, nothing, type TemplateResult } from "lit";
import { LabPage } from "../../page.ts";
import { textField } from "../controls.ts";
import "./average.ts";
import "./cost.ts";
import "./exercises.ts";
import "./identical.ts";
import { prunable } from "./prunable.ts";
import "./returns.ts";
import { specialise } from "./specialise.ts";

/** A text is asked about once nothing was typed for so long. */
const PAUSE = 350;

class WhyPage extends LabPage {
  #typed: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typed);
  }

  protected override render(): TemplateResult {
    const { lab } = this;
    const { text, other } = this.texts();
    return html`
      <h1>Why many heads?</h1>
      <p class="intro">
        The argument as it is usually told, in seven steps. Beside each stands what it comes to in the model that is open, or in models that
        we trained; where a claim does not hold, that stands there, too.
      </p>
      <nav class="contents" aria-label="On this page"><ol>${CONTENTS.map(([id, title]) => html`<li><a href="#${id}" @click=${(event: Event) => this.#jump(event, id)}>${title}</a></li>`)}</ol></nav>
      <section class="controls" aria-label="Text">
        ${textField("The text that the open model reads below", text, (value) => this.#tell({ text: value }))}
        ${lab.model?.reads === "similarity" ? textField("The text that it is compared with", other, (value) => this.#tell({ other: value, text })) : nothing}
      </section>
      <why-average .lab=${lab}></why-average>
      <why-cost .lab=${lab}></why-cost>
      <why-identical .lab=${lab}></why-identical>
      ${specialise(lab)}
      <why-returns .lab=${lab}></why-returns>
      ${prunable(lab)}
      <why-exercises .lab=${lab}></why-exercises>
    `;
  }

  #tell(change: { text: string; other?: string }): void {
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => this.lab.set(change), PAUSE);
  }

  /** The address stays the state's: a fragment would be lost with the next change. */
  #jump(event: Event, id: string): void {
    event.preventDefault();
    const heading = this.querySelector<HTMLElement>(`#${id} h2`);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView();
  }
}

const CONTENTS = [
  ["average", "One head has to average"],
  ["cost", "Subspaces and their price"],
  ["identical", "Equal heads"],
  ["specialise", "Heads that specialise"],
  ["returns", "More pays less"],
  ["prunable", "What can go"],
  ["exercises", "Try it"],
] as const;

customElements.define("lab-why", WhyPage);
