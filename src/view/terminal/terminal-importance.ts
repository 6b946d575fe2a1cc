/** Importance of heads by label, for the terminal; and its summary sentences. */

import { CRITICAL_SHARE } from "../../heads/importance/verdicts.ts";
import type { Report } from "../../heads/report/schema.ts";
import { scoreText } from "../importance/importance-text.ts";
import { decimal, percent, plural } from "../page/numbers.ts";
import {
  importanceByLabel,
  importanceMethod,
  isCritical,
  type LabelImportance,
  median,
} from "../report/importance-by-label.ts";
import { columnTable, wrapped } from "./terminal-table.ts";

/** Summarizes the importance of a report's heads; empty without importance. */
export function importanceFindings(report: Report): string[] {
  const { task, heads } = report;
  const by = importanceMethod(report);
  if (!task || !by) return [];
  if (task.ablation === undefined)
    return [`Importance for ${task.name} by ${by}; without exact ablation no head is called removable.`];
  const critical = heads.filter((head) => isCritical(head)).length;
  const left = heads.length - critical;
  return [
    `${critical} of ${plural(heads.length, "head")} ${critical === 1 ? "is" : "are"} critical for ${task.name}: removing one hurts the task on both halves of the examples (corrected over all heads) by ${percent(CRITICAL_SHARE, 1)} or more of the loss without all heads. ` +
      `${left === 0 ? "There are no others" : left === 1 ? "The other one costs less, or nothing measurable: it is removable alone" : `The other ${left} cost less, or nothing measurable: each is removable alone`}.`,
    `${importanceByLabel(report).slice(0, 3).map(labelFinding).join("; ")}.`,
    ...twinFinding(report),
  ];
}

/** Formats a count such as "11 previous-token heads, 9 removable". */
const labelFinding = ({ label, heads, removable }: LabelImportance): string =>
  `${heads} ${label} ${heads === 1 ? "head" : "heads"}, ${removable || "none"} removable`;

/** Compares the twin distances of removable and critical heads. */
function twinFinding({ heads }: Report): string[] {
  const distance = (critical: boolean) =>
    median(heads.flatMap((head) => (head.twin && isCritical(head) === critical ? [head.twin.distance] : [])));
  const [removable, critical] = [distance(false), distance(true)];
  if (removable === null || critical === null) return [];
  return [`Median √JS to the nearest twin: ${decimal(removable)} for removable heads, ${decimal(critical)} for critical ones.`];
}

/** Returns the findings and a table by label, at most `columns` wide if words allow it. */
export function importanceLines(report: Report, columns: number): string[] {
  const by = importanceMethod(report);
  if (!by) return [];
  const rows = importanceByLabel(report).map(({ label, heads, critical, removable, importance, twin }) => [
    ...[label, `${heads}`, `${critical ?? "–"}`, `${removable ?? "–"}`, scoreText(importance), decimal(twin)],
  ]);
  return [
    ...importanceFindings(report).flatMap((text) => wrapped(text, columns, "  ")),
    ...columnTable(["label", "heads", "critical", "removable", `median ${by}`, "twin √JS"], rows, { left: 1, columns }),
  ];
}

/** Returns a title such as "Importance for next-token (nats per token, zero ablation)". */
export const importanceTitle = ({ task }: Report): string =>
  task
    ? `Importance for ${task.name} (${[task.measure, ...(task.ablation ? [`${task.ablation} ablation`] : [])].join(", ")})`
    : "";
