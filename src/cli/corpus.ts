/** The text that a command reads a model on: sentences with gold trees, plain text, or the built-in sample. */
import { basename } from "node:path";
import { parseConllu } from "../corpus/conllu.ts";
import { parsePlain } from "../corpus/plain.ts";
import { SAMPLE_CONLLU } from "../corpus/sample.ts";
import type { Corpus } from "../corpus/sentence.ts";
import type { Checkpoint } from "../load/checkpoint.ts";
import { readText } from "./files.ts";

export interface CorpusOptions {
  readonly conllu?: string;
  readonly text?: string;
}

/** The file as it stands, read before any model is, so that a wrong path costs nothing. Throws `InputError`. */
export async function readContent({ conllu, text }: CorpusOptions): Promise<string> {
  const source = conllu ?? text;
  return source === undefined ? SAMPLE_CONLLU : readText(source);
}

/** The sentences of `content`, plain text in pieces that the model can read. Throws `InputError`. */
export function parseCorpus(content: string, { conllu, text }: CorpusOptions, { tokenizer, config }: Checkpoint): Corpus {
  if (text !== undefined) {
    return parsePlain(content, basename(text), config.maxPositions, (t) => tokenizer.encode(t).ids.length);
  }
  return parseConllu(content, conllu === undefined ? "built-in sample" : basename(conllu));
}

/** The first `count` sentences, and a name that says so; all of them without a number. */
export function firstSentences(corpus: Corpus, count?: number): Corpus {
  if (count === undefined || count >= corpus.sentences.length) return corpus;
  return { ...corpus, id: `${corpus.id} (first ${count})`, sentences: corpus.sentences.slice(0, count) };
}
