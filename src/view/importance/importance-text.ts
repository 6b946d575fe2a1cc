/** Importance as a table of characters. */
import type { ImportanceReport } from "../../heads/importance/importance-report.ts";
import { METHODS, type Method } from "../../heads/importance/methods.ts";
import { CRITICAL_SHARE, type Judgement, type Verdict } from "../../heads/importance/verdicts.ts";
import { decimal, plural } from "../page/numbers.ts";

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

/** What is written beside a head; nothing where nothing was shown or measured. */
export const verdictWord = (judgement: Judgement | undefined): string =>
  judgement === undefined || judgement.verdict === "none shown" ? "" : judgement.verdict;

/** Three digits that tell: scores differ by orders of magnitude from task to task. */
export function scoreText(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return decimal(value, digits);
}

/** 0.005 → "0.5%" */
export const percent = (share: number): string => `${decimal(100 * share, 1)}%`;

/** What is told above the table: quality, verdicts, stability and agreement. */
export function findings(report: ImportanceReport): string[] {
  const { quality, task, heads, stability, agreement, ablation, range } = report;
  const methods = measured(report);
  const count = (verdict: Verdict) => heads.filter(({ judgement }) => judgement?.verdict === verdict).length;
  const rho = (values: Readonly<Partial<Record<Method, number>>>) =>
    methods.flatMap((method) => (values[method] === undefined ? [] : [`${method} ${decimal(values[method])}`])).join(", ");
  return [
    `${task.measure}: ${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)}) on ${plural(task.examples, "example")}.`,
    ...(range === undefined
      ? []
      : [
          `Without a head (${ablation}), the task gets worse for ${plural(count("critical") + count("slight"), "head")}, corrected over all heads and on both halves of the examples; ` +
            `for ${count("critical")} by at least ${percent(CRITICAL_SHARE)} of the ${scoreText(range)} that all heads are worth together (critical). ` +
            `It gets better for ${count("better without")}; for the other ${count("none shown")} no difference shows.`,
        ]),
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
    const rest = by === "ablation" ? [`${scoreText(low)} to ${scoreText(high)}`, verdictWord(one.judgement)] : [];
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
