/** Notes of a report, a redundancy file or a comparison as sentences, without a period. */
import type { Note } from "../../heads/observe/notes.ts";
import { plural } from "./numbers.ts";

/** Formats a note. */
export function noteText(note: Note): string {
  switch (note.code) {
    case "too-long":
      return `${was(note.texts)} skipped because of more than ${note.limit} tokens, the model's maximum`;
    case "no-tokens":
      return `${was(note.texts)} skipped because no token is left`;
    case "single-token":
      return `${was(note.texts)} skipped because a single token has nothing to attend to`;
    case "few-texts":
      return `only ${plural(note.texts, "text")}: intervals and tests over texts are unreliable`;
    case "no-trees":
      return "no gold trees were given (--conllu), so no head can be labeled syntactic";
    case "words-not-tracked":
      return `a text is longer than ${note.limit} tokens: words are not tracked, so there are no rare-token or syntactic scores`;
    case "first-token-excluded":
      return "a causal model: each text's first token is excluded, since it can only attend to itself";
    case "no-ablation":
      return "the importance has no exact ablation (importance --methods ablation), so no head can be called critical or removable";
    case "few-tokens":
      return `outputs are compared on only ${plural(note.tokens, "token")}: CKA is unbiased, but its variance is large`;
    case "shared-key-value-heads":
      return "query heads that share a key/value head have the same key and value subspaces: their overlap is 1";
    case "fixed-heads":
      return `${plural(note.heads, "head")} ${note.heads === 1 ? "is" : "are"} fixed by hand: untrained learned heads are the controls, and there are no queries and keys to compare, so these similarities are 0`;
    case "no-common-heads":
      return "the two models have no head in common: only their states are compared";
    case "rotary-at-offset-0":
      return "positions are rotary: W_Q W_Kᵀ compares query and key at offset 0";
    case "text":
      return note.text;
  }
}

const was = (texts: number): string => `${plural(texts, "text")} ${texts === 1 ? "was" : "were"}`;
