/** The texts of the equality check: what any command reads, and the lines of a file for encoder–decoders. */
import { basename } from "node:path";
import { plainSentence } from "../../corpus/plain.ts";
import type { Corpus } from "../../corpus/sentence.ts";
import { type LeftOut, readable } from "../../heads/observe/text.ts";
import { type AnyCheckpoint, isTranslator } from "../../load/any-checkpoint.ts";
import type { Unread } from "../../load/checkpoint.ts";
import { endedIds } from "../../load/translator.ts";
import type { CheckedText } from "../../prune/check.ts";
import { InputError } from "../../run/errors.ts";
import { plural } from "../../view/page/numbers.ts";
import { type CorpusOptions, parseCorpus } from "../read/corpus.ts";

/**
 * Returns the token ids of every text of `content`, and an id for the content. Throws `InputError` if the model can read none.
 */
export function textsToCheck(
  content: string,
  options: CorpusOptions,
  model: Unread<AnyCheckpoint>,
): { readonly id: string; readonly texts: readonly CheckedText[]; readonly leftOut: LeftOut } {
  const { id, sentences, tooLong } =
    isTranslator(model) && options.text !== undefined
      ? linesOf(content, basename(options.text))
      : parseCorpus(content, options, model);
  if (sentences.length === 0)
    throw new InputError(`${id}: contains no text to check the pruned model on; pass a file with text`);
  if (!isTranslator(model)) return { id, ...readable({ id, sentences, trees: false, tooLong }, model.tokenizer, model.config) };
  const limit = model.config.maxPositions;
  const all = sentences.map(({ text }) => ({ ids: Int32Array.from(endedIds(model, text)) }));
  const texts = all.filter(({ ids }) => ids.length > 0 && ids.length <= limit);
  if (texts.length > 0) return { id, texts, leftOut: { tooLong: all.length - texts.length, empty: 0, limit } };
  throw new InputError(`${id}: every text is longer than the model's limit of ${plural(limit, "token")}; split the texts`);
}

const linesOf = (content: string, name: string): Corpus => ({
  trees: false,
  id: name,
  sentences: content.split(/\r?\n/).flatMap((line, k) => (line.trim() === "" ? [] : [plainSentence(`${k + 1}`, line)])),
});
