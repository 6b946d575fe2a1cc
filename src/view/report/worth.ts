/** What heads with a label are worth to a task: counts and medians of a report that was joined with importance. */
import { METHODS, type Method } from "../../heads/importance/methods.ts";
import type { HeadReport, Label, Report } from "../../heads/report/schema.ts";
import { countLabels } from "../chart/colors.ts";
import { leading } from "../importance/importance-text.ts";

/** Heads with one label. */
export interface LabelWorth {
  readonly label: Label;
  readonly heads: number;
  /** Heads that the task is clearly worse without (`VERDICTS`); null where exact ablation was not measured. */
  readonly critical: number | null;
  /** The other heads: each can go alone, at a slight cost or at none that the examples show. */
  readonly removable: number | null;
  /** Of the method that heads are sorted by: exact ablation, where it was measured. */
  readonly worth: number;
  /** Median √JS to the nearest twin; null for a model of one head. */
  readonly twin: number | null;
}

/** Methods of a report's importance in their usual order, none where it has no importance. */
export const worthMethods = ({ heads }: Report): Method[] => METHODS.filter((method) => heads[0]?.importance?.[method]);

/** The method that a report's heads are sorted by; undefined where it has no importance. */
export function worthMethod(report: Report): Method | undefined {
  const methods = worthMethods(report);
  return methods.length > 0 ? leading(methods) : undefined;
}

/** What a head is worth, by a method that was measured. */
export const worthOf = ({ importance }: HeadReport, by: Method) => importance![by]!;

/** Whether exact ablation calls the head critical; undefined where that was not measured. */
export const isCritical = ({ judgement }: HeadReport): boolean | undefined => judgement && judgement.verdict === "critical";

/** The heads of a report by label, most frequent first; none where the report has no importance. */
export function worthByLabel(report: Report): LabelWorth[] {
  const by = worthMethod(report);
  if (!by) return [];
  return countLabels(report.heads.map(({ label }) => label)).map(([label]) => {
    const own = report.heads.filter((head) => head.label === label);
    const exact = own.every(({ judgement }) => judgement);
    const critical = own.filter((head) => isCritical(head)).length;
    return {
      ...{ label, heads: own.length },
      ...{ critical: exact ? critical : null, removable: exact ? own.length - critical : null },
      worth: median(own.map((head) => worthOf(head, by).value))!,
      twin: median(own.flatMap(({ twin }) => (twin ? [twin.distance] : []))),
    };
  });
}

/** Null of no values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
