/** The table of heads: sorted by any column, filtered by label. */

import { html, nothing, type TemplateResult } from "lit";
import type { HeadReport, Report } from "../../../src/heads/report/schema.ts";
import { headName } from "../../../src/models/head-names.ts";
import { shownAs } from "../../../src/view/chart/colors.ts";
import { decimal, probability } from "../../../src/view/page/numbers.ts";
import { explanationOf } from "../../../src/view/report/explain.ts";
import { nearestMissed } from "../../../src/view/report/unlabelled.ts";
import type { ImportanceByHead } from "../../engine/reporting.ts";
import type { Lab } from "../../lab.ts";
import { deeper } from "../deeper.ts";

interface Row {
  readonly name: string;
  readonly head: HeadReport;
  /** The score behind the label or the manner; without either, that of the nearest label. */
  readonly score: string;
  readonly importance?: { readonly value: number; readonly low: number; readonly high: number };
}

const TEXT: ReadonlySet<string> = new Set(["head", "label", "manner"]);

/** The sort key of each column; larger first. */
const COLUMNS: readonly (readonly [key: string, name: string, value: (row: Row) => number | string])[] = [
  ["head", "head", ({ head }) => -(1000 * head.layer + head.head)],
  ["label", "label", ({ head }) => head.label],
  ["manner", "manner", ({ head }) => head.manners.join() || "–"],
  ["score", "score", ({ head, score }) => head.scores[score]?.value ?? 0],
  ["control", "control", ({ head, score }) => head.scores[score]?.control ?? 0],
  ["p", "p", ({ head, score }) => -(head.scores[score]?.p ?? 1)],
  ["twin", "nearest twin", ({ head }) => -(head.twin?.distance ?? 9)],
];
const IMPORTANCE = ["worth", "importance, nats per token", ({ importance }: Row) => importance?.value ?? 0] as const;

export function headTable(report: Report, importance: ImportanceByHead | undefined, lab: Lab): TemplateResult {
  const { labels } = lab.state;
  const columns = importance ? [...COLUMNS, IMPORTANCE] : COLUMNS;
  const rows = report.heads
    .filter((head) => labels.length === 0 || head.labels.some((label) => labels.includes(label)))
    .map((head): Row => {
      const name = headName(head.layer, head.head);
      return { name, head, score: scoreOf(head), importance: importance?.heads[name] };
    });
  const [by, up] = sortOf(lab.state.sort);
  const value = columns.find(([key]) => key === by)?.[2] ?? COLUMNS[0]![2];
  rows.sort((a, b) => (up ? -1 : 1) * compared(value(b), value(a)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Heads">
    <table class="heads">
      <thead>
        <tr>
          ${columns.map(([key, name]) => header(key, name, lab))}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => bodyRow(row, importance !== undefined, lab))}
      </tbody>
    </table>
  </div>`;
}

const compared = (a: number | string, b: number | string): number =>
  typeof a === "string" ? (b as string).localeCompare(a) : a - (b as number);

/** Parses the sort order; `-score` reverses it. */
const sortOf = (sort: string): readonly [by: string, up: boolean] =>
  sort.startsWith("-") ? [sort.slice(1), true] : [sort || "head", false];

function header(key: string, name: string, lab: Lab): TemplateResult {
  const [by, up] = sortOf(lab.state.sort);
  const here = by === key;
  const next = here && !up ? `-${key}` : key;
  const sorted = here ? (up ? "ascending" : "descending") : "none";
  const look = TEXT.has(key) ? "text" : "";
  return html`<th scope="col" class=${look} aria-sort=${sorted}>
    <button type="button" @click=${() => lab.set({ sort: next })}>${name}${here ? (up ? " ↑" : " ↓") : ""}</button>
  </th>`;
}

function bodyRow({ name, head, score, importance }: Row, weighed: boolean, lab: Lab): TemplateResult {
  const found = head.scores[score];
  const missed = nearestMissed(head);
  return html`<tr data-head=${name}>
    <th scope="row">${deeper(lab, { page: "look", heads: [name] }, name)}</th>
    <td class="text">${head.labels.map((label) => html`<span class="code l-${label}">${label}</span> `)}${missed === undefined ? nothing : html`<p class="reason dim">Nearest: ${missed}.</p>`}</td>
    <td class="text dim">${head.manners.join(", ") || "–"}</td>
    <td>${found ? decimal(found.value) : nothing} <span class="dim">${explanationOf(score).title}</span></td>
    <td class="dim">${found?.control == null ? "–" : decimal(found.control)}</td>
    <td class="dim">${found?.p == null ? "–" : probability(found.p)}</td>
    <td>${head.twin ? html`${headName(head.twin.layer, head.twin.head)} <span class="dim">${decimal(head.twin.distance)}</span>` : "–"}</td>
    ${weighed ? html`<td>${importance ? html`${decimal(importance.value, 3)} <span class="dim">${decimal(importance.low, 3)} to ${decimal(importance.high, 3)}</span>` : "–"}</td>` : nothing}
  </tr>`;
}

/**
 * Returns the score behind a label or manner; for a head without either, that of the nearest label; `delimiter` is the best of
 * three.
 */
function scoreOf(head: HeadReport): string {
  const { scores } = head;
  const shown = shownAs(head);
  const label = shown === "unclassified" ? (head.missed?.[0]?.label ?? shown) : shown;
  const own = Object.keys(scores).filter((name) => name === label || name.startsWith(`${label}:`));
  const shares =
    own.length > 0 ? own : Object.keys(scores).filter((name) => explanationOf(name).unit === "share" && name !== "broad");
  return shares.reduce((best, name) => (scores[name]!.value > scores[best]!.value ? name : best), shares[0] ?? "broad");
}
