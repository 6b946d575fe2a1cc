/** The loss of each relation when a head is ablated: a table with cells shaded by loss. */
import { html, type TemplateResult } from "lit";
import { RELATIONS } from "../../../src/corpus/world/target.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { MeasuredStep } from "../../engine/training/training-plan.ts";
import { RELATION_WORDS } from "./relations.ts";

/** The number of shades above zero; the strongest is a loss of half of all targets or more. */
const SHADES = 8;
const STRONGEST = 0.5;

/** Returns the shade of a loss of accuracy, 0 to 8. */
const shadeOf = (lost: number): number => Math.round(SHADES * Math.min(1, Math.max(0, lost) / STRONGEST));

/** Draws heads × relations of one model. */
export function costTable({ heads, costs }: MeasuredStep, kind: "one" | "many"): TemplateResult {
  const name = heads === 1 ? "One head per layer" : `${heads} heads per layer`;
  return html`<div class="costs ${kind}" role="region" tabindex="0" aria-label="Importance of each head: ${name}">
    <table>
      <caption>${name}</caption>
      <thead>
        <tr><th scope="col">head</th>${RELATIONS.map((relation) => html`<th scope="col"><abbr title=${RELATION_WORDS[relation]}>${relation}</abbr></th>`)}</tr>
      </thead>
      <tbody>
        ${costs.map(
          ({ name, lost }) =>
            html`<tr><th scope="row">${name}</th>${lost.map((value) => html`<td class="shade-${shadeOf(value)}">${points(value)}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Formats a difference of accuracy in points. */
const points = (value: number): string => decimal(100 * value, 0);
