/** Texts as input of a sentence encoder: prefixed with its prompt, and truncated to its limit. */
import type { Checkpoint, Unread } from "../load/checkpoint.ts";
import type { Pooling } from "../load/pooling.ts";
import { InputError } from "../run/errors.ts";

/** Converts texts to ids one by one, and counts truncated ones. */
export interface TextReader {
  /** The maximum number of tokens. */
  readonly limit: number;
  /** The number of texts truncated so far. */
  readonly cut: number;
  /** Returns the token ids of a text. Throws `InputError` with the place `where` if no token is left. */
  read(text: string, where: string): readonly number[];
}

/** Creates a reader for `pooling`; special tokens at the end of a truncated text are kept. */
export function createTextReader({ tokenizer, config }: Unread<Checkpoint>, pooling: Pooling): TextReader {
  const limit = Math.min(pooling.maxTokens ?? config.maxPositions, config.maxPositions);
  const { special } = tokenizer.encode("a");
  const tail = Math.min(limit, special.length - 1 - special.lastIndexOf(false));
  let cut = 0;
  return {
    limit,
    get cut() {
      return cut;
    },
    read(text, where) {
      const given = `${pooling.prompt ?? ""}${text}`;
      const { ids } = tokenizer.encode(pooling.lowercase ? given.toLowerCase() : given);
      if (ids.length === 0) throw new InputError(`${where} has no tokens; remove it`);
      if (ids.length <= limit) return ids;
      cut++;
      return [...ids.slice(0, limit - tail), ...ids.slice(ids.length - tail)];
    },
  };
}
