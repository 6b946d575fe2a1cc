/** What a translation model's tokenizer does, and Marian's: SentencePiece divides the source, vocab.json gives the pieces ids. */
import { z } from "zod";
import { InputError } from "../run/errors.ts";
import type { SentencePiece } from "./sentencepiece.ts";

/** What turns a source into ids, and the ids of a translation into text. */
export interface TranslationTokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  encode(text: string): { readonly ids: readonly number[] };
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string;
}

const vocabularyFile = z.record(
  z.string(),
  z
    .int()
    .nonnegative()
    .max(2 ** 32 - 2),
);
const SPECIAL = ["<unk>", "</s>", "<pad>"] as const;

/**
 * A code such as `>>deu<<` before the text is a token of its own, as multilingual models want it. `vocabularyJson` is
 * vocab.json, parsed; `where` names it in errors. Throws `InputError` where it lacks a special token.
 */
export function createMarianTokenizer(divide: SentencePiece, vocabularyJson: unknown, where: string): TranslationTokenizer {
  const read = vocabularyFile.safeParse(vocabularyJson);
  if (!read.success) throw new InputError(`${where}: an object of piece to id is needed: copy the file again`);
  const ids = new Map(Object.entries(read.data));
  const missing = SPECIAL.find((token) => !ids.has(token));
  if (missing) throw new InputError(`${where}: there is no ${missing}, which Marian needs: copy the file again`);
  const pieces: string[] = [];
  for (const [piece, id] of ids) pieces[id] = piece;
  const [unknown, end] = SPECIAL.map((token) => ids.get(token)!);
  return Object.freeze({
    vocabularySize: pieces.length,
    encode(text: string) {
      const code = /^>>.*?<</s.exec(text)?.[0];
      const tokens = [...(code === undefined ? [] : [code]), ...divide(text.slice(code?.length ?? 0))];
      return { ids: [...tokens.map((token) => ids.get(token) ?? unknown!), end!] };
    },
    decode(some: readonly number[], { skipSpecialTokens = false } = {}) {
      const kept = some.map((id) => pieces[id] ?? "").filter((piece) => !(skipSpecialTokens && isSpecial(piece)));
      return joined(kept).trim();
    },
  });
}

const isSpecial = (piece: string): boolean => (SPECIAL as readonly string[]).includes(piece);

// Special tokens stand apart from the text between them, which begins without its spaces.
function joined(pieces: readonly string[]): string {
  let [out, text] = ["", ""];
  for (const piece of [...pieces, undefined]) {
    if (piece !== undefined && !isSpecial(piece)) text += piece.replaceAll("▁", " ");
    else {
      out += text.replace(/^ +/, "") + (piece === undefined ? "" : `${piece} `);
      text = "";
    }
  }
  return out;
}
