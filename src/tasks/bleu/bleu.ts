/** BLEU (Papineni et al. 2002) as in sacreBLEU (Post 2018): 13a tokens, corpus-level clipping, `exp` smoothing. */

import { InputError } from "../../run/errors.ts";
import { addTo, numberAt } from "../../stats/sums.ts";

/** The score of a corpus. */
export interface Bleu {
  /** From 0 to 100. */
  readonly score: number;
  /** For n-grams of 1 to 4 tokens, in percent; smoothed if none matched. */
  readonly precisions: readonly number[];
  /** exp(1 − reference length / hypothesis length); 1 if the hypotheses are not shorter, 0 if they are empty. */
  readonly brevityPenalty: number;
  /** In tokens. */
  readonly hypothesisLength: number;
  /** In tokens, for the reference of each line that is closest in length (the shorter one on ties). */
  readonly referenceLength: number;
  /** The settings, in sacreBLEU's format. */
  readonly signature: string;
}

/** The counts per line, which add up over lines. */
export interface BleuCounts {
  /** For each line: hypothesis length, reference length, 4 counts of matched n-grams, 4 of all n-grams. */
  readonly lines: readonly Float64Array[];
  readonly references: number;
}

const ORDERS = [1, 2, 3, 4] as const;

/**
 * Computes the BLEU of `hypotheses` against one or more references: `references[r][line]`. Throws `InputError` if there are no
 * lines or references, or if a reference has a different number of lines than the hypotheses.
 */
export function bleu(hypotheses: readonly string[], references: readonly (readonly string[])[]): Bleu {
  const { lines } = bleuCounts(hypotheses, references);
  return bleuOf(addUp(lines), references.length);
}

/** Counts every line; throws as `bleu` does. */
export function bleuCounts(hypotheses: readonly string[], references: readonly (readonly string[])[]): BleuCounts {
  if (hypotheses.length === 0) throw new InputError("bleu: there is no hypothesis; give at least one line");
  if (references.length === 0) throw new InputError("bleu: there is no reference; give at least one");
  for (const [r, { length }] of references.entries()) {
    if (length === hypotheses.length) continue;
    throw new InputError(
      `bleu: reference ${r + 1} has ${length} lines, but there are ${hypotheses.length} hypotheses; give one line per hypothesis`,
    );
  }
  const lines = hypotheses.map((line, i) =>
    countLine(
      line,
      references.flatMap((reference) => reference.slice(i, i + 1)),
    ),
  );
  return { lines, references: references.length };
}

/** Sums the counts of some lines. */
export function addUp(lines: Iterable<Float64Array>): Float64Array {
  const sum = new Float64Array(2 + 2 * ORDERS.length);
  for (const line of lines) addTo(sum, line);
  return sum;
}

/** Computes the score of summed counts. */
export function bleuOf(counts: Float64Array, references: number): Bleu {
  const [hypothesisLength, referenceLength] = [numberAt(counts, 0), numberAt(counts, 1)];
  const shorter = hypothesisLength < referenceLength;
  const penalised = hypothesisLength > 0 ? Math.exp(1 - referenceLength / hypothesisLength) : 0;
  const brevityPenalty = shorter ? penalised : 1;
  const precisions = smoothed(counts.subarray(2, 6), counts.subarray(6));
  const logs = precisions.map(Math.log).reduce((sum, log) => sum + log, 0);
  return {
    score: precisions.includes(0) ? 0 : brevityPenalty * Math.exp(logs / ORDERS.length),
    precisions,
    brevityPenalty,
    hypothesisLength,
    referenceLength,
    signature: `nrefs:${references}|case:mixed|eff:no|tok:13a|smooth:exp`,
  };
}

/** Computes the precisions; the k-th order without a match counts as 2⁻ᵏ of a match, unless nothing matched at all. */
function smoothed(matched: Float64Array, all: Float64Array): number[] {
  if (matched.every((count) => count === 0)) return ORDERS.map(() => 0);
  let share = 1;
  return ORDERS.map((_, n) => {
    if (all[n] === 0) return 0;
    if (matched[n] === 0) share /= 2;
    return (100 * (matched[n] || share)) / all[n]!;
  });
}

function countLine(hypothesis: string, references: readonly string[]): Float64Array {
  const tokens = tokenize13a(hypothesis);
  const others = references.map(tokenize13a);
  const out = new Float64Array(2 + 2 * ORDERS.length);
  out[0] = tokens.length;
  out[1] = closest(
    others.map(({ length }) => length),
    tokens.length,
  );
  for (const [n, order] of ORDERS.entries()) {
    const most = new Map<string, number>();
    for (const other of others) {
      for (const [gram, count] of countGrams(other, order)) most.set(gram, Math.max(count, most.get(gram) ?? 0));
    }
    for (const [gram, count] of countGrams(tokens, order)) out[2 + n]! += Math.min(count, most.get(gram) ?? 0);
    out[6 + n] = Math.max(0, tokens.length - order + 1);
  }
  return out;
}

/** Counts each run of `order` tokens; tokens contain no spaces. */
function countGrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= tokens.length; i++) {
    const gram = tokens.slice(i, i + order).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function closest(lengths: readonly number[], length: number): number {
  const distance = (other: number) => Math.abs(other - length);
  return lengths.reduce((best, other) => {
    const nearer = distance(other) - distance(best);
    return nearer < 0 || (nearer === 0 && other < best) ? other : best;
  });
}

// White space as in Python's str.split: includes ASCII's four separators and U+0085, excludes U+FEFF.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const SPACES = new RegExp(SPACE, "u");
const TRAILING = new RegExp(`${SPACE}$`, "u");

/** Tokenizes as mteval-v13a (sacreBLEU's `13a`): punctuation is split off, except periods and commas within numbers. */
export function tokenize13a(line: string): string[] {
  const text = line
    .replace(TRAILING, "")
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return ` ${text} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/gu, "$1 $2 ")
    .split(SPACES)
    .filter((token) => token !== "");
}
