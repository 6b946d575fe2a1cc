/** Explanations of the scores: the sentence for a head, the definition, the formula and the source. */
import type { RelationReport, Score } from "../../heads/report/schema.ts";
import { decimal, percent } from "../page/numbers.ts";

export interface Explanation {
  readonly title: string;
  /** Returns a sentence about a head with this value, without the final period. */
  finding(value: number, score?: Score): string;
  readonly definition: string;
  readonly formula: string;
  readonly source: string;
  /** Values with unit `share` lie in [0, 1] and can be drawn as bars; a `coefficient` lies in [−1, 1]. */
  readonly unit: "share" | "tokens" | "deviations" | "coefficient";
}

const CLARK = "Clark et al. 2019";
const VOITA = "Voita et al. 2019";

/** The scores of a report by name, in the order of the page: labels, manners, others. */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  "previous-token": {
    title: "previous token",
    finding: (value) => `${percent(value)} of its attention goes to the previous token`,
    definition: "Mean weight from a token to the previous one, over tokens that have one in view.",
    formula: "mean over i of A[i, i−1]",
    source: CLARK,
    unit: "share",
  },
  "next-token": {
    title: "next token",
    finding: (value) => `${percent(value)} of its attention goes to the next token`,
    definition: "Mean weight from a token to the next one, over tokens that have one in view.",
    formula: "mean over i of A[i, i+1]",
    source: CLARK,
    unit: "share",
  },
  self: {
    title: "self",
    finding: (value) => `${percent(value)} of its attention goes to the token itself`,
    definition: "Mean weight from a token to itself.",
    formula: "mean over i of A[i, i]",
    source: CLARK,
    unit: "share",
  },
  positional: {
    title: "fixed offset",
    finding: (value, score) => `For ${percent(value)} of tokens the strongest key is at the same offset${noted(score)}`,
    definition:
      "Fraction of tokens whose largest weight falls at one fixed offset, over tokens that can attend at that offset; the best offset from −5 to 5, excluding 0.",
    formula: "max over o of share of i with argmax_j A[i, j] = i + o",
    source: VOITA,
    unit: "share",
  },
  delimiter: {
    title: "delimiters",
    finding: (value, score) => `${percent(value)} of its attention goes to delimiters${noted(score)}`,
    definition: "Mean weight on one kind of delimiter: the largest of the three scores below.",
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
    finding: (value, score) => `In ${percent(value)} of cases its most attended word is the gold relative${noted(score)}`,
    definition:
      "Fraction of words whose most attended other word is the one given by a dependency relation, for the relation and direction with the most certain lead over the best rule. Rules do not use the tree: a fixed offset, or the rarest, the most frequent, or the longest word in view.",
    formula: "share of instances with argmax over words w of A[i, w] = gold(i)",
    source: `${VOITA}; ${CLARK}`,
    unit: "share",
  },
  "rare-token": {
    title: "rarest word",
    finding: (value) => `For ${percent(value)} of words the most attended word is the rarest in the text`,
    definition:
      "Fraction of words whose most attended other word is the rarest in the text, over words that can attend to it. Texts that contain only the 500 most frequent words are excluded.",
    formula: "share of i with argmax over words w of A[i, w] = rarest",
    source: VOITA,
    unit: "share",
  },
  semantic: {
    title: "semantic similarity",
    finding: (value) =>
      `It prefers words of similar meaning: they are ${decimal(value)} standard deviations more similar than words of the same kind, frequency, and distance`,
    definition:
      "Semantic similarity of the attended tokens, beyond the effects of position, frequency, and part of speech. The similarity r of two tokens is the cosine of their centered embeddings, minus its mean over the query’s keys of the same kind (open or closed class, frequency) and its mean over the same offset. The control permutes embeddings between tokens of the same part of speech and frequency: 95% of permutations stay below it.",
    formula: "Σ A[i, j] r(i, j) / max(Σ A[i, j], n/4) − its mean over permutations, in standard deviations of r",
    source: "Headwise",
    unit: "deviations",
  },
  "sub-word": {
    title: "subword pieces",
    finding: (value) =>
      `It joins the pieces of words: a later piece gives ${points(value)} more of its attention to earlier pieces of its word than to other words at the same distances`,
    definition:
      "Mean weight from later pieces of a word to its earlier pieces, minus the mean weight to other words at the same distances.",
    formula: "mean over later pieces i of Σ A[i, j∈word(i), j<i], minus the same of j∉word(i)",
    source: "after Correia et al. 2019",
    unit: "share",
  },
  "duplicate-token": {
    title: "duplicate token",
    finding: (value) =>
      `On repeated random tokens, ${percent(value)} of its attention goes to the earlier copy of the same token`,
    definition: "Mean weight, on repeated random tokens, on the earlier copy of the same token.",
    formula: "mean over i of Σ A[i, j] for j < i with tⱼ = tᵢ",
    source: "Nanda & Bloom 2022 (TransformerLens)",
    unit: "share",
  },
  induction: {
    title: "induction",
    finding: (value) =>
      `On repeated random tokens, ${percent(value)} of its attention goes to the token that followed the first copy`,
    definition: "Mean weight, on repeated random tokens, on the token that followed the earlier copy.",
    formula: "mean over i of Σ A[i, j] for j ≤ i with tⱼ₋₁ = tᵢ",
    source: "Olsson et al. 2022",
    unit: "share",
  },
  "first-position": {
    title: "first position",
    finding: (value) => `${percent(value)} of its attention goes to the first token, whatever it is`,
    definition: "Mean weight on the first token of the text. It is a manner only if texts do not begin with a special token.",
    formula: "mean over i of A[i, 0]",
    source: "after " + CLARK,
    unit: "share",
  },
  "last-position": {
    title: "last position",
    finding: (value) => `${percent(value)} of its attention goes to the last token, whatever it is`,
    definition: "Mean weight on the last token of the text. It is a manner only if texts do not end with a special token.",
    formula: "mean over i of A[i, n−1]",
    source: "after " + CLARK,
    unit: "share",
  },
  sink: {
    title: "attention sink",
    finding: (value) => `It gives ${percent(value)} of its attention to the first token`,
    definition: "Mean weight on the first position, special token or not: heads attend there when nothing else is relevant.",
    formula: "α₁ = mean over i of A[i, 0]; a sink above 0.3",
    source: "Xiao et al. 2024; Gu et al. 2025",
    unit: "share",
  },
  broad: {
    title: "breadth",
    finding: (value) => `It attends broadly: its rows reach ${percent(value)} of the maximum entropy`,
    definition: "Mean entropy of a row, relative to uniform attention over the keys in view.",
    formula: "mean over i of H(A[i, ·]) / ln(#keys)",
    source: `${CLARK}, normalized by length`,
    unit: "share",
  },
  dormant: {
    title: "dormant",
    finding: (value) => `It writes next to nothing: ${percent(1 - value)} of what its layer’s heads write on average`,
    definition:
      "How much less the head adds to the residual stream than its layer’s heads do on average. 1: it adds nothing; below 0: it adds more than they do.",
    formula: "1 − mean over i of ‖zᵢ W_O‖ / the mean of that over the layer’s heads; dormant from 0.9",
    source: "after Sandoval-Segura et al. 2025",
    unit: "share",
  },
  "ov-copying": {
    title: "copying (OV)",
    finding: (value) =>
      `By its weights, what it reads from a token ${value < 0 ? "lowers" : "raises"} that token’s own logit: ${decimal(value)} on a scale from −1 (always lowers) to 1 (always raises)`,
    definition:
      "Copying by the head’s value and output weights, wherever it attends: from the eigenvalues of its map from token embeddings to centered logits, gains of norms included. 1: every token raises its own logit; −1: every token lowers it. Only for models with a linear language head; it gives no label.",
    formula: "Σ Re λ / Σ |λ| of W_O (γ W_Uᵀ W_E γₗ) W_V",
    source: "Elhage et al. 2021",
    unit: "coefficient",
  },
  "copy-suppression": {
    title: "copy suppression",
    finding: (value) =>
      `What it writes from the tokens that it attends to ${value < 0 ? "raises" : "lowers"} the logits of these tokens: ${decimal(value)} on a scale from −1 (always raises) to 1 (always lowers)`,
    definition:
      "The direct effect of the head on the logits of the tokens that it attends to, through the last norm with a constant spread, and relative to the mean logit of the texts’ tokens. Attention to the token itself and to the first position is excluded. 1: every effect lowers the logit of the attended token; −1: every effect raises it. The score does not depend on how much the head writes. Only for models that predict tokens by a linear head; it gives no label.",
    formula: "−Σ A[i, j] eⱼ / Σ A[i, j] |eⱼ| with eⱼ = ⟨vⱼ W_O, γ (u − ū)⟩, u the output row of token j",
    source: "after McDougall et al. 2023",
    unit: "coefficient",
  },
  retrieval: {
    title: "retrieval",
    finding: (value) =>
      `At ${percent(value)} of the steps of repeated random tokens, the model predicts the next token correctly and the head attends most to its first occurrence`,
    definition:
      "Share of the steps of repeated random tokens (8 passages) at which the model predicts the next token correctly, and the head’s largest weight is on that token in the first run. The control is the best head when the predictions are permuted within passages, 20 times; p is family-wise over heads. Only for models that predict tokens by a linear head; it gives no label.",
    formula: "mean over i of [argmax_j A[i, j] holds the predicted token, which is correct]",
    source: "after Wu et al. 2024, with teacher forcing",
    unit: "share",
  },
  confidence: {
    title: "confidence",
    finding: (value) => `Its largest weight in a row is ${decimal(value)} on average`,
    definition: "Mean of the largest weight in each row.",
    formula: "mean over i of max_j A[i, j]",
    source: VOITA,
    unit: "share",
  },
  distance: {
    title: "distance",
    finding: (value) => `It attends ${decimal(value, 1)} tokens away on average`,
    definition: "Mean distance between a token and the tokens it attends to.",
    formula: "mean over i of Σ_j A[i, j] · |i − j|",
    source: "Vig & Belinkov 2019",
    unit: "tokens",
  },
};

