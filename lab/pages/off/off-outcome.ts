/** The outputs of a model before and after, and the difference. */
import { html, nothing, type TemplateResult } from "lit";
import { decimal } from "../../../src/view/page/numbers.ts";
import { readableTokens } from "../../../src/view/page/readable-tokens.ts";
import { displayToken } from "../../../src/view/page/tokens.ts";
import type { Looked, Outcome } from "../../engine/protocol.ts";
import type { Skills } from "../../engine/reporting.ts";
import type { Compared } from "./off-compared.ts";

export function outcomeTable({ looked, before, after, skills, milliseconds }: Compared): TemplateResult {
  return html`
    ${before.cosine === undefined ? nothing : similarity(before.cosine, after.cosine!)}
    ${before.translation === undefined ? nothing : translation(before.translation, after.translation!)}
    ${before.nats ? cost(looked, before.nats, after.nats!) : nothing}
    ${before.guesses ? guesses(before, after) : nothing}
    ${skills ? relations(skills.before, skills.after) : nothing}
    <p class="dim time">computed in ${Math.round(milliseconds)} ms</p>
  `;
}

const row = (name: unknown, values: readonly [number, number], digits: number): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${decimal(values[0], digits)}</td>
    <td>${decimal(values[1], digits)}</td>
    <td class=${Math.abs(values[1] - values[0]) < 0.5 / 10 ** digits ? "dim" : "changed"}>${signed(values[1] - values[0], digits)}</td>
  </tr>`;

const signed = (value: number, digits: number): string => {
  const shown = decimal(value, digits);
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${shown}` : shown;
};

const table = (name: string, unit: string, rows: readonly TemplateResult[]): TemplateResult =>
  html`<div class="scroll"><table class="outcome" aria-label=${name}>
    <thead><tr><th scope="col" class="text">${name}${unit ? html` <span class="dim">${unit}</span>` : nothing}</th><th scope="col">before</th><th scope="col">after</th><th scope="col">difference</th></tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;

const similarity = (before: number, after: number): TemplateResult =>
  table("Similarity of the two texts", "cosine", [row("cosine", [before, after], 3)]);

const translation = (before: string, after: string): TemplateResult =>
  html`<dl class="output"><dt class="dim">before</dt><dd>${before}</dd><dt class="dim">after</dt><dd class=${before === after ? "" : "changed"}>${after}</dd></dl>`;

/** Draws the mean over tokens, and each token shaded by its loss. */
function cost(looked: Looked, before: NonNullable<Outcome["nats"]>, after: NonNullable<Outcome["nats"]>): TemplateResult {
  const first = looked.translation === undefined ? looked.sites[0]?.rows[0] : undefined;
  const texts = readableTokens([first ?? "", ...before.map(({ token }) => token)]);
  const mean = (all: NonNullable<Outcome["nats"]>) => all.reduce((sum, { nats }) => sum + nats, 0) / Math.max(1, all.length);
  return html`${table("Loss", "nats per token", [row("mean", [mean(before), mean(after)], 3)])}
    <p class="tokens" aria-label="Tokens, marked by their increase of loss">
      ${first === undefined ? nothing : html`<span class="dim">${displayToken(texts[0]!)}</span> `}${before.map(({ nats }, k) => marked(texts[k + 1]!, after[k]!.nats - nats))}
    </p>`;
}

function marked(token: string, difference: number): TemplateResult {
  const step = Math.min(4, Math.floor(Math.abs(difference) * 4));
  const look = step === 0 ? "same" : `${difference > 0 ? "worse" : "better"}-${step}`;
  return html`<span class=${look} title=${`${signed(difference, 2)} nats`}>${displayToken(token)}</span> `;
}

function guesses(before: Outcome, after: Outcome): TemplateResult {
  const tokens = new Map([...before.guesses!.slice(0, 6), ...after.guesses!.slice(0, 6)].map(({ id, token }) => [id, token]));
  const of = ({ probabilities }: Outcome, id: number) => probabilities![id]!;
  const sorted = [...tokens].sort(([a], [b]) => of(before, b) - of(before, a));
  const rows = sorted.map(([id, token]) => row(displayToken(readableTokens([token])[0]!), [of(before, id), of(after, id)], 3));
  return table("Predicted token", "probability", rows);
}

const relations = (before: Skills, after: Skills): TemplateResult =>
  table(
    "Relations",
    "nats per target",
    Object.keys(before).map((name) => row(name, [before[name]!, after[name]!], 3)),
  );
