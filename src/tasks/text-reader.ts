/** Texts as a sentence encoder reads them: with its prompt before them, and cut to the tokens that it reads. */
import type { Checkpoint, Unread } from "../load/checkpoint.ts";
import type { Pooling } from "../load/pooling.ts";
import { InputError } from "../run/errors.ts";

/** Reads texts one after the other, and counts. */
export interface TextReader {
  /** The tokens that a text is cut to. */
  readonly limit: number;
  /** How many texts were cut so far. */
  readonly cut: number;
  /** The token ids of a text. Throws `InputError` naming the place `where`, if nothing is left of it. */
  read(text: string, where: string): readonly number[];
}

/** A reader of texts for `pooling`; the special tokens at the end of a text stay where it is cut. */
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
      if (ids.length === 0) throw new InputError(`${where} is empty: nothing is left of it as tokens; leave it out`);
      if (ids.length <= limit) return ids;
      cut++;
      return [...ids.slice(0, limit - tail), ...ids.slice(ids.length - tail)];
    },
  };
}
