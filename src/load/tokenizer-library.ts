/** The parts of @huggingface/tokenizers used here, typed by hand: its own declarations do not resolve under NodeNext. */

import * as library from "@huggingface/tokenizers";

/** Kudo's unigram model; `unk_score` is what a character of no piece costs. */
interface UnigramModel {
  unk_score: number;
  tokenize(text: string): string[];
}

interface Library {
  readonly Unigram: new (config: object, end: string) => UnigramModel;
  readonly SplitPreTokenizer: new (config: object) => { readonly pattern: RegExp | null };
  readonly Tokenizer: new (
    file: object,
    config: object,
  ) => { readonly decoder: { decode(tokens: readonly string[]): string } | null };
}

export const { Unigram, SplitPreTokenizer, Tokenizer } = library as unknown as Library;
