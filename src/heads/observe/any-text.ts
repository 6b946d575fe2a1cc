/** A text as the tokens of a model of any family, and the translation that an encoder–decoder reads with it. */

import { plainSentence } from "../../corpus/plain.ts";
import { type AnyCheckpoint, isTranslator } from "../../load/any-checkpoint.ts";
import type { Unread } from "../../load/checkpoint.ts";
import { endedIds, sourceIds, type Translator } from "../../load/translator.ts";
import { InputError } from "../../run/errors.ts";
import { prepare } from "./text.ts";

/** The tokens of a text. */
export interface AnyText {
  readonly ids: ArrayLike<number>;
  readonly tokens: readonly string[];
  /** The word of each token, −1 for special tokens; not known in encoder–decoders. */
  readonly words?: readonly number[];
  readonly target?: Target;
}

/** A translation as the decoder reads it. */
export interface Target {
  readonly text: string;
  /** The start token and the translation, without its end token. */
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
}

/**
 * Tokenizes a text and, for an encoder–decoder, its translation. Throws `InputError` if one is empty or too long, or if the model
 * reads no translation.
 */
export function tokenize(model: Unread<AnyCheckpoint>, text: string, target?: string): AnyText {
  if (text.trim() === "") throw new InputError("the text is empty; give one with words");
  if (isTranslator(model)) return readPair(model, text, target);
  if (target !== undefined)
    throw new InputError(`${model.id} is not an encoder-decoder, so it reads one text; leave out the target`);
  const { ids, tokens, wordOf } = prepare(plainSentence("given", text), model.tokenizer, model.config);
  return { ids, tokens, words: Array.from(wordOf) };
}

function readPair(model: Unread<Translator>, text: string, target?: string): AnyText {
  const ids = sourceIds(model, text, "the text");
  const source = { ids, tokens: ids.map(tokenNames(model)) };
  if (target === undefined) return source;
  if (target.trim() === "") throw new InputError("the target is empty; give a translation, or leave it out");
  const translated = endedIds(model, target);
  const most = model.config.maxPositions;
  if (translated.length > most) {
    throw new InputError(`the target has ${translated.length} tokens, but the model reads ${most} at most; shorten it`);
  }
  return { ...source, target: targetOf(model, [...translated], target) };
}

/** Returns a translation as the decoder reads it; `ids` are its tokens after the start token. */
export function targetOf(
  model: Unread<Translator>,
  ids: readonly number[],
  text = model.tokenizer.decode(ids, { skipSpecialTokens: true }).trim(),
): Target {
  const { start = model.config.ids.start, ends = [model.config.ids.end] } = model.generation;
  const read = [start, ...(ends.includes(ids.at(-1)!) ? ids.slice(0, -1) : ids)];
  return { text, ids: read, tokens: read.map(tokenNames(model)) };
}

/** Returns the names of a translation model's tokens. */
const tokenNames =
  ({ tokenizer }: Unread<Translator>) =>
  (id: number): string =>
    tokenizer.decode([id]) || `#${id}`;
