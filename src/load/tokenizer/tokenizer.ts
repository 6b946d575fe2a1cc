/**
 * Encodes text to token ids and decodes ids by a Hugging Face tokenizer.json. The JavaScript library provides decoders and
 * regular expressions; the other steps are our own, since they keep the position of each token in the text.
 */

import { InputError } from "../../run/errors.ts";
import { asLookedFor, createSections, type Section } from "./added.ts";
import { type Aligned, aligned } from "./aligned.ts";
import type { Beside } from "./class/class-added.ts";
import { effectiveTokenizer } from "./class/tokenizer-class.ts";
import { checkDecoder, cleanedUp, cleansUp, createDecoder } from "./decode.ts";
import { createFinisher, type Token } from "./finish.ts";
import type { Subword } from "./model/bpe.ts";
import { createDivider } from "./model/subwords.ts";
import { createNormalizer } from "./normalize.ts";
import { createSplitter } from "./split.ts";
import { createVocabulary, type Vocabulary } from "./token-vocabulary.ts";
import { type AddedToken, quote, readTokenizerFile, type TokenizerFile } from "./tokenizer-json.ts";

export { alignToSpans } from "./align.ts";

/** The tokens of one text; all five lists have one entry per token. */
export interface Encoding {
  readonly ids: readonly number[];
  /** The token strings of the vocabulary. */
  readonly tokens: readonly string[];
  /** Spans in UTF-16 code units of the original text; [0, 0] for special tokens added by the post-processor. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** The index of the token's piece of the split text; null for special tokens added by the post-processor. */
  readonly wordIds: readonly (number | null)[];
  /** True for tokens added by the post-processor, such as [CLS] and <s>. */
  readonly special: readonly boolean[];
}

/** Encodes text and decodes ids; padding and truncation are left to the caller. */
export interface Tokenizer extends Vocabulary {
  /** Encodes a text, by default with special tokens around it. */
  encode(text: string, options?: { addSpecialTokens?: boolean }): Encoding;
  /** Decodes ids to text; ids outside the vocabulary are skipped. */
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string;
}

/**
 * Builds a tokenizer from tokenizer.json and tokenizer_config.json, both parsed, like transformers: if the two differ, the
 * tokenizer class decides. `beside` has the other files of the directory. Throws `InputError` for unsupported settings.
 */
export function createTokenizer(tokenizerJson: unknown, tokenizerConfig?: unknown, beside: Beside = {}): Tokenizer {
  const { file, settings, absent } = effectiveTokenizer(readTokenizerFile(tokenizerJson), tokenizerConfig, beside);
  checkDecoder(file);
  const added = file.added_tokens ?? [];
  const normalize = createNormalizer(file.normalizer);
  const lookedFor = asLookedFor(added, normalize);
  const found = settings.split_special_tokens === true ? lookedFor.filter(({ special }) => !special) : lookedFor;
  const vocabulary = createVocabulary(file.model, added, settings);
  const tokensOf = createReader(file, createSections(withAbsent(found, absent), normalize), vocabulary);
  const finish = createFinisher(file.post_processor);
  const decode = createDecoder(file.decoder, lookedFor, vocabulary);
  const cleanUp = cleansUp(file, settings) ? cleanedUp : (text: string) => text;
  return Object.freeze({
    ...vocabulary,
    encode(text: string, { addSpecialTokens = true } = {}) {
      return asEncoding(finish(tokensOf(text), text, addSpecialTokens), vocabulary);
    },
    decode: (ids: readonly number[], { skipSpecialTokens = false } = {}) => cleanUp(decode(ids, skipSpecialTokens)),
  });
}

const ABSENT = -1;

const withAbsent = (found: readonly AddedToken[], absent: readonly string[]): readonly AddedToken[] => [
  ...found,
  ...absent.map((content) => ({ ...{ content, id: ABSENT, special: true, normalized: false }, ...unflagged })),
];

const unflagged = { single_word: false, lstrip: false, rstrip: false };

// Words are numbered across the whole text, and an added token is one word.
function createReader(file: TokenizerFile, sections: (text: Aligned) => Section[], vocabulary: Vocabulary) {
  const split = createSplitter(file.pre_tokenizer);
  const divide = createDivider(file.model);
  return (text: string): Token[] => {
    const words = sections(aligned(text)).flatMap((section): readonly Section[] =>
      section.id === undefined ? split(section.piece).map((piece) => ({ piece })) : [section],
    );
    return words.flatMap(({ piece, id }, word) => {
      if (id === ABSENT)
        throw new InputError(
          `the text contains ${quote(piece.text)}, a special token that is not in the vocabulary; remove it from the text`,
        );
      if (id !== undefined) return [token(piece, { id, from: 0, to: piece.text.length }, word, piece.text)];
      return divide(piece.text).map((subword) => token(piece, subword, word, vocabulary.tokenOf(subword.id)!));
    });
  };
}

function token(piece: Aligned, { id, from, to }: Subword, word: number, text: string): Token {
  return { id, text, start: piece.starts[from]!, end: piece.ends[to - 1]!, word, special: false };
}

function asEncoding(tokens: readonly Token[], vocabulary: Vocabulary): Encoding {
  return Object.freeze({
    ids: tokens.map(({ id }) => id),
    tokens: tokens.map(({ id, text }) => vocabulary.tokenOf(id) ?? text),
    offsets: tokens.map(({ start, end }) => [start, end] as const),
    wordIds: tokens.map(({ word }) => word),
    special: tokens.map(({ special }) => special),
  });
}
