/** Texts for the statistics: characters, words with their spans, and gold trees if there are any. */

export interface Word {
  readonly form: string;
  /** The word's span [start, end) in the sentence's text. */
  readonly start: number;
  readonly end: number;
  /** Universal part of speech; `_` if unknown. */
  readonly upos: string;
  /** The index of the head word, −1 for the root; only with a tree. */
  readonly head?: number;
  /** The relation to the head, such as `nsubj` or `acl:relcl`. */
  readonly relation?: string;
}

export interface Sentence {
  readonly id: string;
  readonly text: string;
  readonly words: readonly Word[];
}

export interface Corpus {
  readonly id: string;
  readonly sentences: readonly Sentence[];
  /** True if the words have gold trees. */
  readonly trees: boolean;
  /** The number of sentences that were skipped because they have too many tokens for the model. */
  readonly tooLong?: number;
}
