/** The summary of `prune.json` in a few lines. */

import { type Savings, workSaved } from "../../prune/measure.ts";
import type { PruneRecord, Verdict } from "../../prune/write/record.ts";
import type { Estimate } from "../../stats/bootstrap.ts";
import { compact, count, decimal, percent, plural, significance, significant } from "../../view/page/numbers.ts";
import { DEFAULT_COLUMNS, wrapped } from "../../view/terminal/terminal-table.ts";

const tiny = (x: number): string => (x === 0 ? "0" : x.toExponential(1));
const smaller = (before: number, after: number): string => {
  const share = Math.round((100 * (after - before)) / before);
  return share > 0 ? `+${share}%` : `−${-share}%`;
};
const between = ({ value, low, high }: Estimate): string => `${decimal(value)} (${decimal(low)} to ${decimal(high)})`;

/** Formats a record for the terminal, at most `columns` wide. */
export function summary(record: PruneRecord, columns = DEFAULT_COLUMNS): string {
  const { heads, parameters, check, removed, quality } = record;
  const logits = check.logits === undefined ? "" : `, ${tiny(check.logits)} in logits`;
  const left = check.leftOut ? `; ${plural(check.leftOut, "text")} skipped because the model cannot read them` : "";
  return [
    `Removed ${count(removed.length)} of ${plural(heads.before, "head")}; ${count(heads.after)} left.`,
    ...(record.scores ? [`Heads removed: ${removed.join(", ")}.`] : []),
    ...(record.gates ? [gatesLine(record.gates)] : []),
    `Parameters: ${count(parameters.before)} → ${count(parameters.after)} (${smaller(parameters.before, parameters.after)}).`,
    `The pruned model equals the masked one on ${plural(check.texts, "text")} (${plural(check.tokens, "token")}): the largest difference is ${tiny(check.states)} in hidden states${logits}${left}.`,
    ...(quality ? qualityLines(quality) : []),
    ...(record.bleu ? [bleuLine(record.bleu)] : []),
    ...savingLines(record.savings),
    ...fileLines(record.files),
  ]
    .flatMap((line) => wrapped(line, columns, "", "  "))
    .join("\n");
}

/** Describes the fit of the gates. */
function gatesLine({ lambda, steps, closed, between, kept, rate }: NonNullable<PruneRecord["gates"]>): string {
  const left = Object.entries(kept).map(([site, heads]) => `${site}: ${heads}`);
  return `Gates: λ ${significant(lambda)}, ${plural(steps, "step")}; ${count(closed)} closed by the fit, ${percent(between)} between 0.05 and 0.95${rate === undefined ? "" : `; weights trained with them, learning rate ${significant(rate)}`}. Heads kept by layer: ${left.join(", ")}.`;
}

/** Joins names; of many, lists the first and counts the rest. */
const NAMED = 8;
const named = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(", ") : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;

/** Lists the copied files, and the skipped ones by reason. */
function fileLines({ carried, leftOut }: PruneRecord["files"]): string[] {
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  const because = (reason: string) => named(leftOut.filter(({ why }) => why === reason).map(({ name }) => name));
  return [
    ...(carried.length > 0 ? [`Copied: ${named(carried)}.`] : []),
    ...reasons.map((reason) => `Not copied (${reason}): ${because(reason)}.`),
  ];
}

function qualityLines({ task, notes = [], before, after, recovered }: Verdict): string[] {
  const on = `${count(task.examples)} held-out examples`;
  const lost = ({ quality, loss }: Verdict["after"]) =>
    `${between(quality)}, ${loss.value >= 0 ? "worse" : "better"} by ${decimal(Math.abs(loss.value))} (95% interval ${decimal(loss.low)} to ${decimal(loss.high)})`;
  return [
    `Quality (${task.measure}) on ${on}: ${between(before)} → ${lost(after)}.`,
    ...(recovered ? [`After ${plural(recovered.steps, "step")} of recovery: ${lost(recovered)}.`] : []),
    ...notes.map((note) => `Note: ${note}.`),
  ];
}

const bleuLine = ({ before, after, difference, low, high, p }: NonNullable<PruneRecord["bleu"]>): string =>
  `BLEU (greedy): ${decimal(before, 1)} → ${decimal(after, 1)} (difference ${decimal(difference, 1)}, 95% ${decimal(low, 1)} to ${decimal(high, 1)}, ${significance(p)}).`;

function savingLines(savings: Savings): string[] {
  const { work, timings, memory } = savings;
  const lines = [
    `Multiply-adds of attention on ${plural(work.length, "token")}: ${compact(work.before)} → ${compact(work.after)} (${smaller(work.before, work.after)}).`,
    ...timings.map((timing) => {
      const { batch, length, before, after, attention } = timing;
      const { removed, shown } = workSaved(savings, timing);
      const share =
        removed > 0
          ? `; attention alone ${decimal(attention.before, 1)} → ${decimal(attention.after, 1)}, ${Math.round(100 * shown)}% of the removed work`
          : "";
      return `Time, ${batch} × ${length} tokens: ${decimal(before, 1)} → ${decimal(after, 1)} ms (${smaller(before, after)}${share}).`;
    }),
  ];
  const mib = (bytes: number) => count(Math.round(bytes / 2 ** 20));
  return [
    ...lines,
    ...memory.map(
      ({ batch, before, after }) =>
        `Memory of the process, ${batch} × ${work.length} tokens: ${mib(before)} → ${mib(after)} MiB.`,
    ),
  ];
}
