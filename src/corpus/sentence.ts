/** Texts as the statistics read them: characters, words with their places, and gold trees where there are any. */

export interface Word {
  readonly form: string;
  /** The characters [start, end) of the sentence's text. */
  readonly start: number;
  readonly end: number;
  /** Universal part of speech; `_` where unknown. */
  readonly upos: string;
  /** The index of the head word, −1 for the root; only where there is a tree. */
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
  /** Whether the words carry gold trees. */
  readonly trees: boolean;
  /** Sentences that were left out, because the model cannot read so many tokens. */
  readonly tooLong?: number;
}
