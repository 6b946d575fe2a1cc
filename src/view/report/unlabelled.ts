/** The reason why a head has no label: the failed rules of the nearest labels. */
import type { FailedRule, HeadReport, MissedLabel } from "../../heads/report/schema.ts";
import { decimal } from "../page/numbers.ts";
import { explanationOf } from "./explain.ts";

/** Explains a missing label; a report of an earlier version does not record the failed rules. */
export function unlabelled({ missed = [], scores }: Pick<HeadReport, "missed" | "scores">): string {
  const [nearest, ...others] = missed.map((label) => missing(label, scores));
  if (nearest === undefined) return "No score satisfies all rules of a label.";
  const rest = others.length ? ` Next: ${others.join("; ")}.` : "";
  return `No score satisfies all rules of a label. Nearest: ${nearest}.${rest}`;
}

/** Returns the nearest label of a head without one, its value and the failed rules; undefined for other heads and older reports. */
export function nearestMissed({ missed = [], scores }: Pick<HeadReport, "missed" | "scores">): string | undefined {
  return missed[0] && missing(missed[0], scores);
}

function missing({ label, failed }: MissedLabel, scores: HeadReport["scores"]): string {
  const reasons = failed.map((rule) => REASONS[rule.rule](...apart(rule)));
  const threshold = failed.find(({ rule }) => rule === "threshold");
  const [value] = threshold ? apart(threshold) : [decimal(scores[label]?.value)];
  return `${explanationOf(label).title}, ${value} (${reasons.join("; ")})`;
}

/** Formats a value and its threshold with enough digits to distinguish them. */
function apart({ value, needed }: FailedRule): [value: string, needed: string] {
  const digits = [2, 3, 4, 5].find((n) => decimal(value, n) !== decimal(needed, n)) ?? 6;
  return [decimal(value, digits), decimal(needed, digits)];
}

const REASONS: Readonly<Record<FailedRule["rule"], (value: string, needed: string) => string>> = {
  threshold: (_, needed) => `the threshold is ${needed}`,
  control: (_, needed) => `the control reaches ${needed}`,
  chance: (value, needed) => `p = ${value}, over ${needed}`,
  shuffled: (_, needed) => `on shuffled words it is ${needed}`,
  confidence: (value, needed) => `its largest weight in a row is ${value} on average and must exceed ${needed}`,
  halves: (value) => `on one half of the sentences its lead over the best rule is ${value} and must exceed 0`,
};
