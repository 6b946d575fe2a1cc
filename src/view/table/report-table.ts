/** The scores of a report as a table: a row for each head and measure. */
import type { HeadReport, Report } from "../../heads/report/schema.ts";
import { headName } from "../../models/head-names.ts";
import { caseOf } from "../report/explain.ts";
import { type Table, tableOf } from "./table.ts";

const COLUMNS = {
  name: "text",
  layer: "integer",
  head: "integer",
  measure: "text",
  value: "number",
  low: "number",
  high: "number",
  p: "number",
  control: "number",
  n: "integer",
  shuffled: "number",
  norm: "number",
  again: "number",
  label: "text",
  assigned: "boolean",
  assigned_second: "boolean",
  verdict: "text",
  best_case: "text",
} as const;

/** Builds the table of a report. Importance, if the report has it, adds the
 * measures `importance:METHOD`; features add `adaptive:MEASURE`. */
export const reportTable = (report: Report): Table =>
  tableOf(
    COLUMNS,
    report.heads.flatMap((head, k) => [
      ...scoreRows(head, report.also?.heads[k]?.labels),
      ...Object.entries(head.adaptive ?? {}).map(([name, value]) => ({ ...placeOf(head), measure: `adaptive:${name}`, value })),
      ...importanceRows(head, report.task?.examples),
    ]),
  );

const placeOf = ({ layer, head, label }: HeadReport) => ({ name: headName(layer, head), layer, head, label });

function scoreRows(head: HeadReport, second: readonly string[] | undefined) {
  return Object.entries(head.scores).map(([measure, score]) => {
    const { value, low, high, p, control, n, shuffled, norm, again } = score;
    return {
      ...{ ...placeOf(head), measure, value, low, high, p, control, n, shuffled, norm, again, best_case: caseOf(score) },
      assigned: isAmong(measure, [...head.labels, ...head.manners]),
      assigned_second: second && isAmong(measure, second),
    };
  });
}

function importanceRows(head: HeadReport, n: number | undefined) {
  return Object.entries(head.importance ?? {}).map(([method, { value, low, high }]) => {
    const judgement = method === "ablation" ? head.judgement : undefined;
    const { p, verdict } = judgement ?? {};
    return { ...placeOf(head), measure: `importance:${method}`, value, low, high, p, n, verdict };
  });
}

const isAmong = (measure: string, names: readonly string[]): boolean => names.includes(measure);
