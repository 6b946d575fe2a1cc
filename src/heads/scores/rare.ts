/** Attention to the rarest word of a sentence (Voita et al. 2019, §5.3). */
import { getOrAdd } from "../../params/keyed.ts";
import { columnSums, rowOf, weightedTotal } from "../../stats/sums.ts";
import { type Tally, wordsOf } from "../observe/measure.ts";
import type { Text } from "../observe/text.ts";
import type { Weighting } from "../observe/weights.ts";
import { headsOf, type PerHead } from "./scores.ts";

/** The number of most frequent words, which never count as rare. */
const COMMON = 500;

const spelled = (form: string): string => form.toLowerCase();

/** Finds the rarest word of each text, −1 if it is among the most frequent or there is none; ties go to the later token ids. */
export function rarestWords(texts: readonly Text[]): Int32Array {
  const types = new Map<string, { count: number; readonly id: number }>();
  for (const { sentence, ids, wordOf } of texts) {
    for (const [w, { form }] of sentence.words.entries()) {
      const id = () => Math.max(...ids.filter((_, i) => wordOf[i] === w), 0);
      getOrAdd(types, spelled(form), () => ({ count: 0, id: id() })).count++;
    }
  }
  // vocabularies are learned by frequency: among words with equal counts, later token ids are rarer
  const order = [...types].sort(([, a], [, b]) => b.count - a.count || a.id - b.id);
  const rank = new Map(order.map(([word], i) => [word, i]));
  return Int32Array.from(texts, ({ sentence }) => {
    let best = { word: -1, rank: COMMON - 1 };
    for (const [word, { form, upos }] of sentence.words.entries()) {
      const own = rank.get(spelled(form));
      if (upos === "PUNCT" || !/\p{L}/u.test(form) || own === undefined) continue;
      if (own > best.rank) best = { word, rank: own };
    }
    return best.word;
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
  const queries = new Int32Array(rarest.length);
  const hits = new Int32Array(rarest.length * heads);
  for (const [t, rare] of rarest.entries()) {
    if (rare < 0) continue;
    const words = wordsOf(tally, weighting, t);
    const count = words.length / heads;
    const first = causal ? rare + 1 : 0;
    queries[t] = causal ? count - first : count - 1;
    for (let h = 0; h < heads; h++) {
      const row = rowOf(words, h, count);
      hits[t * heads + h] = row.reduce((n, word, query) => n + Number(word === rare && query !== rare && query >= first), 0);
    }
  }
  return { queries, hits, heads };
}

/** Computes for each head the share of words whose most attended word is their text's rarest; `n` is the number of words. */
export function rareScores({ queries, hits, heads }: RareTally, times?: Int32Array): { value: PerHead; n: number } {
  const n = weightedTotal(queries, times);
  return { value: columnSums(hits, heads, times).map((v) => v / Math.max(1, n)), n };
}
