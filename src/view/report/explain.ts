/** What each score means: the sentence for a head that has it, its definition, and the paper it comes from. */
import type { RelationReport } from "../../heads/report/schema.ts";
import { decimal, percent } from "../page/numbers.ts";

export interface Explanation {
  readonly title: string;
  /** What a value says about a head, as a sentence without its full stop. */
  finding(value: number, detail?: string): string;
  readonly definition: string;
  readonly formula: string;
  readonly source: string;
  /** `share` values lie in [0, 1] and can be drawn as bars; a `coefficient` lies in [−1, 1]. */
  readonly unit: "share" | "tokens" | "deviations" | "coefficient";
}

const CLARK = "Clark et al. 2019";
const VOITA = "Voita et al. 2019";

/** The scores of a report by name, in the order in which a page lists them: of labels, of manners, others. */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  "previous-token": {
    title: "previous token",
    finding: (value) => `${percent(value)} of its attention goes to the token just before`,
    definition: "The mean weight that a token gives to the one before it, among tokens that can attend to one.",
    formula: "mean over i of A[i, i−1]",
    source: CLARK,
    unit: "share",
  },
  "next-token": {
    title: "next token",
    finding: (value) => `${percent(value)} of its attention goes to the token just after`,
    definition: "The mean weight that a token gives to the one after it, among tokens that can attend to one.",
    formula: "mean over i of A[i, i+1]",
    source: CLARK,
    unit: "share",
  },
  self: {
    title: "self",
    finding: (value) => `${percent(value)} of its attention stays on the token itself`,
    definition: "The mean weight that a token gives to itself.",
    formula: "mean over i of A[i, i]",
    source: CLARK,
    unit: "share",
  },
  positional: {
    title: "fixed offset",
    finding: (value, detail) => `For ${percent(value)} of tokens the strongest key stands at the same offset${noted(detail)}`,
    definition:
      "How often the largest weight falls at one and the same offset, among tokens that can attend to a token there: for the offset from −5 to 5, other than 0, that does best.",
    formula: "max over o of share of i with argmax_j A[i, j] = i + o",
    source: VOITA,
    unit: "share",
  },
  delimiter: {
    title: "delimiters",
    finding: (value, detail) => `${percent(value)} of its attention goes to delimiters${noted(detail)}`,
    definition: "The mean weight on one kind of delimiter: the largest of the three scores below.",
    formula: "max of [CLS], [SEP] and punctuation",
    source: CLARK,
    unit: "share",
  },
  "delimiter:cls": part("[CLS]", "the token that opens the text", "mean over i of A[i, CLS]"),
  "delimiter:sep": part("[SEP]", "the token that closes a text", "mean over i of A[i, SEP]"),
  "delimiter:punctuation": part(
    "punctuation",
    "periods, commas, and other punctuation",
    "mean over i of Σ_j∈punctuation A[i, j]",
  ),
  syntactic: {
    title: "syntactic relation",
    finding: (value, detail) => `In ${percent(value)} of cases its most attended word is the gold relative${noted(detail)}`,
    definition:
      "How often a word’s most attended other word is the one that a dependency relation names. It is reported for the relation and direction whose lead over the best rule is most surely large. Rules know no tree: a fixed offset, or the rarest, the most frequent, or the longest word in sight.",
    formula: "share of instances with argmax over words w of A[i, w] = gold(i)",
    source: `${VOITA}; ${CLARK}`,
    unit: "share",
  },
  "rare-token": {
    title: "rarest word",
    finding: (value) => `For ${percent(value)} of words the most attended word is the rarest of their text`,
    definition:
      "How often a word’s most attended other word is the rarest of its text, among words that can attend to it. Texts without a word outside the 500 most frequent do not count.",
    formula: "share of i with argmax over words w of A[i, w] = rarest",
    source: VOITA,
    unit: "share",
  },
  semantic: {
    title: "likeness of meaning",
    finding: (value) =>
      `It prefers words of like meaning: they are ${decimal(value)} standard deviations more similar than words of the same kind, frequency, and distance`,
    definition:
      "How similar in meaning the attended tokens are, beyond what position, frequency, and part of speech explain. The similarity r of two tokens is the cosine of their centered embeddings, less its mean over the query’s keys of the same kind (open or closed class, frequency) and its mean over the same offset. The control exchanges embeddings between tokens of one part of speech and frequency: 95% of exchanges stay below it.",
    formula: "Σ A[i, j] r(i, j) / max(Σ A[i, j], n/4) − its mean over exchanges, in standard deviations of r",
    source: "Headwise",
    unit: "deviations",
  },
  "sub-word": {
    title: "pieces of a word",
    finding: (value) =>
      `It joins the pieces of words: of a later piece’s attention, ${points(value)} more go to earlier pieces of its word than to other words at the same distances`,
    definition:
      "The mean weight that a later piece of a word gives to earlier pieces of its word, less what tokens give to other words at the same distances.",
    formula: "mean over later pieces i of Σ A[i, j∈word(i), j<i], less the same of j∉word(i)",
    source: "after Correia et al. 2019",
    unit: "share",
  },
  "duplicate-token": {
    title: "duplicate token",
    finding: (value) =>
      `On repeated random tokens, ${percent(value)} of its attention goes to the earlier copy of the same token`,
    definition: "The mean weight, on repeated random tokens, on the earlier copy of the token itself.",
    formula: "mean over i of Σ A[i, j] for j < i with tⱼ = tᵢ",
    source: "Nanda & Bloom 2022 (TransformerLens)",
    unit: "share",
  },
  induction: {
    title: "induction",
    finding: (value) => `On repeated random tokens, ${percent(value)} of its attention goes to what came next the first time`,
    definition: "The mean weight, on repeated random tokens, on the token that followed this one’s earlier copy.",
    formula: "mean over i of Σ A[i, j] for j ≤ i with tⱼ₋₁ = tᵢ",
    source: "Olsson et al. 2022",
    unit: "share",
  },
  "first-position": {
    title: "first position",
    finding: (value) => `${percent(value)} of its attention goes to the first token, whatever that is`,
    definition:
      "The mean weight on the first token of the text. It is a manner only where texts do not begin with a special token.",
    formula: "mean over i of A[i, 0]",
    source: "after " + CLARK,
    unit: "share",
  },
  "last-position": {
    title: "last position",
    finding: (value) => `${percent(value)} of its attention goes to the last token, whatever that is`,
    definition:
      "The mean weight on the last token of the text. It is a manner only where texts do not end with a special token.",
    formula: "mean over i of A[i, n−1]",
    source: "after " + CLARK,
    unit: "share",
  },
  sink: {
    title: "attention sink",
    finding: (value) => `It rests on the first token with ${percent(value)} of its attention`,
    definition:
      "The mean weight on the first position, special token or not: where a head rests when it has nothing to look for.",
    formula: "α₁ = mean over i of A[i, 0]; a sink above 0.3",
    source: "Xiao et al. 2024; Gu et al. 2025",
    unit: "share",
  },
  broad: {
    title: "breadth",
    finding: (value) => `It spreads widely: ${percent(value)} of the largest entropy that its rows could have`,
    definition: "The mean entropy of a row, as a share of that of even attention over the keys that it can see.",
    formula: "mean over i of H(A[i, ·]) / ln(#keys)",
    source: `${CLARK}, made independent of length`,
    unit: "share",
  },
  dormant: {
    title: "dormant",
    finding: (value) => `It writes next to nothing: ${percent(1 - value)} of what its layer’s heads write on average`,
    definition:
      "How much less the head adds to the residual stream than its layer’s heads do on average: 1 is nothing at all, negative more than they do.",
    formula: "1 − mean over i of ‖zᵢ W_O‖ / the mean of that over the layer’s heads; dormant from 0.9",
    source: "after Sandoval-Segura et al. 2025",
    unit: "share",
  },
  "ov-copying": {
    title: "copying (OV)",
    finding: (value) =>
      `By its weights, what it reads off a token raises that token’s own logit by ${decimal(value)} (−1 to 1)`,
    definition:
      "Whether the head’s value and output weights copy, wherever it attends: the eigenvalues of its map from token embeddings to logits less their mean, gains of norms included. 1: every token raises its own logit; −1: it lowers it. Only of models that predict tokens by a linear head; it gives no label.",
    formula: "Σ Re λ / Σ |λ| of W_O (γ W_Uᵀ W_E γₗ) W_V",
    source: "Elhage et al. 2021",
    unit: "coefficient",
  },
  confidence: {
    title: "confidence",
    finding: (value) => `Its largest weight in a row is ${decimal(value)} on average`,
    definition: "The mean of each row’s largest weight.",
    formula: "mean over i of max_j A[i, j]",
    source: VOITA,
    unit: "share",
  },
  distance: {
    title: "distance",
    finding: (value) => `It looks ${decimal(value, 1)} tokens away on average`,
    definition: "The mean distance between a token and what it attends to.",
    formula: "mean over i of Σ_j A[i, j] · |i − j|",
    source: "Vig & Belinkov 2019",
    unit: "tokens",
  },
};

