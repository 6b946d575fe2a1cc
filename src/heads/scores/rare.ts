/** Attention to the rarest word of a sentence (Voita et al. 2019, §5.3). */
import type { Tally } from "../observe/measure.ts";
import type { Weighting } from "../observe/statistics.ts";
import type { Text } from "../observe/text.ts";
import { headsOf, type PerHead } from "./scores.ts";

/** The number of most frequent words, which never count as rare. */
const COMMON = 500;

const spelled = (form: string): string => form.toLowerCase();

/** Finds the rarest word of each text, −1 if it is among the most frequent or there is none; ties go to the later token ids. */
export function rarestWords(texts: readonly Text[]): Int32Array {
  const counts = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const text of texts) {
    for (const [w, { form }] of text.sentence.words.entries()) {
      const word = spelled(form);
      counts.set(word, (counts.get(word) ?? 0) + 1);
      if (!ids.has(word)) ids.set(word, Math.max(...text.ids.filter((_, i) => text.wordOf[i] === w), 0));
    }
  }
  // vocabularies are learned by frequency: among words with equal counts, later token ids are rarer
  const order = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || ids.get(a)! - ids.get(b)!);
  const rank = new Map(order.map((word, i) => [word, i]));
  return Int32Array.from(texts, (text) => {
    let best = -1;
    for (const [w, { form, upos }] of text.sentence.words.entries()) {
      const at = rank.get(spelled(form))!;
      if (upos === "PUNCT" || !/\p{L}/u.test(form) || at < COMMON) continue;
      if (best < 0 || at > rank.get(spelled(text.sentence.words[best]!.form))!) best = w;
    }
    return best;
  });
}

/** Counts for each text's rarest word: the other words that can attend to it, and those that do, by head. */
export interface RareTally {
  readonly queries: Int32Array;
  /** [text, head] */
  readonly hits: Int32Array;
  readonly heads: number;
}

export function rareTally(tally: Tally, weighting: Weighting, rarest: Int32Array, causal: boolean): RareTally {
  const heads = headsOf(tally);
  const queries = new Int32Array(tally.texts.length);
  const hits = new Int32Array(tally.texts.length * heads);
  for (const [t, { sentence }] of tally.texts.entries()) {
    const [rare, count] = [rarest[t]!, sentence.words.length];
    if (rare < 0) continue;
    for (let q = causal ? rare + 1 : 0; q < count; q++) {
      if (q === rare) continue;
      queries[t]!++;
      for (let h = 0; h < heads; h++) if (tally.words[weighting]![t]![h * count + q] === rare) hits[t * heads + h]!++;
    }
  }
  return { queries, hits, heads };
}

/** Computes for each head the share of words whose most attended word is their text's rarest; `n` is the number of words. */
export function rareScores({ queries, hits, heads }: RareTally, times?: Int32Array): { value: PerHead; n: number } {
  const value = new Float64Array(heads);
  let n = 0;
  for (const [t, own] of queries.entries()) {
    const k = times ? times[t]! : 1;
    n += k * own;
    if (k * own > 0) for (let h = 0; h < heads; h++) value[h]! += k * hits[t * heads + h]!;
  }
  return { value: value.map((v) => v / Math.max(1, n)), n };
}
