/** Controls that pages share. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Label } from "../../src/heads/scores/label-names.ts";
import { countLabels } from "../../src/view/chart/colors.ts";
import { type Example, examplesFor } from "../examples.ts";
import type { Lab } from "../lab.ts";
import type { State } from "../state.ts";
import { nameHeads } from "./naming.ts";

/** Buttons for texts that suit the open model; a text clears the edits and open heads of the previous one. */
export const exampleButtons = (lab: Lab, text: string): TemplateResult | typeof nothing => {
  const examples = lab.model ? examplesFor(lab.model) : [];
  if (examples.length < 2) return nothing;
  const show = (one: Example) => lab.set({ text: one.text, other: one.other, heads: [], gates: {}, patterns: {} }, true);
  return html`<div class="examples" role="group" aria-label="Examples">
    <span class="dim">Examples</span>
    ${examples.map((one) => html`<button type="button" aria-pressed=${one.text === text} @click=${() => show(one)}>${one.name}</button>`)}
  </div>`;
};

/** A text field that reports every key press. */
export const textField = (name: string, value: string, onChange: (value: string) => void): TemplateResult =>
  html`<label class="field"
    >${name}<textarea rows="2" spellcheck="false" .value=${live(value)} @input=${(event: Event) => onChange((event.target as HTMLTextAreaElement).value)}></textarea>
  </label>`;

/** A row of buttons for one of a few values of the state. */
export function choice<K extends keyof State>(
  name: string,
  key: K,
  value: State[K],
  choices: readonly (readonly [State[K], string | TemplateResult])[],
  set: (change: Partial<State>) => void,
): TemplateResult {
  return html`<fieldset class="choice">
    <legend>${name}</legend>
    ${choices.map(
      ([one, shown]) => html`<label
        ><input type="radio" name=${key} .checked=${live(one === value)} @change=${() => set({ [key]: one } as Partial<State>)} /><span
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
    : html`<button type="button" ?disabled=${lab.status.share !== undefined} @click=${() => void nameHeads(lab)}>Label the heads</button>`;
