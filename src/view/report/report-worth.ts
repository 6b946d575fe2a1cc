/** The report's part on worth: what heads do beside what they are worth to a task, by label and head by head. */

import type { HeadReport, Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { type Dot, dotStrip, type Scale, worthAxis, worthScale } from "../chart/worth-chart.ts";
import { METHOD_MEANINGS, scoreText } from "../importance/importance-text.ts";
import { decimal } from "../page/numbers.ts";
import { element, escaped } from "../page/xml.ts";
import { worthFindings } from "../terminal/terminal-worth.ts";
import { headLink, labelTag } from "./report-overview.ts";
import { cellOf, tableOf } from "./report-tables.ts";
import { type LabelWorth, worthByLabel, worthMethod, worthMethods, worthOf } from "./worth.ts";

/** Whether a report has been joined with importance. */
export const hasWorth = (report: Report): boolean => report.task !== undefined && worthMethod(report) !== undefined;

/** What stands under the title. */
export function worthIntro({ task }: Report): string {
  const { name, measure, corpus, ablation } = task!;
  const on = `${name} on ${corpus.id}`;
  if (!ablation)
    return escaped(`What each head is worth to ${on}, estimated; see Measures. A dot is a head with its 95% interval.`);
  return escaped(
    `How much worse ${on} gets without a head (${measure}; ${ablation} ablation). A dot is a head with its 95% interval: filled ` +
      "where the head is critical (worse without it, corrected over all heads, on both halves of the examples, by 0.5% or more of " +
      "what all heads are worth), hollow where it is not (removable), orange where the task gets better without. Square-root scale. By label, worth and √JS to the nearest twin are medians.",
  );
}

/** Findings, the table by label and the table of heads. */
export function worthContent(report: Report): string[] {
  const at = worthScale(report.heads.map((head) => worthOf(head, worthMethod(report)!)));
  return [
    ...worthFindings(report).map((text) => element("p", { class: "finding" }, escaped(text))),
    labelTable(report, at),
    element("h3", {}, "Heads by worth"),
    headTable(report, at),
  ];
}

function labelTable(report: Report, at: Scale): string {
  const rows = worthByLabel(report).map((row) => {
    const own = report.heads.filter(({ label }) => label === row.label).map((head) => dotOf(report, head));
    return [...labelCells(row), cellOf(dotStrip(own, at), { class: "graph" })];
  });
  const head = ["label", "heads", "critical", "removable", "median", "√JS to twin", worthAxis(at)];
  return tableOf("What heads with each label are worth", head, rows, "by-label");
}

const labelCells = ({ label, heads, critical, removable, worth, twin }: LabelWorth): string[] => [
  element("th", { scope: "row" }, labelTag(label)),
  cellOf(`${heads}`),
  cellOf(`${critical ?? "–"}`),
  cellOf(`${removable ?? "–"}`),
  cellOf(scoreText(worth)),
  cellOf(decimal(twin), { class: "dim" }),
];

/** More rows than this get a window of their own. */
const ROWS = 40;

function headTable(report: Report, at: Scale): string {
  const by = worthMethod(report)!;
  const sorted = [...report.heads].sort((a, b) => worthOf(b, by).value - worthOf(a, by).value);
  const rows = sorted.map((head) => headRow(report, head, at));
  const columns = ["head", "label", "", by, "95%", "twin", "√JS", worthAxis(at)];
  const table = tableOf("Heads by worth", columns, rows, "by-worth");
  return rows.length > ROWS ? table.replace('class="scroll"', 'class="scroll window" tabindex="0"') : table;
}

function headRow(report: Report, head: HeadReport, at: Scale): string[] {
  const { layer, label, twin } = head;
  const worth = worthOf(head, worthMethod(report)!);
  return [
    element("th", { scope: "row" }, headLink(layer, head.head)),
    cellOf(labelTag(label), { class: "word" }),
    cellOf(verdictOf(head), { class: "word" }),
    cellOf(scoreText(worth.value)),
    cellOf(`${scoreText(worth.low)} to ${scoreText(worth.high)}`, { class: "dim" }),
    cellOf(twin ? headLink(twin.layer, twin.head) : "–"),
    cellOf(decimal(twin?.distance), { class: "dim" }),
    cellOf(dotStrip([dotOf(report, head)], at, 20), { class: "graph" }),
  ];
}

/** What a table says: a head that is not critical, nor better gone, is removable. */
const verdictOf = ({ judgement }: HeadReport): string => {
  if (!judgement) return "";
  return judgement.verdict === "none shown" || judgement.verdict === "slight" ? "removable" : judgement.verdict;
};

function dotOf(report: Report, head: HeadReport): Dot {
  const look = head.judgement ? verdictOf(head).replace(" ", "-") : "estimated";
  return { name: `${headName(head.layer, head.head)} ${head.label}`, worth: worthOf(head, worthMethod(report)!), look };
}

/** What each method says of one head; nothing where the report has no importance. */
export function importanceTable(report: Report, head: HeadReport): string {
  if (!hasWorth(report)) return "";
  const rows = worthMethods(report).map((method) => {
    const { value, low, high } = worthOf(head, method);
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
  return tableOf(name, [escaped(`worth to ${report.task!.name}`), "value", "95%", ""], rows, "scores importance");
}

/** What each method that was measured means, for the list of measures. */
export const methodMeasures = (report: Report): string[] =>
  worthMethods(report).map((method) =>
    element(
      "div",
      {},
      element("dt", { id: methodAnchor(method) }, `worth by ${method}`),
      element("dd", {}, escaped(METHOD_MEANINGS[method])),
    ),
  );

const methodAnchor = (method: string): string => `worth-${method}`;
