/** The page Why many heads?: the usual argument, claim by claim, each with a demonstration of where it holds and fails. */
import { html, nothing, type TemplateResult } from "lit";
import { LabPage } from "../../page.ts";
import "./average.ts";
import "./cost.ts";
import "./exercises.ts";
import "./identical.ts";
import { prunable } from "./prunable.ts";
import "./returns.ts";
import { specialise } from "./specialise.ts";

class WhyPage extends LabPage {
  protected override render(): TemplateResult {
    const { lab } = this;
    return html`
      <h1>Why many heads?</h1>
      <p class="intro">
        The usual argument in seven steps. Each comes with a demonstration in the open model, or in models that
        we trained, and with its limits.
      </p>
      <nav class="contents" aria-label="On this page"><ol>${CONTENTS.map(([id, title]) => html`<li><a href="#${id}" @click=${(event: Event) => this.#jump(event, id)}>${title}</a></li>`)}</ol></nav>
      <section class="controls" aria-label="Text">
        ${this.textField("text", "Text for the open model", "Type a text")}
        ${lab.model?.reads === "similarity" ? this.textField("other", "Text to compare with", "Type a text to compare with") : nothing}
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

  /** Jumps without a URL fragment, since the next state change would drop it. */
  #jump(event: Event, id: string): void {
    event.preventDefault();
    const heading = this.querySelector<HTMLElement>(`#${id} h2`);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView();
  }
}

const CONTENTS = [
  ["average", "The averaging argument"],
  ["cost", "Subspaces and their cost"],
  ["identical", "Identical heads"],
  ["specialise", "Specialization of heads"],
  ["returns", "Diminishing returns"],
  ["prunable", "Prunable heads"],
  ["exercises", "Exercises"],
] as const;

customElements.define("lab-why", WhyPage);
