/** What each head's removal costs each relation: a table whose cells are as dark as the cost. */
import { html, type TemplateResult } from "lit";
import { RELATIONS } from "../../../src/corpus/world/target.ts";
import { decimal } from "../../../src/view/page/numbers.ts";
import type { Measured } from "../../engine/training-plan.ts";
import { RELATION_WORDS } from "./relations.ts";

/** Cells have this many shades above none; the darkest is a cost of half of all targets or more. */
const SHADES = 8;
const DARKEST = 0.5;

/** The shade of a cost in accuracy, 0 to 8. */
const shadeOf = (lost: number): number => Math.round(SHADES * Math.min(1, Math.max(0, lost) / DARKEST));

/** Heads × relations of one model. */
export function costTable({ heads, costs }: Measured, kind: "one" | "many"): TemplateResult {
  const name = heads === 1 ? "One head a layer" : `${heads} heads a layer`;
  return html`<div class="costs ${kind}" role="region" tabindex="0" aria-label="What each head is worth: ${name}">
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

/** A difference in accuracy in points. */
const points = (value: number): string => decimal(100 * value, 0);
