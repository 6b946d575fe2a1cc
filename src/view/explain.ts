/** What each score means: the sentence for a head that has it, its definition, and the paper it comes from. */
import type { RelationReport } from "../heads/schema.ts";
import { decimal, percent } from "./numbers.ts";

export interface Explanation {
  readonly title: string;
  /** What a value says about a head, as a sentence without its full stop. */
  finding(value: number, detail?: string): string;
  readonly definition: string;
  readonly formula: string;
  readonly source: string;
  /** `share` values lie in [0, 1] and can be drawn as bars. */
  readonly unit: "share" | "tokens" | "cosine";
}

const CLARK = "Clark et al. 2019";
const VOITA = "Voita et al. 2019";

/** The scores of a report by name, in the order in which a page lists them. */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  "previous-token": {
    title: "previous token",
    finding: (value) => `${percent(value)} of its attention goes to the token just before`,
    definition: "The mean weight that a token gives to the one before it.",
    formula: "mean over i of A[i, i−1]",
    source: CLARK,
    unit: "share",
  },
  "next-token": {
    title: "next token",
    finding: (value) => `${percent(value)} of its attention goes to the token just after`,
    definition: "The mean weight that a token gives to the one after it.",
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
    definition: "How often the largest weight falls at one and the same distance, for the distance that does best.",
    formula: "max over o of share of i with argmax_j A[i, j] = i + o",
    source: VOITA,
    unit: "share",
  },
  "first-position": {
    title: "first position",
    finding: (value) => `${percent(value)} of its attention goes to the first token, whatever that is`,
    definition: "The mean weight on the first token of the text.",
    formula: "mean over i of A[i, 0]",
    source: "after " + CLARK,
    unit: "share",
  },
  "last-position": {
    title: "last position",
    finding: (value) => `${percent(value)} of its attention goes to the last token, whatever that is`,
    definition: "The mean weight on the last token of the text.",
    formula: "mean over i of A[i, n−1]",
    source: "after " + CLARK,
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
    "full stops, commas and other punctuation",
    "mean over i of Σ_j∈punctuation A[i, j]",
  ),
  syntactic: {
    title: "syntactic relation",
    finding: (value, detail) => `In ${percent(value)} of cases its strongest key is the gold related word${noted(detail)}`,
    definition:
      "How often the largest weight falls on the word that a dependency relation names, for the best relation and way.",
    formula: "share of instances with argmax_j A[i, j] = gold(i)",
    source: `${VOITA}; ${CLARK}`,
    unit: "share",
  },
  "rare-token": {
    title: "rarest token",
    finding: (value) => `In ${percent(value)} of texts with a rare token, that is where it looks most`,
    definition:
      "How often the largest weight falls on the text's rarest token, in texts that have one outside the 500 most frequent.",
    formula: "share of texts with argmax_j A[i, j] = rarest token",
    source: VOITA,
    unit: "share",
  },
  semantic: {
    title: "likeness of meaning",
    finding: (value) => `It prefers words of like meaning: a cosine ${decimal(value)} above that of words at the same distance`,
    definition: "How much nearer in meaning the attended tokens are than tokens drawn at the same distances.",
    formula: "mean cos(xᵢ, x_attended) − mean cos(xᵢ, x_random at the same distance)",
    source: "Headwise",
    unit: "cosine",
  },
  "duplicate-token": {
    title: "duplicate token",
    finding: (value) => `${percent(value)} of its attention goes to earlier copies of the same token`,
    definition: "The mean weight on earlier occurrences of the token itself, where there are any.",
    formula: "mean over i of Σ A[i, j] for j < i with tⱼ = tᵢ",
    source: "Nanda & Bloom 2022 (TransformerLens)",
    unit: "share",
  },
  induction: {
    title: "induction",
    finding: (value) => `On repeated random tokens, ${percent(value)} of its attention goes to what came next the first time`,
    definition: "The mean weight, on random tokens said twice, on the token that followed this one's earlier copy.",
    formula: "mean over i of Σ A[i, j] for j ≤ i with tⱼ₋₁ = tᵢ",
    source: "Olsson et al. 2022",
    unit: "share",
  },
  sink: {
    title: "attention sink",
    finding: (value) => `It rests on the first token with ${percent(value)} of its attention`,
    definition:
      "The mean weight on the first key from every token that can see it: where a head looks when it has nothing to do.",
    formula: "α₁ = mean over i of A[i, 0]; a sink above 0.3",
    source: "Xiao et al. 2024; Gu et al. 2025",
    unit: "share",
  },
  broad: {
    title: "breadth",
    finding: (value) => `It spreads widely: ${percent(value)} of the largest entropy that its rows could have`,
    definition: "The mean entropy of a row, as a share of that of even attention over the keys it may see.",
    formula: "mean over i of H(A[i, ·]) / ln(#keys)",
    source: `${CLARK}, made independent of length`,
    unit: "share",
  },
  confidence: {
    title: "confidence",
    finding: (value) => `Its largest weight in a row is ${decimal(value)} on average`,
    definition: "The mean of each row's largest weight, the text's end left out.",
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
  return { title, finding, definition: `The mean weight on ${what}.`, formula, source: CLARK, unit: "share" };
}

function noted(detail: string | undefined): string {
  return detail ? ` (${detail})` : "";
}
