/** The tokenizer of a translation model, and Marian's: SentencePiece splits the source, vocab.json maps the pieces to ids. */
import { z } from "zod";
import { keyed } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { cleanedUp } from "../decode.ts";
import type { SentencePiece } from "../model/sentencepiece.ts";

/** Encodes a source to ids, and decodes the ids of a translation to text. */
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
/** The special tokens of every Marian vocabulary; they are matched in a text, too. */
export const MARIAN_SPECIAL = ["<unk>", "</s>", "<pad>"] as const;
const IN_TEXT = /(<unk>|<\/s>|<pad>)/;

/**
 * Creates Marian's tokenizer. A code such as `>>deu<<` before the text is one token, as in multilingual models.
 * `vocabularyJson` is the parsed vocab.json; `where` names it in errors. `cleanUp` removes spaces before punctuation from
 * decoded text. Throws `InputError` if a special token is missing.
 */
export function createMarianTokenizer(
  divide: SentencePiece,
  vocabularyJson: unknown,
  where: string,
  { cleanUp = false }: { readonly cleanUp?: boolean } = {},
): TranslationTokenizer {
  const read = vocabularyFile.safeParse(vocabularyJson);
  if (!read.success) throw new InputError(`${where}: not an object of piece to id; copy the file again`);
  const ids = new Map(Object.entries(read.data));
  const special = keyed(MARIAN_SPECIAL, (token): number => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    throw new InputError(`${where}: the token ${token} is missing, which Marian needs; copy the file again`);
  });
  const pieces: string[] = [];
  for (const [piece, id] of ids) pieces[id] = piece;
  const divided = (text: string): readonly string[] => {
    const code = /^>>.*?<</s.exec(text)?.[0];
    return code === undefined ? divide(text) : [code, ...divide(text.slice(code.length))];
  };
  return Object.freeze({
    vocabularySize: pieces.length,
    encode(text: string) {
      const parts = text.split(IN_TEXT).filter((part) => part !== "");
      const tokens = parts.flatMap((part) => (isSpecial(part) ? [part] : divided(part)));
      return { ids: [...tokens.map((token) => ids.get(token) ?? special["<unk>"]), special["</s>"]] };
    },
    decode(some: readonly number[], { skipSpecialTokens = false } = {}) {
      const kept = some.map((id) => pieces[id] ?? "").filter((piece) => !(skipSpecialTokens && isSpecial(piece)));
      const text = joined(kept).trim();
      return cleanUp ? cleanedUp(text) : text;
    },
  });
}

const isSpecial = (piece: string): boolean => MARIAN_SPECIAL.some((token) => token === piece);

// Special tokens are separated from the text between them by a space, and that text loses its leading spaces.
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
