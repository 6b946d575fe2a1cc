/** Tallies without a model: sums and attended words as a test wants them. */
import type { Sentence } from "../../src/corpus/sentence.ts";
import type { Tally } from "../../src/heads/observe/measure.ts";
import { possibleQueries } from "../../src/heads/observe/possible.ts";
import { SUMS } from "../../src/heads/observe/statistics.ts";
import type { Text } from "../../src/heads/observe/text.ts";

/** A text of one token a word, without special tokens. */
export const textOf = (sentence: Sentence, ids = sentence.words.map((_, w) => w)): Text => ({
  sentence,
  ids: Int32Array.from(ids),
  tokens: sentence.words.map(({ form }) => form),
  wordOf: Int32Array.from(sentence.words, (_, w) => w),
  special: sentence.words.map(() => false),
  punctuation: sentence.words.map(({ upos }) => upos === "PUNCT"),
});

export interface Fake {
  readonly heads: number;
  /** The word that a head attends to most. */
  readonly attended?: (text: number, head: number, word: number) => number;
  /** The sum of this name. */
  readonly sum?: (text: number, head: number, name: string) => number;
  /** Σ ‖z W_O‖; default: as much for every head. */
  readonly written?: (text: number, head: number) => number;
  /** Whether queries see only what comes before them. */
  readonly causal?: boolean;
}

export function fakeTally(
  texts: readonly Text[],
  { heads, attended = () => 0, sum = () => 0, written = () => 1, causal = false }: Fake,
): Tally {
  const sums = new Float32Array(texts.length * heads * SUMS.length);
  const words = texts.map(({ sentence }, t) => {
    const count = sentence.words.length;
    return Int16Array.from({ length: heads * count }, (_, k) => attended(t, Math.floor(k / count), k % count));
  });
  for (let t = 0; t < texts.length; t++) {
    for (let h = 0; h < heads; h++)
      sums.set(
        SUMS.map((name) => sum(t, h, name)),
        (t * heads + h) * SUMS.length,
      );
  }
  return {
    texts,
    sums: { raw: sums, norm: sums },
    words: { raw: words, norm: words },
    sizes: new Float64Array(heads),
    written: Float32Array.from({ length: texts.length * heads }, (_, k) => written(Math.floor(k / heads), k % heads)),
    counted: Int32Array.from(texts, ({ ids }) => ids.length),
    repeated: new Int32Array(texts.length),
    possible: possibleQueries(texts, causal),
  };
}
