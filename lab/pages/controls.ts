/** The controls that pages share. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Lab } from "../lab.ts";
import type { State } from "../state.ts";
import { nameHeads } from "./naming.ts";

/** A text that is told with every key. */
export const textField = (name: string, value: string, told: (value: string) => void): TemplateResult =>
  html`<label class="field"
    >${name}<textarea rows="2" spellcheck="false" .value=${live(value)} @input=${(event: Event) => told((event.target as HTMLTextAreaElement).value)}></textarea>
  </label>`;

/** One of a few values of the state, as a row of buttons. */
export function choice<K extends keyof State>(
  name: string,
  key: K,
  value: State[K],
  choices: readonly (readonly [State[K], string])[],
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

/** Labels to keep bright; nothing where heads have none. */
export function labelFilter(
  labels: readonly string[],
  on: readonly string[],
  told: (labels: string[]) => void,
): TemplateResult | typeof nothing {
  if (labels.length === 0) return nothing;
  const toggled = (label: string) => (on.includes(label) ? on.filter((one) => one !== label) : [...on, label]);
  return html`<div class="legend" role="group" aria-label="Show only heads that are">
    ${labels.map(
      (label) =>
        html`<button type="button" aria-pressed=${on.includes(label)} @click=${() => told(toggled(label))}><span class="code l-${label}">${label}</span></button>`,
    )}
  </div>`;
}

/** Finds the labels of the heads, where the family has any. */
export const nameButton = (lab: Lab): TemplateResult | typeof nothing =>
  lab.model?.reads === "translation"
    ? nothing
    : html`<button type="button" ?disabled=${lab.status.share !== undefined} @click=${() => void nameHeads(lab)}>Name the heads</button>`;
