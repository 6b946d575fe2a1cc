/** Importance as a text table. */
import type { Gating } from "../../heads/importance/gating.ts";
import { ROLES } from "../../heads/importance/gating-roles.ts";
import { type ImportanceReport, scoreBy } from "../../heads/importance/importance-report.ts";
import { METHODS, type Method } from "../../heads/importance/methods.ts";
import { CRITICAL_SHARE, type Judgement, type Verdict } from "../../heads/importance/verdicts.ts";
import { decimal, percent, plural } from "../page/numbers.ts";
import { columnTable, DEFAULT_COLUMNS, wrapped } from "../terminal/terminal-table.ts";

/** A one-sentence description of each method. */
export const METHOD_MEANINGS: Readonly<Record<Method, string>> = {
  michel: "Mean absolute gradient of each example’s loss with respect to the head’s gate (Michel et al. 2019).",
  "michel-normalized": "The same, divided by the norm over its layer, as the paper ranks heads.",
  taylor: "First-order estimate of the loss increase without the head.",
  confidence: "Mean largest weight of a row, excluding the last key (Voita et al. 2019).",
  ablation: "Measured loss of task quality without the head.",
};

/** The measured methods, in their usual order. */
export const measuredText = ({ heads }: Pick<ImportanceReport, "heads">): Method[] =>
  METHODS.filter((method) => heads[0]?.scores[method] !== undefined);

/** The method that heads are sorted by: exact ablation if measured, else the first. */
export const leading = (methods: readonly Method[]): Method =>
  methods.includes("ablation") ? "ablation" : (methods[0] ?? "ablation");

/** Returns the verdict shown next to a head; "" if no effect was shown or measured. */
export const verdictWord = (judgement: Judgement | undefined): string =>
  judgement === undefined || judgement.verdict === "none shown" ? "" : judgement.verdict;

/** Formats a score with three significant digits, since scores differ by orders of magnitude between tasks. */
export function scoreText(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return decimal(value, digits);
}

/** Summarizes quality, verdicts, stability and agreement, for the text above the table. */
export function importanceFindings(report: ImportanceReport): string[] {
  const { quality, task, heads, stability, agreement, ablation, range } = report;
  const methods = measuredText(report);
  const count = (verdict: Verdict) => heads.filter(({ judgement }) => judgement?.verdict === verdict).length;
  const rho = (values: Readonly<Partial<Record<Method, number>>>) =>
    methods.flatMap((method) => (values[method] === undefined ? [] : [`${method} ${decimal(values[method])}`])).join(", ");
  return [
    `${task.measure}: ${decimal(quality.value)} (${decimal(quality.low)} to ${decimal(quality.high)}) on ${plural(task.examples, "example")}.`,
    ...(range === undefined
      ? []
      : [
          `With ${ablation} ablation, removing a head hurts the task for ${plural(count("critical") + count("slight"), "head")} (corrected for multiple tests, and on both halves of the examples); ` +
            `for ${count("critical")} of them by at least ${percent(CRITICAL_SHARE, 1)} of the ${scoreText(range)} lost without all heads (critical). ` +
            `It improves the task for ${count("better without")}; the other ${count("none shown")} ${count("none shown") === 1 ? "shows" : "show"} no significant difference.`,
        ]),
    `Stability (ρ between halves of the examples): ${rho(stability)}.`,
    ...(Object.keys(agreement).length > 0 ? [`Agreement with exact ablation (ρ): ${rho(agreement)}.`] : []),
    ...(report.gating ? [gatingFinding(report.gating)] : []),
    ...(report.notes ?? []).map((note) => `Note: ${note}.`),
  ];
}

/** Counts the roles of causal gating. */
function gatingFinding({ lambda, updates, masks, threshold, agreement, heads }: Gating): string {
  const roles = ROLES.map((role) => `${heads.filter((head) => head.role === role).length} ${role}`);
  return (
    `Causal gating (λ ${lambda}, ${plural(masks, "mask")}, ${plural(updates, "update")} per fit): ${roles.join(", ")}; ` +
    `a role agrees with ${percent(agreement)} of the masks. Heads that change the loss by less than ${scoreText(threshold)} per unit of their gate read as irrelevant.`
  );
}

/** Returns the role of a head by causal gating, with its score; "" if it has none. */
export function roleText({ gating }: Pick<ImportanceReport, "gating">, name: string): string {
  const head = gating?.heads.find((one) => one.name === name);
  return head === undefined || head.role === "undecided" ? "" : `${head.role} ${decimal(head[head.role])}`;
}

const ROWS = 12;

/** Returns the most and least important heads, with the scores of every method, the leading one first, at most `columns` wide. */
export function importanceText(report: ImportanceReport, columns = DEFAULT_COLUMNS): string {
  const methods = measuredText(report);
  const by = leading(methods);
  const sorted = [...report.heads].sort((a, b) => scoreBy(b.scores, by).value - scoreBy(a.scores, by).value);
  const shown = sorted.length <= 2 * ROWS ? sorted : [...sorted.slice(0, ROWS), undefined, ...sorted.slice(-ROWS)];
  const others = methods.filter((method) => method !== by);
  const head = ["head", by, ...(by === "ablation" ? ["95%", "verdict"] : []), ...others, ...(report.gating ? ["gating"] : [])];
  const rows = shown.map((one) => {
    if (!one) return ["…"];
    const { value, low, high } = scoreBy(one.scores, by);
    const judged = by === "ablation" ? [`${scoreText(low)} to ${scoreText(high)}`, verdictWord(one.judgement)] : [];
    const scores = others.map((method) => scoreText(scoreBy(one.scores, method).value));
    return [one.name, scoreText(value), ...judged, ...scores, ...(report.gating ? [roleText(report, one.name)] : [])];
  });
  return [
    ...[`${report.model.id}, ${report.task.name} on ${report.corpus.id}`, ...importanceFindings(report)].flatMap((text) =>
      wrapped(text, columns, "", "  "),
    ),
    "",
    ...columnTable(head, rows, { left: 1, columns, indent: "" }),
  ].join("\n");
}
