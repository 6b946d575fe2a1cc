/** The parts of @huggingface/tokenizers used here, with types of our own: its declarations do not resolve under NodeNext. */

import * as library from "@huggingface/tokenizers";

interface Library {
  readonly SplitPreTokenizer: new (config: object) => { readonly pattern: RegExp | null };
  readonly Tokenizer: new (
    file: object,
    config: object,
  ) => { readonly decoder: { decode_chain(tokens: readonly string[]): readonly string[] } | null };
}

export const { SplitPreTokenizer, Tokenizer } = library as unknown as Library;
