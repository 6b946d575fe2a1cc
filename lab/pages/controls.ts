/** Controls that pages share. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Label } from "../../src/heads/scores/label-names.ts";
import { countLabels } from "../../src/view/chart/colors.ts";
import { type Example, examplesFor } from "../examples.ts";
import type { Lab } from "../lab.ts";
import { isLoadError, sentenceOf } from "../loading.ts";
import type { State } from "../state.ts";
import { nameHeads } from "./naming.ts";

/** Buttons for texts that suit the open model; a text clears the edits and open heads of the previous one. */
export const exampleButtons = (lab: Lab, text: string): TemplateResult | typeof nothing => {
  const examples = lab.model ? examplesFor(lab.model) : [];
  if (examples.length < 2) return nothing;
  const show = (one: Example) => {
    const texts = one === examples[0] ? { text: null, other: null } : { text: one.text, other: one.other || null };
    lab.set({ ...texts, heads: [], gates: {}, patterns: {} }, true);
  };
  return html`<div class="examples" role="group" aria-label="Examples">
    <span class="dim">Examples</span>
    ${examples.map((one) => html`<button type="button" aria-pressed=${one.text === text} @click=${() => show(one)}>${one.name}</button>`)}
  </div>`;
};

export interface TextField {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** Shown in an empty field. */
  readonly placeholder: string;
  typed(value: string): void;
  /** A button that brings the example back, disabled while that is shown. */
  readonly example?: { readonly shown: boolean; show(): void };
}

/** A text field that reports every key press, and stays empty when it is emptied. */
export const textField = ({ id, name, value, placeholder, typed, example }: TextField): TemplateResult =>
  html`<div class="field">
    <div class="named">
      <label for=${id}>${name}</label>
      ${example ? html`<button type="button" class="small" ?disabled=${example.shown} title=${example.shown ? "the example is shown" : nothing} @click=${() => example.show()}>Example</button>` : nothing}
    </div>
    <textarea id=${id} rows="2" spellcheck="false" placeholder=${placeholder} .value=${live(value)} @input=${(event: Event) => typed((event.target as HTMLTextAreaElement).value)}></textarea>
  </div>`;

/** An error, with a way out of it. */
export const problem = (lab: Lab, error: unknown): TemplateResult =>
  html`<p class="failed" role="alert">${sentenceOf(error)} ${isLoadError(error) ? retryButton(lab) : nothing}</p>`;

/** A button that loads again what could not be loaded. */
export const retryButton = (lab: Lab): TemplateResult =>
  html`<button type="button" class="small" @click=${() => void lab.retry()}>Retry</button>`;

/** A value with its name and, if it cannot be chosen yet, the reason. */
type Choice<V> = readonly [value: V, shown: string | TemplateResult, reason?: string];

/** A row of buttons for one of a few values of the state; `reason` tells why there is nothing to choose yet. */
export function choice<K extends keyof State>(
  name: string,
  key: K,
  value: State[K],
  choices: readonly Choice<State[K]>[],
  set: (change: Partial<State>) => void,
  reason = "",
): TemplateResult {
  return html`<fieldset class="choice" ?disabled=${reason !== ""} title=${reason || nothing} aria-describedby=${reason ? `why-${key}` : nothing}>
    <legend>${name}</legend>
    ${reason ? html`<span class="unseen" id="why-${key}">${reason}</span>` : nothing}
    ${choices.map(
      ([one, shown, not = ""]) => html`<label title=${not || nothing}
        ><input type="radio" name=${key} ?disabled=${not !== ""} aria-description=${not || nothing} .checked=${live(one === value)} @change=${() => set({ [key]: one } as Partial<State>)} /><span
          >${shown}</span
        ></label
      >`,
    )}
  </fieldset>`;
}

/** A filter of labels to highlight, each with the number of heads that have it; nothing if heads have no labels. */
export function labelFilter(
  found: readonly (readonly Label[])[],
  on: readonly string[],
  onChange: (labels: string[]) => void,
): TemplateResult | typeof nothing {
  const labels = countLabels(found.flat());
  if (labels.length === 0) return nothing;
  const toggled = (label: string) => (on.includes(label) ? on.filter((one) => one !== label) : [...on, label]);
  return html`<div class="legend" role="group" aria-label="Filter heads by label">
    ${labels.map(
      ([label, count]) =>
        html`<button type="button" aria-pressed=${on.includes(label)} @click=${() => onChange(toggled(label))}><span class="code l-${label}">${label}</span> ${count}</button>`,
    )}
  </div>`;
}

/** A button that labels the heads, if the family supports it. */
export const nameButton = (lab: Lab): TemplateResult | typeof nothing =>
  lab.model?.reads === "translation"
    ? nothing
    : html`<button type="button" ?disabled=${lab.status.share !== undefined} title=${lab.status.share === undefined ? nothing : "wait for the work in the status line"} @click=${() => void nameHeads(lab)}>Label the heads</button>`;
