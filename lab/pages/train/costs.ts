/** The loss of each relation when a head is ablated: a table whose cells are shaded by loss, where the loss is not due to chance. */
import { html, type TemplateResult } from "lit";
import { RELATIONS } from "../../../src/corpus/world/target.ts";
import type { Estimate } from "../../../src/stats/bootstrap.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { MeasuredStep } from "../../engine/training/training-plan.ts";
import { RELATION_WORDS } from "./relations.ts";

/** The number of shades above zero; the strongest is a loss of half of all targets or more. */
const SHADES = 8;
const STRONGEST = 0.5;

/** Returns the shade of a loss of accuracy, 0 to 8: none if the interval includes zero, at least 1 if it does not. */
const shadeOf = ({ value, low }: Estimate): number =>
  low > 0 ? Math.max(1, Math.round(SHADES * Math.min(1, value / STRONGEST))) : 0;

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
            html`<tr><th scope="row">${name}</th>${lost.map((one) => html`<td class="shade-${shadeOf(one)}" title="${points(one.low)} to ${points(one.high)}">${points(one.value)}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Formats a difference of accuracy in points. */
const points = (value: number): string => decimal(100 * value, 0);
