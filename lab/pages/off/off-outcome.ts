/** The outputs of a model before and after, and the difference. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { Looked, Outcome } from "../../engine/protocol.ts";
import type { Skills } from "../../engine/reporting.ts";
import type { Compared } from "./off-compared.ts";
import { answerIn, flips, printed } from "./off-matters.ts";

export function outcomeTable({ looked, before, after, skills, milliseconds }: Compared): TemplateResult {
  return html`
    ${before.guesses ? guesses(before, after) : nothing}
    ${before.cosine === undefined ? nothing : similarity(before.cosine, after.cosine!)}
    ${before.translation === undefined ? nothing : translation(before.translation, after.translation!)}
    ${before.nats ? cost(looked, before.nats, after.nats!) : nothing}
    ${skills ? relations(skills.before, skills.after) : nothing}
    <p class="dim time">computed in ${Math.round(milliseconds)} ms</p>
  `;
}

/** Says in one sentence what the edits did to the answer. */
export function verdictOf({ before, after }: Compared, off: readonly string[]): string {
  const [was, is] = [answerIn(before, before), answerIn(after, before)];
  const heads = off.length === 0 ? "With these changes" : `Without ${off.length === 1 ? "head" : "heads"} ${named(off)}`;
  if (was === is && !flips(after, before)) return "The answer is that of the unchanged model.";
  if (before.cosine !== undefined) return `${heads}, the cosine of the two texts is ${decimal(is)} instead of ${decimal(was)}.`;
  if (before.guesses) {
    const [old, now] = [before.guesses[0]!, after.guesses![0]!].map(({ token }) => printed(token));
    const digits = decimal(was) === decimal(is) ? 3 : 2;
    const change = `${decimal(was, digits)} → ${decimal(is, digits)}`;
    return flips(after, before)
      ? `${heads}, the answer is “${now}” instead of “${old}” (probability of “${old}”: ${change}).`
      : `${heads}, the answer is still “${old}” (probability ${change}).`;
  }
  return `${heads}, the translation is ${flips(after, before) ? "another one" : "the same"}.`;
}

const named = (heads: readonly string[]): string =>
  heads.length <= 4 ? heads.join(", ") : `${heads.slice(0, 3).join(", ")} and ${heads.length - 3} others`;

/** The change that counts as none. */
const look = (change: number, digits: number, gain: boolean): string =>
  Math.abs(change) < 0.5 / 10 ** digits ? "dim" : `changed ${gain ? "gain" : "loss"}`;

interface RowOptions {
  readonly digits?: number;
  /** True if a higher value is a less likely answer. */
  readonly cost?: boolean;
  /** The cells after the difference. */
  readonly more?: TemplateResult;
}

const row = (
  name: unknown,
  [was, is]: readonly [number, number],
  { digits = 3, cost = false, more }: RowOptions = {},
): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${decimal(was, digits)}</td>
    <td>${decimal(is, digits)}</td>
    <td class=${look(is - was, digits, is > was !== cost)}>${signed(is - was, digits)}</td>
    ${more ?? nothing}
  </tr>`;

const signed = (value: number, digits: number): string => {
  const shown = decimal(value, digits);
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${shown}` : shown;
};

const table = (name: string, unit: string, rows: readonly TemplateResult[], more: unknown = nothing): TemplateResult =>
  html`<div class="scroll"><table class="outcome" aria-label=${name}>
    <thead><tr><th scope="col" class="text">${name}${unit ? html` <span class="dim">${unit}</span>` : nothing}</th><th scope="col">before</th><th scope="col">after</th><th scope="col">difference</th>${more}</tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;

const similarity = (before: number, after: number): TemplateResult =>
  table("Similarity of the two texts", "cosine", [row("cosine", [before, after], { more: bars(before, after, 1) })], BARS);

const translation = (before: string, after: string): TemplateResult =>
  html`<dl class="output"><dt class="dim">before</dt><dd>${before}</dd><dt class="dim">after</dt><dd class=${before === after ? "" : "changed"}>${after}</dd></dl>`;

/** Draws the mean over tokens, and each token on a color for its change. */
function cost(looked: Looked, before: NonNullable<Outcome["nats"]>, after: NonNullable<Outcome["nats"]>): TemplateResult {
  const first = looked.translation === undefined ? looked.sites[0]?.rows[0] : undefined;
  const texts = readableTokens([first ?? "", ...before.map(({ token }) => token)]);
  const mean = (all: NonNullable<Outcome["nats"]>) => all.reduce((sum, { nats }) => sum + nats, 0) / Math.max(1, all.length);
  return html`${table("Loss", "nats per token", [row("mean", [mean(before), mean(after)], { cost: true })])}
    <p class="tinted" aria-label="Tokens, colored by their change of loss">
      ${first === undefined ? nothing : html`<span class="dim">${displayToken(texts[0]!)}</span> `}${before.map(({ nats }, k) => marked(texts[k + 1]!, after[k]!.nats - nats))}
    </p>
    ${tokenLegend()}`;
}

/** The changes in nats from which a token has the next stronger color. */
const STEPS = [0.05, 0.2, 0.5, 1] as const;

function marked(token: string, difference: number): TemplateResult {
  const step = STEPS.filter((least) => Math.abs(difference) >= least).length;
  const look = step === 0 ? "even" : `${difference > 0 ? "loss" : "gain"} s${step}`;
  return html`<span class="tint ${look}" title=${`${signed(difference, 2)} nats`}>${displayToken(token)}</span> `;
}

const tokenLegend = (): TemplateResult =>
  html`<p class="tint-legend"><span>less likely by</span>${[4, 3, 2, 1].map((step) => html`<span class="tint loss s${step}">${STEPS[step - 1]}</span>`)}<span class="tint even">0</span>${[1, 2, 3, 4].map((step) => html`<span class="tint gain s${step}">${STEPS[step - 1]}</span>`)}<span>nats or more: more likely</span></p>`;

function guesses(before: Outcome, after: Outcome): TemplateResult {
  const tokens = new Map([...before.guesses!.slice(0, 5), ...after.guesses!.slice(0, 5)].map(({ id, token }) => [id, token]));
  const of = ({ probabilities }: Outcome, id: number) => probabilities![id]!;
  const sorted = [...tokens].sort(([a], [b]) => of(before, b) - of(before, a));
  const most = Math.max(...sorted.flatMap(([id]) => [of(before, id), of(after, id)]));
  const rows = sorted.map(([id, token]) =>
    row(displayToken(readableTokens([token])[0]!), [of(before, id), of(after, id)], {
      more: bars(of(before, id), of(after, id), most),
    }),
  );
  return table("Predicted token", "probability", rows, BARS);
}

const BARS = html`<td class="bars"></td>`;
/** The width of the longest bar. */
const LONG = 110;

/** Draws the values before (above) and after (below, in the color of its change). */
function bars(before: number, after: number, most: number): TemplateResult {
  const width = (value: number) => Math.max(0.5, (LONG * Math.max(0, value)) / Math.max(most, 1e-9));
  const change = Math.abs(after - before) < 5e-4 ? "even" : after > before ? "gain" : "loss";
  return html`<td class="bars"><svg width=${LONG} height="17" aria-hidden="true">
    ${svg`<rect class="was" y="1" width=${width(before)} height="6" rx="1" /><rect class=${change} y="9" width=${width(after)} height="7" rx="1" />`}
  </svg></td>`;
}

const relations = (before: Skills, after: Skills): TemplateResult =>
  table(
    "Relations",
    "nats per target",
    Object.keys(before).map((name) => row(name, [before[name]!, after[name]!], { cost: true })),
  );
