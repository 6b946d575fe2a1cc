/** The edits of one head: its scale, and a replacement of its pattern. */
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { Lab } from "../../lab.ts";
import type { Replacement } from "../../state.ts";
import { patternOf, siteOf } from "../heads-of.ts";
import type { Compared } from "./off-compared.ts";
import { isCausal } from "./off-edits.ts";

const KINDS: readonly (readonly [Replacement | "", string])[] = [
  ["", "unchanged"],
  ["previous", "to the previous token"],
  ["next", "to the next token"],
  ["self", "to the token itself"],
  ["first", "to the first token"],
  ["uniform", "uniform"],
  ["other", "as on the second text"],
];

type Drawn = (name: string, pattern: Float32Array | undefined) => void;

/** Draws the panel of the last clicked head. */
export function editPanel(
  lab: Lab,
  { looked, edits, other }: Compared,
  drawn: ReadonlyMap<string, Float32Array>,
  draw: Drawn,
): TemplateResult {
  const name = lab.state.heads[0];
  const at = name === undefined ? undefined : siteOf(looked, name);
  if (name === undefined || !at) return html`<p class="dim">Click a head to change it.</p>`;
  const own = patternOf(at.site, at.head);
  const hand = drawn.get(name);
  const replaced = edits.patterns[name];
  const shown = [hand, replaced].find((pattern) => pattern?.length === own.length) ?? own;
  return html`<section class="panel" aria-label="Head ${name}">
    <h3>Head ${name}</h3>
    <div class="row">${scale(lab, name)} ${kinds(lab, name, isCausal(at.site, !!lab.model?.causal), other !== "")}</div>
    <p class="dim">Or edit its pattern by hand: drag a cell up or down, or move with the arrow keys and press + or −; each row still sums to one.</p>
    <headwise-figure .name=${`head ${name}`}><headwise-pattern
      editable
      .tokens=${at.site.rows}
      .columnTokens=${at.site.columns}
      .pattern=${shown}
      .names=${[name]}
      .causal=${isCausal(at.site, !!lab.model?.causal)}
      @pattern-edit=${(event: CustomEvent<{ row: number; weights: Float32Array }>) => edited(event, name, shown, at.site.columns.length, draw)}
    ></headwise-pattern></headwise-figure>
    ${hand ? html`<button type="button" @click=${() => draw(name, undefined)}>Discard the hand-edited pattern</button>` : nothing}
  </section>`;
}

function edited(
  { detail: { row, weights } }: CustomEvent<{ row: number; weights: Float32Array }>,
  name: string,
  shown: Float32Array,
  columns: number,
  draw: Drawn,
): void {
  const next = shown.slice();
  next.set(weights, row * columns);
  draw(name, next);
}

function scale(lab: Lab, name: string): TemplateResult {
  const value = lab.state.gates[name] ?? 1;
  const heard = (event: Event) => {
    const { [name]: _, ...rest } = lab.state.gates;
    const next = Number((event.target as HTMLInputElement).value);
    lab.set({ gates: next === 1 ? rest : { ...rest, [name]: next } });
  };
  return html`<label class="field"
    >Output scale <output>${decimal(value, 1)}</output>
    <input type="range" min="0" max="2" step="0.1" .value=${live(`${value}`)} @input=${heard} />
  </label>`;
}

function kinds(lab: Lab, name: string, causal: boolean, two: boolean): TemplateResult {
  const value = lab.state.patterns[name] ?? "";
  const heard = (event: Event) => {
    const { [name]: _, ...rest } = lab.state.patterns;
    const next = (event.target as HTMLSelectElement).value as Replacement | "";
    lab.set({ patterns: next === "" ? rest : { ...rest, [name]: next } }, true);
  };
  const offered = KINDS.filter(([kind]) => !(kind === "next" && causal) && !(kind === "other" && !two));
  return html`<label class="field"
    >Pattern
    <select @change=${heard}>
      ${offered.map(([kind, shown]) => html`<option value=${kind} ?selected=${kind === value}>${shown}</option>`)}
    </select></label
  >`;
}