/** Returns the explanation of a score; a name that is not in the table is explained by its name only. */
export function explanationOf(name: string): Explanation {
  const own = EXPLANATIONS[name];
  if (own) return own;
  const finding = (value: number) => `Its score “${name}” is ${decimal(value)}`;
  return { title: name, finding, definition: "", formula: "", source: "", unit: "tokens" };
}

/** Formats the direction of a relation. */
export function wayOf(direction: RelationReport["direction"]): string {
  return direction === "dependent-to-head" ? "dependent → head" : "head → dependent";
}

function part(title: string, what: string, formula: string): Explanation {
  const finding = (value: number) => `${percent(value)} of its attention goes to ${title}`;
  const definition = `Mean weight on ${what}, over tokens that have one in view.`;
  return { title, finding, definition, formula, source: CLARK, unit: "share" };
}

/** Formats a difference of fractions in percentage points. */
export function points(share: number): string {
  const rounded = Math.round(100 * share);
  return `${String(rounded).replace("-", "−")} ${Math.abs(rounded) === 1 ? "point" : "points"}`;
}

/** Formats the best case of a score: an offset, a relation with its direction and the best rule, or a distance; or nothing. */
export function caseOf({ offset, relation, offsetBaseline, z }: Score): string | undefined {
  if (offset !== undefined) return `offset ${signed(offset)}`;
  if (z !== undefined) return `z = ${z.toFixed(1)}`;
  if (!relation) return undefined;
  const rule = "offset" in relation.rule ? `offset ${signed(relation.rule.offset)}` : `the ${relation.rule.word}`;
  return `${relation.name} ${wayOf(relation.direction)}, ${rule} gives ${percent(offsetBaseline ?? 0)}`;
}

const signed = (offset: number): string => (offset > 0 ? `+${offset}` : `${offset}`.replace("-", "−"));

function noted(score: Score | undefined): string {
  const found = score && caseOf(score);
  return found ? ` (${found})` : "";
}
