/** Switching many heads at once: all on, all but one, a layer, a label. */
import { html, nothing, type TemplateResult } from "lit";
import { LABELS } from "../../../src/heads/scores/label-names.ts";
import { headName, parseHeads } from "../../../src/models/head-names.ts";
import type { Looked } from "../../engine/protocol.ts";
import type { Lab } from "../../lab.ts";
import { nameButton } from "../controls.ts";

/** Returns the names of all heads. */
export const namesIn = ({ sites }: Looked): string[] =>
  sites.flatMap(({ site, patterns }) => patterns.map((_, head) => headName(site, head)));

/** Draws the buttons, after `first`. */
export function switchButtons(lab: Lab, looked: Looked, first: TemplateResult): TemplateResult {
  const { labels } = lab;
  const names = namesIn(looked);
  const chosen = lab.state.heads[0];
  const off = (some: readonly string[]) => lab.set({ gates: { ...lab.state.gates, ...zeros(some) } }, true);
  const changed = Object.keys(lab.state.gates).length + Object.keys(lab.state.patterns).length;
  const groups = LABELS.filter((label) => [...labels.values()].some((own) => own.includes(label)));
  return html`<div class="row above start">
    ${first}
    <button type="button" ?disabled=${changed === 0} title=${changed === 0 ? "no head is changed" : nothing} @click=${() => lab.set({ gates: {}, patterns: {} }, true)}>Reset all heads</button>
    ${
      chosen
        ? html`<button type="button" @click=${() => lab.set({ gates: zeros(names.filter((one) => one !== chosen)) }, true)}>
            All off but ${chosen}
          </button>`
        : nothing
    }
    ${menu(
      "Switch off a layer",
      looked.sites.map(({ site }) => site),
      (site) => off(names.filter((one) => parseHeads(one).site === site)),
    )}
    ${
      groups.length > 0
        ? menu("Switch off a label", groups, (label) =>
            off(names.filter((one) => labels.get(one)?.some((own) => own === label))),
          )
        : nameButton(lab)
    }
  </div>`;
}

const zeros = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));

/** A list that runs an action when an item is chosen, and shows its title again. */
function menu(title: string, choices: readonly string[], chosen: (one: string) => void): TemplateResult {
  const heard = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    if (select.value !== "") chosen(select.value);
    select.value = "";
  };
  return html`<select aria-label=${title} @change=${heard}>
    <option value="">${title}</option>
    ${choices.map((one) => html`<option value=${one}>${one}</option>`)}
  </select>`;
}
