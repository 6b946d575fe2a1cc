/** The token types of some texts: their traits, the strata of tokens that are compared, and exchanges of similar types. */
import { countsOf, getOrAdd } from "../../../params/keyed.ts";
import { inRandomOrder, random } from "../../../params/random.ts";
import { numberAt } from "../../../stats/sums.ts";
import type { Text } from "../../observe/text.ts";

/** The number of exchanges of embeddings in the control. */
export const PERMUTATIONS = 60;

/** The traits of a token type: its frequency and its most common kind. */
interface TypeTraits {
  readonly octave: number;
  readonly upos: string;
  readonly continues: boolean;
}

function traitsOfTypes(texts: readonly Text[]): Map<number, TypeTraits> {
  const seen = new Map<number, { readonly kinds: string[]; continued: number }>();
  for (const { ids, wordOf, sentence, special } of texts) {
    for (const [i, id] of ids.entries()) {
      if (special[i]) continue;
      const word = numberAt(wordOf, i);
      const entry = getOrAdd(seen, id, () => ({ kinds: [], continued: 0 }));
      entry.kinds.push(sentence.words[word]?.upos ?? "_");
      if (i > 0 && word >= 0 && word === wordOf[i - 1]) entry.continued++;
    }
  }
  return new Map(
    [...seen].map(([id, { kinds, continued }]) => {
      const [upos] = [...countsOf(kinds)].reduce((a, b) => (b[1] > a[1] ? b : a));
      return [id, { octave: Math.floor(Math.log2(kinds.length)), upos, continues: 2 * continued > kinds.length }];
    }),
  );
}

const OPEN = new Set(["NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "X", "_"]);

/**
 * Creates the strata of some texts' tokens: open or closed class, frequent or not, punctuation, a word's later piece; −1 for a
 * special token.
 */
export function createStrata(texts: readonly Text[]): (text: Text) => Int32Array {
  const types = traitsOfTypes(texts);
  const traitsIn = ({ ids, special }: Text) => Array.from(ids, (id, i) => (special[i] ? undefined : types.get(id)));
  const octaves = texts.flatMap((text) => traitsIn(text).flatMap((traits) => traits?.octave ?? []));
  const sorted = octaves.sort((a, b) => a - b);
  const third = (k: number) => sorted[Math.floor((k * sorted.length) / 3)] ?? 0;
  const [low, middle] = [third(1), third(2)];
  return (text) =>
    Int32Array.from(traitsIn(text), (traits, i) => {
      if (!traits) return -1;
      const { octave, upos, continues } = traits;
      const frequency = octave < low ? 0 : octave < middle ? 1 : 2;
      return frequency + 3 * (text.punctuation[i] ? 2 : OPEN.has(upos) ? 1 : 0) + (continues ? 9 : 0);
    });
}

/** Returns the identity, then exchanges of token types within part of speech, frequency and place in the word: [id] → id. */
export function exchangesOf(texts: readonly Text[], vocabulary: number, seed: number): Int32Array[] {
  const groups = new Map<string, number[]>();
  for (const [id, { octave, upos, continues }] of traitsOfTypes(texts))
    getOrAdd(groups, JSON.stringify([octave, upos, continues]), () => []).push(id);
  const uniform = random(`${seed}/embeddings`);
  const identity = Int32Array.from({ length: vocabulary }, (_, id) => id);
  const exchanged = Array.from({ length: PERMUTATIONS }, () => {
    const to = identity.slice();
    for (const group of groups.values()) {
      const order = inRandomOrder(uniform, group);
      for (const [k, id] of group.entries()) to[id] = order[k]!;
    }
    return to;
  });
  return [identity, ...exchanged];
}
