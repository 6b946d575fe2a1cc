/** The text that a command reads a model on: sentences with gold trees, plain text, or the built-in sample. */
import { basename } from "node:path";
import { parseConllu } from "../corpus/conllu.ts";
import { parsePlain } from "../corpus/plain.ts";
import { SAMPLE_CONLLU } from "../corpus/sample.ts";
import type { Corpus } from "../corpus/sentence.ts";
import { readWhole } from "../corpus/text.node.ts";
import { choose } from "./read/choose.ts";

/** How many sentences of a text are read, and which. */
export interface SentenceOptions {
  readonly sentences?: number;
  readonly first?: number;
}

export interface CorpusOptions {
  readonly conllu?: string;
  readonly text?: string;
  /** Bytes of text that a file may hold. */
  readonly textLimit?: number;
}

/** The file as it stands, read before any model is, so that a wrong path costs nothing. Throws `InputError`. */
export async function readContent({ conllu, text, textLimit }: CorpusOptions): Promise<string> {
  const source = conllu ?? text;
  return source === undefined ? SAMPLE_CONLLU : readWhole(source, textLimit);
}

/** What is asked of a model about its texts. */
interface Reader {
  readonly tokenizer: { encode(text: string): { readonly ids: readonly number[] } };
  readonly config: { readonly maxPositions: number };
}

/** The sentences of `content`, plain text in pieces that the model can read; see `parsePlain` for those that it cannot. Throws `InputError`. */
export function parseCorpus(content: string, { conllu, text }: CorpusOptions, { tokenizer, config }: Reader): Corpus {
  if (text !== undefined) {
    return parsePlain(content, basename(text), config.maxPositions, (t) => tokenizer.encode(t).ids.length);
  }
  return parseConllu(content, conllu === undefined ? "built-in sample" : basename(conllu));
}

/** The sentences that the options ask for, drawn so that short and long ones have their share; the corpus's name says which. */
export function someSentences(
  corpus: Corpus,
  { sentences: count, first, seed }: SentenceOptions & { readonly seed: number },
): Corpus {
  const { items, suffix } = choose(corpus.sentences, ({ words }) => words.length, { count, first, seed });
  return { ...corpus, id: `${corpus.id}${suffix}`, sentences: items };
}
