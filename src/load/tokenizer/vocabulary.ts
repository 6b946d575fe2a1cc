/** Checks a tokenizer's ids against the size of a model's token table. */

import { isRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import type { Encoding, Tokenizer } from "./tokenizer.ts";

/** Throws `InputError` if a tokenizer has ids beyond the model's table. */
export function checkVocabulary(tokenizer: { readonly vocabularySize: number }, vocabulary: number, where: string): void {
  if (tokenizer.vocabularySize <= vocabulary) return;
  throw new InputError(
    `${where}: the tokenizer has ids up to ${tokenizer.vocabularySize - 1}, but the model embeds only ${vocabulary} tokens; use the tokenizer that came with the model`,
  );
}

/**
 * Returns a tokenizer for a model with `vocabulary` tokens: added tokens beyond the model's table are refused when a text uses
 * them. Throws `InputError` if other tokens than added ones are beyond the table; `json`: tokenizer.json.
 */
export function boundedTokenizer(tokenizer: Tokenizer, json: unknown, vocabulary: number, where: string): Tokenizer {
  if (tokenizer.vocabularySize <= vocabulary) return tokenizer;
  if (largestOwnId(json) >= vocabulary) checkVocabulary(tokenizer, vocabulary, where);
  const isInside = (id: number | undefined): id is number => id !== undefined && id < vocabulary;
  const check = ({ ids, tokens }: Encoding) => {
    const at = ids.findIndex((id) => id >= vocabulary);
    if (at < 0) return;
    throw new InputError(
      `${where}: the text contains the token ${JSON.stringify(tokens[at])} with id ${ids[at]}, but the model embeds only ${vocabulary} tokens; remove it from the text`,
    );
  };
  return Object.freeze({
    ...tokenizer,
    vocabularySize: vocabulary,
    specialIds: new Set([...tokenizer.specialIds].filter(isInside)),
    special: Object.freeze(Object.fromEntries(Object.entries(tokenizer.special).filter(([, id]) => isInside(id)))),
    encode(text: string, options?: { addSpecialTokens?: boolean }) {
      const encoding = tokenizer.encode(text, options);
      check(encoding);
      return encoding;
    },
  });
}

/** Returns the largest id of the tokenizer's own model, without added tokens. */
function largestOwnId(json: unknown): number {
  const model = isRecord(json) && isRecord(json.model) ? json.model : {};
  if (Array.isArray(model.vocab)) return model.vocab.length - 1;
  return Object.values(isRecord(model.vocab) ? model.vocab : {}).reduce<number>((most, id) => Math.max(most, Number(id)), -1);
}
