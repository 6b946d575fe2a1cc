/** Why a head has no label: which rule of the nearest labels its scores fail. */
import type { FailedRule, HeadReport, MissedLabel } from "../../heads/report/schema.ts";
import { decimal } from "../page/numbers.ts";
import { explain } from "./explain.ts";

/** Sentences on a head without a label; a report of an earlier version does not say which rules failed. */
export function unlabelled({ missed = [], scores }: Pick<HeadReport, "missed" | "scores">): string {
  const [nearest, ...others] = missed.map((label) => missing(label, scores));
  if (nearest === undefined) return "No score fulfills every rule of a label.";
  const rest = others.length ? ` Next: ${others.join("; ")}.` : "";
  return `No score fulfills every rule of a label. Nearest: ${nearest}.${rest}`;
}

function missing({ label, failed }: MissedLabel, scores: HeadReport["scores"]): string {
  const reasons = failed.map((rule) => REASONS[rule.rule](...apart(rule)));
  const threshold = failed.find(({ rule }) => rule === "threshold");
  const [value] = threshold ? apart(threshold) : [decimal(scores[label]?.value)];
  return `${explain(label).title}, ${value} (${reasons.join("; ")})`;
}

/** A number and the one that it needs, in as many digits as tell them apart. */
function apart({ value, needed }: FailedRule): [value: string, needed: string] {
  const digits = [2, 3, 4, 5].find((n) => decimal(value, n) !== decimal(needed, n)) ?? 6;
  return [decimal(value, digits), decimal(needed, digits)];
}

const REASONS: Readonly<Record<FailedRule["rule"], (value: string, needed: string) => string>> = {
  threshold: (_, needed) => `the threshold is ${needed}`,
  control: (_, needed) => `the control reaches ${needed}`,
  chance: (value, needed) => `p = ${value}, over ${needed}`,
  shuffled: (_, needed) => `on shuffled words it is ${needed}`,
  confidence: (value, needed) => `its largest weight in a row is ${value} on average and has to be over ${needed}`,
  halves: (value) => `on one half of the sentences its lead over the best rule is ${value} and has to be above 0`,
};
