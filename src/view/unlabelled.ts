/** Why a head has no label: which rule of the nearest labels its scores fail. */
import type { FailedRule, HeadReport, MissedLabel } from "../heads/schema.ts";
import { explain } from "./explain.ts";
import { decimal } from "./numbers.ts";

/** Sentences on a head without a label; a report of an earlier version does not say which rules failed. */
export function unlabelled({ missed = [], scores }: Pick<HeadReport, "missed" | "scores">): string {
  const [nearest, ...others] = missed.map((label) => missing(label, scores));
  if (nearest === undefined) return "No score fulfills every rule of a label.";
  const rest = others.length ? ` Next: ${others.join("; ")}.` : "";
  return `No score fulfills every rule of a label. Nearest: ${nearest}.${rest}`;
}

function missing({ label, failed }: MissedLabel, scores: HeadReport["scores"]): string {
  return `${explain(label).title}, ${decimal(scores[label]?.value)} (${failed.map((rule) => REASONS[rule.rule](rule)).join("; ")})`;
}

type Reason = (rule: FailedRule) => string;

const REASONS: Readonly<Record<FailedRule["rule"], Reason>> = {
  threshold: ({ needed }) => `the threshold is ${decimal(needed)}`,
  control: ({ needed }) => `the best control reaches ${decimal(needed)}`,
  chance: ({ value, needed }) => `p = ${decimal(value)}, over ${decimal(needed)}`,
  shuffled: ({ needed }) => `on shuffled words it is ${decimal(needed)}`,
  confidence: ({ value, needed }) =>
    `its largest weight in a row is ${decimal(value)} on average and has to be over ${decimal(needed)}`,
  "choosing-half": ({ value, needed }) =>
    `on the half of the sentences that chose the relation its lead over the best offset is ${decimal(value)} and has to be ${decimal(needed)}`,
  "held-out-half": ({ value }) =>
    `on the held-out half the 95% interval of its lead over the best offset begins at ${decimal(value)} and has to be above 0`,
};
