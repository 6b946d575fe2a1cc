/** A text ready for the model: token ids, the kind of each token, and the word that it belongs to. */
import type { Corpus, Sentence } from "../../corpus/sentence.ts";
import { alignToSpans, type Tokenizer } from "../../load/tokenizer/tokenizer.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { splitInTwo } from "../../stats/split.ts";

export interface Text {
  readonly sentence: Sentence;
  readonly ids: Int32Array;
  readonly tokens: readonly string[];
  /** The word of each token; −1 for special tokens. */
  readonly wordOf: Int32Array;
  readonly special: readonly boolean[];
  /** Tokens of words that are punctuation. */
  readonly punctuation: readonly boolean[];
}

/** Tokenizes a sentence. Throws `InputError` if it has no tokens or more than the model has positions. */
export function prepare(
  sentence: Sentence,
  tokenizer: Tokenizer,
  config: TransformerConfig,
  encoding = tokenizer.encode(sentence.text),
): Text {
  const wordOf = alignToSpans(
    encoding,
    sentence.text,
    sentence.words.map((w) => [w.start, w.end] as const),
  );
  if (!encoding.special.includes(false))
    throw new InputError(`the text "${sentence.text}" has no tokens; use a text with words`);
  if (encoding.ids.length > config.maxPositions) {
    throw new InputError(
      `the text ${sentence.id} ("${sentence.text.slice(0, 40)}…") has ${encoding.ids.length} tokens, but the model reads ${config.maxPositions} at most; shorten or split it`,
    );
  }
  return {
    sentence,
    ids: Int32Array.from(encoding.ids),
    tokens: encoding.tokens,
    wordOf,
    special: encoding.special,
    punctuation: Array.from(wordOf, (w) => w >= 0 && sentence.words[w]?.upos === "PUNCT"),
  };
}

/** The numbers of sentences that a measurement skipped, by reason. */
export interface LeftOut {
  /** Sentences with more tokens than the model has positions. */
  readonly tooLong: number;
  /** Sentences without any token. */
  readonly empty: number;
  readonly limit: number;
}

/** Returns the texts of a corpus that a model can read. Throws `InputError` if it can read none. */
export function readable(
  { id, sentences, tooLong: before = 0 }: Corpus,
  tokenizer: Tokenizer,
  config: TransformerConfig,
): { readonly texts: Text[]; readonly leftOut: LeftOut } {
  const texts: Text[] = [];
  let [tooLong, empty] = [before, 0];
  for (const sentence of sentences) {
    const encoding = tokenizer.encode(sentence.text);
    if (!encoding.special.includes(false)) empty++;
    else if (encoding.ids.length > config.maxPositions) tooLong++;
    else texts.push(prepare(sentence, tokenizer, config, encoding));
  }
  const leftOut = { tooLong, empty, limit: config.maxPositions };
  if (texts.length > 0) return { texts, leftOut };
  const counts = `${tooLong} longer than ${config.maxPositions} tokens, ${empty} without any token`;
  throw new InputError(`${id}: the model can read none of its texts (${counts}); give shorter texts`);
}

/** Returns the number of sentences of a corpus that were skipped. */
export const countLeftOut = ({ tooLong, empty }: LeftOut): number => tooLong + empty;

/** Returns the first tokens of a text, for pictures and other uses of full patterns. */
export const startOf = (text: Text, tokens: number): Text => ({
  ...text,
  ids: text.ids.slice(0, tokens),
  tokens: text.tokens.slice(0, tokens),
  special: text.special.slice(0, tokens),
});

/**
 * Returns the positions that a text's means run over: no special tokens, and no first token if it can attend only to itself.
 */
export const countedQueries = (text: Text, causal: boolean): number[] =>
  text.special.flatMap((special, i) => (special || (i === 0 && (causal || text.ids.length === 1)) ? [] : [i]));

/** Returns the number of tokens of each text of a batch. */
export function lengthOf(texts: readonly Pick<Text, "ids">[]): number {
  const [length, ...others] = new Set(texts.map(({ ids }) => ids.length));
  if (length === undefined || others.length > 0) throw new Error("internal: the texts of a batch do not have one length");
  return length;
}

/** Groups texts into batches of one length each, so that nothing is padded. */
export function batches(texts: readonly Pick<Text, "ids">[], budget = { pairs: 400_000, tokens: 4096 }): number[][] {
  const byLength = new Map<number, number[]>();
  for (const [t, { ids }] of texts.entries()) byLength.set(ids.length, [...(byLength.get(ids.length) ?? []), t]);
  return [...byLength]
    .sort(([a], [b]) => a - b)
    .flatMap(([n, members]) => {
      const size = Math.max(1, Math.min(Math.floor(budget.pairs / n ** 2), Math.floor(budget.tokens / n)));
      return Array.from({ length: Math.ceil(members.length / size) }, (_, k) => members.slice(k * size, (k + 1) * size));
    });
}

/** Assigns each text's sentence to one of two halves, 0 or 1, balanced by length. The same seed gives the same halves. */
export function halvesOfTexts(texts: readonly Text[], seed: number): ReadonlyMap<Sentence, number> {
  const halves = splitInTwo(
    texts.map(({ ids }) => ids.length),
    `${seed}/halves of texts`,
  );
  return new Map(texts.map(({ sentence }, t) => [sentence, halves[t] ?? 0]));
}
