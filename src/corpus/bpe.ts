/** Trains a byte-level BPE vocabulary on text, as a tokenizer.json that Hugging Face's libraries load. */

import { byteAlphabet, byteCharacters } from "../load/tokenizer/byte-characters.ts";
import { gpt2Words } from "../load/tokenizer/byte-level.ts";
import { InputError } from "../run/errors.ts";
import { learnMerges, type Merges, type Words } from "./bpe-merges.ts";
import type { Texts } from "./lines.ts";

/** Options of the training. */
export interface BpeOptions {
  /** The total number of tokens: special ones, the 256 bytes, and merges. */
  readonly vocabulary: number;
  /** Special tokens, which get the first ids; default: none. */
  readonly specialTokens?: readonly string[];
  /** The number of occurrences a pair needs to be merged; default 1 (0 is the same). */
  readonly minFrequency?: number;
  /** If true, every line, and every text that is encoded later, begins as after a space; default false. */
  readonly prefixSpace?: boolean;
  /** Special tokens that every encoding starts and ends with: `{ end: "</s>" }`, or `{ start: "[CLS]", end: "[SEP]" }`. */
  readonly around?: { readonly start?: string; readonly end?: string };
  /** The name of the text in errors; default "the corpus". */
  readonly name?: string;
}

/** A trained tokenizer. */
export interface TrainedBpe {
  /** The content of tokenizer.json, for `JSON.stringify` or `createTokenizer`. */
  readonly tokenizer: BpeTokenizer;
  /** The number of tokens in the vocabulary. */
  readonly vocabulary: number;
  /** False if the text had too few pairs for the requested vocabulary. */
  readonly complete: boolean;
  /** The number of words read, and of distinct ones. */
  readonly words: number;
  readonly distinctWords: number;
}

/** A byte-level tokenizer.json. */
export type BpeTokenizer = ReturnType<typeof tokenizerJson>;

/**
 * Trains on lines; GPT-2's rule splits each into words, and only their counts are kept. Vocabulary and merges equal those of
 * Hugging Face's `BpeTrainer` (ByteLevel with `add_prefix_space` as `prefixSpace`) on the same lines: highest count first, then the
 * smallest pair of ids. Throws `InputError` if there is no text, if `vocabulary` is too small for the special tokens and
 * the bytes, or if special tokens are empty, repeated or, for `around`, missing.
 */
export async function trainBpe(lines: Texts, options: BpeOptions): Promise<TrainedBpe> {
  const { vocabulary, specialTokens = [], minFrequency = 1, prefixSpace = false, around = {}, name = "the corpus" } = options;
  const known = firstTokens(specialTokens, around);
  checkSizes(vocabulary, known.length, minFrequency);
  const counts = await countWords(lines, prefixSpace);
  if (counts.size === 0) throw new InputError(`${name}: there is no text to train a vocabulary on; give a text`);
  const learned = learnMerges(asWords(counts, known), known, vocabulary, Math.max(1, minFrequency));
  let words = 0;
  for (const count of counts.values()) words += count;
  return {
    tokenizer: tokenizerJson(learned, specialTokens, { prefixSpace, around }),
    vocabulary: learned.tokens.length,
    complete: learned.tokens.length === vocabulary,
    words,
    distinctWords: counts.size,
  };
}

function firstTokens(special: readonly string[], around: NonNullable<BpeOptions["around"]>): readonly string[] {
  if (special.includes("")) throw new InputError("specialTokens: one of them is empty; remove it");
  const repeated = special.find((token, i) => special.indexOf(token) !== i);
  if (repeated !== undefined) throw new InputError(`specialTokens: "${repeated}" is repeated; list it once`);
  const missing = [around.start, around.end].find((token) => token !== undefined && !special.includes(token));
  if (missing !== undefined) throw new InputError(`around: "${missing}" is not among specialTokens; add it there`);
  return [...new Set([...special, ...byteAlphabet])];
}

function checkSizes(vocabulary: number, least: number, minFrequency: number): void {
  if (!Number.isInteger(vocabulary) || vocabulary < least) {
    throw new InputError(
      `vocabulary ${vocabulary} is too small for the special tokens and the 256 bytes; give a whole number from ${least}`,
    );
  }
  if (!Number.isInteger(minFrequency) || minFrequency < 0) {
    throw new InputError(`minFrequency ${minFrequency} is not a number of occurrences; give a whole number from 0`);
  }
}

async function countWords(lines: Texts, prefixSpace: boolean): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const line of lines) {
    const text = prefixSpace && line !== "" && !line.startsWith(" ") ? ` ${line}` : line;
    for (const word of text.match(gpt2Words) ?? []) {
      const count = counts.get(word);
      if (count !== undefined) counts.set(word, count + 1);
      else addWord(counts, word);
    }
  }
  return counts;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

// A match shares the memory of its line; a copy frees the line. Lone surrogates become U+FFFD, as in UTF-8.
function addWord(counts: Map<string, number>, word: string): void {
  const copy = decoder.decode(encoder.encode(word));
  counts.set(copy, (counts.get(copy) ?? 0) + 1);
}

/** Returns the words as runs of the ids of their bytes in `known`. */
function asWords(counts: ReadonlyMap<string, number>, known: readonly string[]): Words {
  const ids = new Map(known.map((token, id) => [token, id]));
  const spelled = Array.from(counts.keys(), byteCharacters);
  const lengths = Int32Array.from(spelled, ({ length }) => length);
  let size = 0;
  const starts = lengths.map((length) => (size += length) - length);
  const symbols = new Int32Array(size);
  let at = 0;
  for (const word of spelled) for (const byte of word) symbols[at++] = ids.get(byte)!;
  return { symbols, starts, lengths, counts: Float64Array.from(counts.values()) };
}

const byteLevel = (prefixSpace: boolean) =>
  ({ type: "ByteLevel", add_prefix_space: prefixSpace, trim_offsets: true, use_regex: true }) as const;
const model = {
  type: "BPE",
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
} as const;

function tokenizerJson(
  { tokens, merges }: Merges,
  special: readonly string[],
  { prefixSpace, around }: Required<Pick<BpeOptions, "prefixSpace" | "around">>,
) {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const vocab: Readonly<Record<string, number>> = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: byteLevel(prefixSpace),
    post_processor: template(around, special),
    decoder: byteLevel(prefixSpace),
    model: { ...model, vocab, merges },
  };
}

function template({ start, end }: NonNullable<BpeOptions["around"]>, special: readonly string[]) {
  const used = [start, end].filter((token) => token !== undefined);
  if (used.length === 0) return null;
  const token = (id: string | undefined, type_id: number) => (id === undefined ? [] : [{ SpecialToken: { id, type_id } }]);
  const first = [...token(start, 0), { Sequence: { id: "A", type_id: 0 } }, ...token(end, 0)];
  return {
    type: "TemplateProcessing",
    single: first,
    pair: [...first, { Sequence: { id: "B", type_id: 1 } }, ...token(end, 1)],
    special_tokens: Object.fromEntries(used.map((id) => [id, { id, ids: [special.indexOf(id)], tokens: [id] }])),
  };
}
