/** Whether a tokenizer's ids fit a model's table of tokens. */
import { InputError } from "../../run/errors.ts";
import { isRecord } from "../format/safetensors.ts";
import type { Encoding, Tokenizer } from "./tokenizer.ts";

/** Throws `InputError` where a tokenizer has ids beyond the model's table. */
export function checkVocabulary(tokenizer: { readonly vocabularySize: number }, vocabulary: number, where: string): void {
  if (tokenizer.vocabularySize <= vocabulary) return;
  throw new InputError(
    `${where}: the tokenizer has ids up to ${tokenizer.vocabularySize - 1}, but the model embeds only ${vocabulary}: they do not belong together`,
  );
}

/**
 * A tokenizer for a model with `vocabulary` tokens: where tokens were added that the model's table was not resized for, they are
 * refused once a text uses them. Throws `InputError` where more than added tokens are beyond the table; `json`: tokenizer.json.
 */
export function boundedTokenizer(tokenizer: Tokenizer, json: unknown, vocabulary: number, where: string): Tokenizer {
  if (tokenizer.vocabularySize <= vocabulary) return tokenizer;
  if (largestOwnId(json) >= vocabulary) checkVocabulary(tokenizer, vocabulary, where);
  const isInside = (id: number | undefined): id is number => id !== undefined && id < vocabulary;
  const check = ({ ids, tokens }: Encoding) => {
    const at = ids.findIndex((id) => id >= vocabulary);
    if (at < 0) return;
    throw new InputError(
      `${where}: the text has the token ${JSON.stringify(tokens[at])} with id ${ids[at]}, but the model embeds only ${vocabulary} tokens; leave it out of the text`,
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

/** The largest id of the tokenizer's own model, without the tokens that were added to it. */
function largestOwnId(json: unknown): number {
  const model = isRecord(json) && isRecord(json.model) ? json.model : {};
  if (Array.isArray(model.vocab)) return model.vocab.length - 1;
  return Object.values(isRecord(model.vocab) ? model.vocab : {}).reduce<number>((most, id) => Math.max(most, Number(id)), -1);
}
