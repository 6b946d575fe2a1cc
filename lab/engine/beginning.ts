/** The beginning of a text that is longer than a model reads. */
import { type AnyCheckpoint, isTranslator } from "../../src/load/any-checkpoint.ts";
import type { Pooling, RefusedPooling } from "../../src/load/pooling.ts";
import { endedIds } from "../../src/load/translator.ts";
import type { Beginning } from "./protocol.ts";

/**
 * Counts the tokens of a text as the model reads it, special ones included; of a text with too many, returns the longest beginning
 * that fits.
 */
export function beginningOf(model: AnyCheckpoint, text: string): Beginning {
  const most = model.config.maxPositions;
  const prompt = promptOf(model);
  const countOf = (part: string): number =>
    isTranslator(model) ? endedIds(model, part).length : model.tokenizer.encode(`${prompt}${part}`).ids.length;
  const tokens = countOf(text);
  if (tokens <= most) return { tokens, most, text };
  const ends = endsOf(model, prompt, text);
  const part = (count: number) => text.slice(0, count === 0 ? 0 : ends[count - 1]).trimEnd();
  let [fits, over] = [0, ends.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (countOf(part(middle)) <= most) fits = middle;
    else over = middle;
  }
  return { tokens, most, text: part(fits) };
}

/** Returns the places where a text may end: after each token or, where tokens have no places, after each word. */
function endsOf(model: AnyCheckpoint, prompt: string, text: string): number[] {
  if (isTranslator(model)) return Array.from(text.matchAll(/\S+/g), ({ index, 0: word }) => index + word.length);
  const { offsets, special } = model.tokenizer.encode(`${prompt}${text}`);
  return offsets.filter((_, k) => !special[k]).map(([, end]) => Math.max(0, end - prompt.length));
}

/** Returns what a sentence encoder reads before every text. */
function promptOf(model: AnyCheckpoint): string {
  const { pooling } = model as { readonly pooling?: Pooling | RefusedPooling };
  return model.config.family !== "encoder-decoder" && pooling && !("refused" in pooling) ? (pooling.prompt ?? "") : "";
}
