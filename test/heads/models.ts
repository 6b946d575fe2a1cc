/** The small checkpoints with a tokenizer, and texts of given tokens, for the tests of what heads do. */
import type { Sentence } from "../../src/corpus/sentence.ts";
import type { Text } from "../../src/heads/observe/text.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import { random } from "../../src/params/random.ts";
import { tinyTokenizer } from "../cli/model-folder.ts";
import { loadFixture } from "../models/golden.ts";

/** A fixture with the tiny tokenizer; `framed`: texts stand between [CLS] and [SEP]. */
export async function tinyCheckpoint(family: string, framed = true): Promise<Checkpoint> {
  const { config, weights } = await loadFixture(family);
  const json = tinyTokenizer();
  const { vocab } = json.model as { vocab: Record<string, number> };
  const few = Object.fromEntries(Object.entries(vocab).filter(([, id]) => id < config.vocabulary));
  const file = { ...json, model: { ...(json.model as object), vocab: few }, ...(framed ? {} : { post_processor: null }) };
  return { id: family, config, weights, tokenizer: createTokenizer(file) };
}

/** `n` random tokens in words of one to three, between special tokens; some words are punctuation, some tokens repeat. */
export function randomText(seed: string, n: number, vocabulary: number, lead: number, tail: number): Text {
  const uniform = random(seed);
  const special = Array.from({ length: n }, (_, i) => i < lead || i >= n - tail);
  const ids = Int32Array.from({ length: n }, () => Math.floor(uniform() * Math.min(11, vocabulary)));
  let word = -1;
  let left = 0;
  const wordOf = Int32Array.from(special, (isSpecial) => {
    if (isSpecial) return -1;
    if (left-- <= 0) {
      word++;
      left = Math.floor(uniform() * 3);
    }
    return word;
  });
  const words = Array.from({ length: word + 1 }, (_, w) => ({
    form: `w${w}`,
    start: 3 * w,
    end: 3 * w + 2,
    upos: uniform() < 0.3 ? "PUNCT" : "X",
  }));
  const sentence: Sentence = { id: seed, text: words.map(({ form }) => form).join(" "), words };
  const punctuation = Array.from(wordOf, (w) => w >= 0 && words[w]!.upos === "PUNCT");
  return { sentence, ids, tokens: Array.from(ids, String), wordOf, special, punctuation };
}

/** A sentence of words without a text of their own. */
export const sentenceOf = (forms: readonly string[], upos = "X"): Sentence => {
  const text = forms.join(" ");
  const starts = forms.map((_, w) => forms.slice(0, w).join(" ").length + (w > 0 ? 1 : 0));
  return {
    id: text.slice(0, 20),
    text,
    words: forms.map((form, w) => ({ form, start: starts[w]!, end: starts[w]! + form.length, upos })),
  };
};
