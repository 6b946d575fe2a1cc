/** Importance as a table of characters. */
import type { Estimate } from "../heads/bootstrap.ts";
import type { ImportanceReport } from "../heads/importance-report.ts";
import { METHODS, type Method } from "../heads/methods.ts";
import { decimal, plural } from "./numbers.ts";

/** What each method says of a head, in one sentence. */
export const METHOD_MEANINGS: Readonly<Record<Method, string>> = {
  michel: "Mean size of the loss’s gradient by the head’s gate, example by example (Michel et al. 2019).",
  "michel-normalized": "The same over the norm of its layer, as the paper ranks heads.",
  taylor: "First-order estimate of how much the loss grows without the head.",
  confidence: "Mean largest weight of a row, the last key left out (Voita et al. 2019).",
  ablation: "How much worse the task gets without the head, measured.",
};

/** Methods that were measured, in their usual order. */
export const measured = ({ heads }: Pick<ImportanceReport, "heads">): Method[] =>
  METHODS.filter((method) => heads[0]?.scores[method] !== undefined);

/** The method that heads are sorted by: exact ablation, where it was measured. */
export const leading = (methods: readonly Method[]): Method => (methods.includes("ablation") ? "ablation" : methods[0]!);

/** What a head's interval of exact ablation says. */
export type Verdict = "critical" | "better without" | "";

/** `critical` where removing the head hurts beyond the interval, `better without` where it helps beyond it. */
export const verdictOf = (exact: Estimate | undefined): Verdict =>
  !exact ? "" : exact.low > 0 ? "critical" : exact.high < 0 ? "better without" : "";

/** Three digits that tell: scores differ by orders of magnitude from task to task. */
export function scoreText(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return decimal(value, digits);
}

/** What is told above the table: quality, verdicts, stability and agreement. */
export function findings(report: ImportanceReport): string[] {
  const { quality, task, heads, stability, agreement, ablation } = report;
  const methods = measured(report);
  const count = (verdict: Verdict) => heads.filter(({ scores }) => verdictOf(scores.ablation) === verdict).length;
  const rho = (values: Readonly<Partial<Record<Method, number>>>) =>
    methods.flatMap((method) => (values[method] === undefined ? [] : [`${method} ${decimal(values[method])}`])).join(", ");
  return [
    `${task.measure}: ${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)}) on ${plural(task.examples, "example")}.`,
    ...(methods.includes("ablation")
      ? [
          `Without it (${ablation}), the task is worse beyond the interval for ${plural(count("critical"), "head")}, better beyond it for ${count("better without")}; the other ${count("")} cannot be told apart from nothing.`,
        ]
      : []),
    `Stability, ρ between halves of the examples: ${rho(stability)}.`,
    ...(Object.keys(agreement).length > 0 ? [`Agreement with exact ablation, ρ: ${rho(agreement)}.`] : []),
    ...(report.notes ?? []).map((note) => `Note: ${note}.`),
  ];
}

const ROWS = 12;

/** The heads that matter most and least, with what every method says. */
export function importanceText(report: ImportanceReport): string {
  const methods = measured(report);
  const by = leading(methods);
  const sorted = [...report.heads].sort((a, b) => b.scores[by]!.value - a.scores[by]!.value);
  const shown = sorted.length <= 2 * ROWS ? sorted : [...sorted.slice(0, ROWS), undefined, ...sorted.slice(-ROWS)];
  const head = ["head", ...methods, ...(by === "ablation" ? ["95%", ""] : [])];
  const rows = shown.map((one) => {
    if (!one) return ["…"];
    const { low, high } = one.scores[by]!;
    const rest = by === "ablation" ? [`${scoreText(low)} to ${scoreText(high)}`, verdictOf(one.scores.ablation)] : [];
    return [one.name, ...methods.map((method) => scoreText(one.scores[method]!.value)), ...rest];
  });
  return [
    `${report.model.id}, ${report.task.name} on ${report.corpus.id}`,
    ...findings(report),
    "",
    ...aligned([head, ...rows]),
  ].join("\n");
}

/** Columns set under one another, the first to the left and the last, too. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, k) => Math.max(most[k] ?? 0, cell.length)).concat(most.slice(row.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!)))
      .join("  ")
      .trimEnd(),
  );
}
