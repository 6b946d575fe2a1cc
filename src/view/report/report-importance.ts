/** The report's section on importance: the roles of heads next to their importance for a task, by label and by head. */

import type { HeadReport, Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { type Dot, dotStrip, importanceAxis, importanceScale } from "../chart/importance-strip.ts";
import type { Scale } from "../chart/scale.ts";
import { METHOD_MEANINGS, scoreText } from "../importance/importance-text.ts";
import { decimal } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";
import { importanceFindings } from "../terminal/terminal-importance.ts";
import {
  importanceByLabel,
  importanceMethod,
  importanceMethods,
  importanceOf,
  type LabelImportance,
} from "./importance-by-label.ts";
import { headLink, labelTag } from "./report-overview.ts";
import { cellOf, tableOf } from "./report-tables.ts";

/** Returns true if a report includes importance. */
export const hasImportance = (report: Report): boolean => report.task !== undefined && importanceMethod(report) !== undefined;

/** Returns the text under the section's title. */
export function importanceIntro({ task }: Report): string {
  const { name, measure, corpus, ablation } = task!;
  const on = `${name} on ${corpus.id}`;
  if (!ablation)
    return escaped(`Estimated importance of each head for ${on}; see Measures. A dot is a head with its 95% interval.`);
  return escaped(
    `Loss of quality on ${on} when a head is removed (${measure}; ${ablation} ablation). A dot is a head with its 95% interval: filled ` +
      "if the head is critical (worse without it, corrected over all heads, on both halves of the examples, by 0.5% or more of " +
      "the loss without all heads), hollow if it is not (removable), orange if the task improves without it. Square-root scale. By label, importance and √JS to the nearest twin are medians.",
  );
}

/** Returns the findings, the table by label and the table of heads. */
export function importanceContent(report: Report): string[] {
  const at = importanceScale(report.heads.map((head) => importanceOf(head, importanceMethod(report)!)));
  return [
    ...importanceFindings(report).map((text) => element("p", { class: "finding" }, escaped(text))),
    labelTable(report, at),
    element("h3", {}, "Heads by importance"),
    headTable(report, at),
  ];
}

function labelTable(report: Report, at: Scale): string {
  const rows = importanceByLabel(report).map((row) => {
    const own = report.heads.filter(({ label }) => label === row.label).map((head) => dotOf(report, head));
    return [...labelCells(row), cellOf(dotStrip(own, at), { class: "graph" })];
  });
  const head = ["label", "heads", "critical", "removable", "median", "√JS to twin", importanceAxis(at)];
  return tableOf("Importance of heads by label", head, rows, "by-label");
}

const labelCells = ({ label, heads, critical, removable, importance, twin }: LabelImportance): string[] => [
  element("th", { scope: "row" }, labelTag(label)),
  cellOf(`${heads}`),
  cellOf(`${critical ?? "–"}`),
  cellOf(`${removable ?? "–"}`),
  cellOf(scoreText(importance)),
  cellOf(decimal(twin), { class: "dim" }),
];

/** Returns true if any head has a role by causal gating. */
const hasRoles = ({ heads }: Report): boolean => heads.some(({ role }) => role !== undefined);

/** A table with more rows than this scrolls in its own window. */
const ROWS = 40;

function headTable(report: Report, at: Scale): string {
  const by = importanceMethod(report)!;
  const sorted = [...report.heads].sort((a, b) => importanceOf(b, by).value - importanceOf(a, by).value);
  const rows = sorted.map((head) => headRow(report, head, at));
  const gated = hasRoles(report);
  const columns = ["head", "label", "", by, "95%", ...(gated ? ["gating"] : []), "twin", "√JS", importanceAxis(at)];
  const table = tableOf("Heads by importance", columns, rows, "by-importance");
  return rows.length > ROWS ? table.replace('class="scroll"', 'class="scroll window"') : table;
}

function headRow(report: Report, head: HeadReport, at: Scale): string[] {
  const { layer, label, twin } = head;
  const importance = importanceOf(head, importanceMethod(report)!);
  return [
    element("th", { scope: "row" }, headLink(layer, head.head)),
    cellOf(labelTag(label), { class: "word" }),
    cellOf(verdictOf(head), { class: "word" }),
    cellOf(scoreText(importance.value)),
    cellOf(`${scoreText(importance.low)} to ${scoreText(importance.high)}`, { class: "dim" }),
    ...(hasRoles(report)
      ? [cellOf(head.role ? `${head.role.role} (${decimal(head.role.agreement)})` : "–", { class: "word" })]
      : []),
    cellOf(twin ? headLink(twin.layer, twin.head) : "–"),
    cellOf(decimal(twin?.distance), { class: "dim" }),
    cellOf(dotStrip([dotOf(report, head)], at, 20), { class: "graph" }),
  ];
}

/** Returns the verdict shown in tables: a head that is neither critical nor better removed is removable. */
const verdictOf = ({ judgement }: HeadReport): string => {
  if (!judgement) return "";
  return judgement.verdict === "none shown" || judgement.verdict === "slight" ? "removable" : judgement.verdict;
};

function dotOf(report: Report, head: HeadReport): Dot {
  const look = head.judgement ? verdictOf(head).replace(" ", "-") : "estimated";
  return {
    name: `${headName(head.layer, head.head)} ${head.label}`,
    importance: importanceOf(head, importanceMethod(report)!),
    look,
  };
}

/** Returns the scores of one head by method; "" if the report has no importance. */
export function importanceTable(report: Report, head: HeadReport): string {
  if (!hasImportance(report)) return "";
  const rows = importanceMethods(report).map((method) => {
    const { value, low, high } = importanceOf(head, method);
    const verdict = method === "ablation" ? verdictOf(head) : "";
    const link = element("a", { href: `#${methodAnchor(method)}`, class: "quiet" }, method);
    const range = `${scoreText(low)} to ${scoreText(high)}`;
    const look = { class: verdict === "critical" ? "given" : "" };
    return [
      element("th", { scope: "row" }, link),
      ...[cellOf(scoreText(value), look), cellOf(range, { class: "dim" }), cellOf(verdict, { class: "word" })],
    ];
  });
  const name = `Importance of head ${headName(head.layer, head.head)} to ${report.task!.name}`;
  return tableOf(name, [escaped(`importance for ${report.task!.name}`), "value", "95%", ""], rows, "scores importance");
}

/** Returns the definitions of the measured methods, for the list of measures. */
export const methodMeasures = (report: Report): string[] =>
  importanceMethods(report).map((method) =>
    element(
      "div",
      {},
      element("dt", { id: methodAnchor(method) }, `importance by ${method}`),
      element("dd", {}, escaped(METHOD_MEANINGS[method])),
    ),
  );

const methodAnchor = (method: string): string => `importance-${method}`;
