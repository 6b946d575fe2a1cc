/** The results of a sweep in sentences: the best setting of each measure, with its uncertainty. */
import type { BestSetting, SweepResults } from "../../sweep/results.ts";
import { decimal, percent, plural, significance } from "../page/numbers.ts";

type Setting = Readonly<Record<string, string>>;

/** Names a setting by the axes that have more than one value: `model.heads=4, size=small`. */
export const settingName = (setting: Setting): string => {
  const parts = Object.entries(setting).map(([axis, name]) => `${axis.split(".").at(-1)}=${name}`);
  return parts.length === 0 ? "all" : parts.join(", ");
};

const spanOf = ({ low, high }: { readonly low?: number; readonly high?: number }, digits: number): string =>
  low === undefined || high === undefined ? "" : ` [${decimal(low, digits)}, ${decimal(high, digits)}]`;

/** Returns a paragraph on the best setting of a measure: how sure it is, and which others are not significantly worse. */
export function bestWords({ measures, seeds }: SweepResults, best: BestSetting): string {
  const { title, unit, digits } = measures.find(({ name }) => name === best.measure)!;
  const { mean, others, share, least, test } = best;
  const close = others.filter(({ corrected }) => corrected > 0.05);
  const lead = `${title}: ${settingName(best.setting)} has the best mean, ${decimal(mean.mean, digits)}${spanOf(mean, digits)} ${unit} over ${plural(seeds.length, "seed")}`;
  if (seeds.length === 1) return `${lead}. One seed tells nothing about the differences between seeds.`;
  const sure = `; it is the best in ${percent(share)} of resamples of the seeds`;
  if (least > 0.05)
    return `${lead}${sure}. With ${plural(seeds.length, "seed")} the smallest p of the test (${test}) is ${decimal(least, 3)}, so no difference can be significant.`;
  if (close.length === 0) return `${lead}${sure}, and significantly better than every other setting (${test}, Holm).`;
  const [next] = close as [(typeof close)[number]];
  const example = `${settingName(next.setting)} differs by ${decimal(next.difference.mean, digits)}${spanOf(next.difference, digits)}, corrected ${significance(next.corrected)}`;
  return `${lead}${sure}. ${plural(close.length, "other setting")} of ${others.length} ${close.length === 1 ? "is" : "are"} not significantly worse (${test}, Holm): ${example}.`;
}

/** Counts the models of a sweep by state, in words. */
export function statesWords({ rows }: SweepResults): string {
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const parts = [
    `${count("done")} of ${plural(rows.length, "model")} done`,
    ...(count("failed") > 0 ? [`${count("failed")} failed`] : []),
    ...(count("missing") > 0 ? [`${count("missing")} not finished`] : []),
  ];
  return `${parts.join(", ")}.`;
}
