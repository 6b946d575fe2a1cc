/** The text that a command runs a model on: sentences with gold trees, plain text, or the built-in sample. */
import { basename } from "node:path";
import { parseConllu } from "../../corpus/conllu.ts";
import { parsePlain } from "../../corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../corpus/sample.ts";
import type { Corpus } from "../../corpus/sentence.ts";
import { readWhole } from "../../corpus/text.node.ts";
import { choose } from "../../stats/sample.ts";

/** The number of sentences to read from a text, and their selection. */
export interface SentenceOptions {
  readonly sentences?: number;
  readonly first?: number;
}

export interface CorpusOptions {
  readonly conllu?: string;
  readonly text?: string;
  /** The largest number of bytes of text in a file. */
  readonly textLimit?: number;
}

/** Reads the file before any model is opened, so that a wrong path fails at once. Throws `InputError`. */
export async function readContent({ conllu, text, textLimit }: CorpusOptions): Promise<string> {
  const source = conllu ?? text;
  return source === undefined ? SAMPLE_CONLLU : readWhole(source, textLimit);
}

/** The parts of a model that determine how its texts are split. */
interface Reader {
  readonly tokenizer: { encode(text: string): { readonly ids: readonly number[] } };
  readonly config: { readonly maxPositions: number };
}

/**
 * Parses `content` into sentences; plain text is split into pieces that fit the model (see `parsePlain`). Throws `InputError`.
 */
export function parseCorpus(content: string, { conllu, text }: CorpusOptions, { tokenizer, config }: Reader): Corpus {
  if (text !== undefined) {
    return parsePlain(content, basename(text), config.maxPositions, (t) => tokenizer.encode(t).ids.length);
  }
  return parseConllu(content, conllu === undefined ? "built-in sample" : basename(conllu));
}

/** Selects the sentences that the options ask for, stratified by length; the corpus id reports the selection. */
export function someSentences(
  corpus: Corpus,
  { sentences: count, first, seed }: SentenceOptions & { readonly seed: number },
): Corpus {
  const { items, suffix } = choose(corpus.sentences, ({ words }) => words.length, { count, first, seed });
  return { ...corpus, id: `${corpus.id}${suffix}`, sentences: items };
}
