/** What heads are worth to a task, by label, for the terminal; and the sentences that say it. */

import { CRITICAL_SHARE } from "../../heads/importance/verdicts.ts";
import type { Report } from "../../heads/report/schema.ts";
import { percent, scoreText } from "../importance/importance-text.ts";
import { decimal, plural } from "../page/numbers.ts";
import { isCritical, type LabelWorth, median, worthByLabel, worthMethod } from "../report/worth.ts";
import { columnTable, wrapped } from "./terminal-table.ts";

/** In sentences, what the heads of a report are worth; none where it has no importance. */
export function worthFindings(report: Report): string[] {
  const { task, heads } = report;
  const by = worthMethod(report);
  if (!task || !by) return [];
  if (task.ablation === undefined)
    return [`Importance to ${task.name} by ${by}; without exact ablation nothing is said to be removable.`];
  const critical = heads.filter((head) => isCritical(head)).length;
  const left = heads.length - critical;
  return [
    `${critical} of ${plural(heads.length, "head")} ${critical === 1 ? "is" : "are"} critical to ${task.name}: without one, it gets worse on both halves, corrected over all heads, by ${percent(CRITICAL_SHARE)} or more of what all heads are worth. ` +
      `${left === 0 ? "No other is left" : `The other ${left} cost less than that, or nothing that shows: each is removable alone`}.`,
    `${worthByLabel(report).slice(0, 3).map(labelFinding).join("; ")}.`,
    ...twinFinding(report),
  ];
}

/** "11 previous-token heads, 9 removable" */
const labelFinding = ({ label, heads, removable }: LabelWorth): string =>
  `${heads} ${label} ${heads === 1 ? "head" : "heads"}, ${removable || "none"} removable`;

/** Whether heads that can go have others like them. */
function twinFinding({ heads }: Report): string[] {
  const distance = (critical: boolean) =>
    median(heads.flatMap((head) => (head.twin && isCritical(head) === critical ? [head.twin.distance] : [])));
  const [removable, critical] = [distance(false), distance(true)];
  if (removable === null || critical === null) return [];
  return [`Median √JS to the nearest twin: ${decimal(removable)} of removable heads, ${decimal(critical)} of critical ones.`];
}

/** The findings and a table by label, at most `columns` wide where words allow it. */
export function worthLines(report: Report, columns: number): string[] {
  const by = worthMethod(report);
  if (!by) return [];
  const rows = worthByLabel(report).map(({ label, heads, critical, removable, worth, twin }) => [
    ...[label, `${heads}`, `${critical ?? "–"}`, `${removable ?? "–"}`, scoreText(worth), decimal(twin)],
  ]);
  return [
    ...worthFindings(report).flatMap((text) => wrapped(text, columns, "  ")),
    ...columnTable(["label", "heads", "critical", "removable", `median ${by}`, "twin √JS"], rows, 1),
  ];
}

/** "Worth to next-token (nats a token, zero ablation)" */
export const worthTitle = ({ task }: Report): string =>
  task ? `Worth to ${task.name} (${[task.measure, ...(task.ablation ? [`${task.ablation} ablation`] : [])].join(", ")})` : "";
