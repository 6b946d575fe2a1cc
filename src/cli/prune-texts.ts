/** The texts that a cut is checked on: what any text command reads, and for encoder–decoders the lines of a file. */
import { basename } from "node:path";
import { plainSentence } from "../corpus/plain.ts";
import type { Sentence } from "../corpus/sentence.ts";
import { prepare } from "../heads/text.ts";
import type { Translator } from "../load/translator.ts";
import type { CheckedText } from "../prune/check.ts";
import { type AnyCheckpoint, isTranslator } from "../prune/opened.ts";
import { InputError } from "../run/errors.ts";
import { sourceIds } from "../train/translate.ts";
import { type CorpusOptions, parseCorpus } from "./corpus.ts";

/** Token ids of every text of `content`, and what the content is called. Throws `InputError` where there is none, or one is too long. */
export function textsToCheck(
  content: string,
  options: CorpusOptions,
  model: AnyCheckpoint,
): { readonly id: string; readonly texts: CheckedText[] } {
  const { id, sentences } =
    isTranslator(model) && options.text !== undefined
      ? linesOf(content, basename(options.text))
      : parseCorpus(content, options, model);
  if (sentences.length === 0) throw new InputError(`${id}: there is no text in it to check the cut on`);
  const texts = isTranslator(model)
    ? sentences.map((sentence) => sourceOf(sentence, id, model))
    : sentences.map((sentence) => prepare(sentence, model.tokenizer, model.config));
  return { id, texts };
}

const linesOf = (content: string, name: string): { id: string; sentences: Sentence[] } => ({
  id: name,
  sentences: content.split(/\r?\n/).flatMap((line, k) => (line.trim() === "" ? [] : [plainSentence(`${k + 1}`, line)])),
});

const sourceOf = (sentence: Sentence, name: string, translator: Translator): CheckedText => ({
  ids: Int32Array.from(sourceIds(translator, sentence.text, `${name}:${sentence.id}: the text`)),
});
