/** Importance by label: counts and medians of a report that includes importance. */

import { scoreBy } from "../../heads/importance/importance-report.ts";
import { METHODS, type Method } from "../../heads/importance/methods.ts";
import type { HeadReport, Label, Report } from "../../heads/report/schema.ts";
import type { Estimate } from "../../stats/bootstrap.ts";
import { countLabels } from "../chart/colors.ts";
import { leading } from "../importance/importance-text.ts";

/** The heads with one label. */
export interface LabelImportance {
  readonly label: Label;
  readonly heads: number;
  /** The number of heads that the task clearly needs (`VERDICTS`); null if exact ablation was not measured. */
  readonly critical: number | null;
  /** The number of other heads: each can be removed alone, at a slight loss or at none that the examples show. */
  readonly removable: number | null;
  /** Median importance by the method that heads are sorted by: exact ablation if measured. */
  readonly importance: number;
  /** Median √JS to the nearest twin; null for a model of one head. */
  readonly twin: number | null;
}

/** The importance methods of a report in their usual order; empty without importance. */
export const importanceMethods = ({ heads }: Report): Method[] => METHODS.filter((method) => heads[0]?.importance?.[method]);

/** The method that a report's heads are sorted by; undefined without importance. */
export function importanceMethod(report: Report): Method | undefined {
  const methods = importanceMethods(report);
  return methods.length > 0 ? leading(methods) : undefined;
}

/** Returns the importance of a head by a measured method. */
export const importanceOf = ({ importance }: HeadReport, by: Method) => scoreBy<Estimate>(importance ?? {}, by);

/** Returns true if exact ablation finds the head critical; undefined if it was not measured. */
export const isCritical = ({ judgement }: HeadReport): boolean | undefined => judgement && judgement.verdict === "critical";

/** Groups the heads of a report by label, most frequent first; empty without importance. */
export function importanceByLabel(report: Report): LabelImportance[] {
  const by = importanceMethod(report);
  if (!by) return [];
  return countLabels(report.heads.map(({ label }) => label)).map(([label]) => {
    const own = report.heads.filter((head) => head.label === label);
    const exact = own.every(({ judgement }) => judgement);
    const critical = own.filter((head) => isCritical(head)).length;
    return {
      ...{ label, heads: own.length },
      ...{ critical: exact ? critical : null, removable: exact ? own.length - critical : null },
      importance: median(own.map((head) => importanceOf(head, by).value))!,
      twin: median(own.flatMap(({ twin }) => (twin ? [twin.distance] : []))),
    };
  });
}

/** Returns the median, or null for no values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