/** The explanation of a score; a name that is not in the table explains itself only by its name. */
export function explain(name: string): Explanation {
  const own = EXPLANATIONS[name];
  if (own) return own;
  const finding = (value: number) => `Its score “${name}” is ${decimal(value)}`;
  return { title: name, finding, definition: "", formula: "", source: "", unit: "tokens" };
}

/** Which way a relation is followed, in words. */
export function wayOf(direction: RelationReport["direction"]): string {
  return direction === "dependent-to-head" ? "dependent → head" : "head → dependent";
}

function part(title: string, what: string, formula: string): Explanation {
  const finding = (value: number) => `${percent(value)} of its attention goes to ${title}`;
  const definition = `The mean weight on ${what}, among tokens that can attend to one.`;
  return { title, finding, definition, formula, source: CLARK, unit: "share" };
}

/** A share in percentage points: what a difference of shares is told in. */
export function points(share: number): string {
  const rounded = Math.round(100 * share);
  return `${String(rounded).replace("-", "−")} ${Math.abs(rounded) === 1 ? "point" : "points"}`;
}

/** A score's best case, with its direction in words. */
export const caseOf = (detail: string): string =>
  detail.replace(/dependent-to-head|head-to-dependent/, (way) => wayOf(way as RelationReport["direction"]));

function noted(detail: string | undefined): string {
  return detail ? ` (${caseOf(detail)})` : "";
}
