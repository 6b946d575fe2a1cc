/** All heads of a model; removed ones are struck out. */
import { html, nothing, type TemplateResult } from "lit";
import { headName } from "../../../src/models/head-names.ts";
import type { SiteInfo } from "../../engine/protocol.ts";

/** Draws a row for each attention; removed heads are also marked for screen readers. */
export function cutGrid(sites: readonly SiteInfo[], gone: ReadonlySet<string>): TemplateResult {
  return html`<div class="scroll"><table class="cut-grid" aria-label="Kept and removed heads">
    <tbody>${sites.filter(({ heads }) => heads > 0).map((site) => row(site, gone))}</tbody>
  </table></div>`;
}

function row({ name, heads }: SiteInfo, gone: ReadonlySet<string>): TemplateResult {
  const names = Array.from({ length: heads }, (_, head) => headName(name, head));
  const left = names.filter((head) => !gone.has(head)).length;
  return html`<tr>
    <th scope="row">${/^\d+$/.test(name) ? `layer ${name}` : name}</th>
    ${names.map((head, k) => cell(head, k, gone.has(head)))}
    <td class="left">${left === heads ? nothing : left === 0 ? "none left" : `${left} left`}</td>
  </tr>`;
}

const cell = (name: string, head: number, gone: boolean): TemplateResult =>
  gone
    ? html`<td class="gone" data-head=${name} title="${name} removed"><s><span class="unseen">${name} removed</span><span aria-hidden="true">${head}</span></s></td>`
    : html`<td class="stays" data-head=${name} title="${name} kept"><span class="unseen">${name} kept</span><span aria-hidden="true">${head}</span></td>`;
