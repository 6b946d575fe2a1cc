/** Plain text: paragraphs are texts; their words are found by the rules of Unicode. */
import { InputError } from "../run/errors.ts";
import type { Corpus, Sentence, Word } from "./sentence.ts";

const words = new Intl.Segmenter("en", { granularity: "word" });
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** The words of a text; marks between them are words of the kind PUNCT. */
export function splitWords(text: string): Word[] {
  return [...words.segment(text)]
    .filter(({ segment }) => segment.trim() !== "")
    .map(({ segment, index, isWordLike }) => ({
      form: segment,
      start: index,
      end: index + segment.length,
      upos: isWordLike ? "X" : "PUNCT",
    }));
}

/** The sentences of a text, without the space around them. */
export const splitSentences = (text: string): string[] =>
  [...sentences.segment(text)].map(({ segment }) => segment.trim()).filter((s) => s !== "");

/** A text without a tree. */
export const plainSentence = (id: string, text: string): Sentence => ({ id, text, words: splitWords(text) });

/**
 * Paragraphs (between blank lines) as texts. One that is longer than `limit` tokens, as `count` counts them, is cut
 * between sentences. Throws `InputError` where there is no text, or where a single sentence is too long.
 */
export function parsePlain(text: string, name: string, limit: number, count: (text: string) => number): Corpus {
  const paragraphs = text
    .split(/\r?\n\s*\r?\n/)
    .map((p) => p.replace(/\s+/g, " ").trim())
    .filter((p) => p !== "");
  if (paragraphs.length === 0) throw new InputError(`${name}: holds no text: give a file with some`);
  const pieces = paragraphs.flatMap((p) => (count(p) <= limit ? [p] : pack(p, name, limit, count)));
  return { id: name, sentences: pieces.map((piece, i) => plainSentence(`${i + 1}`, piece)), trees: false };
}

function pack(paragraph: string, name: string, limit: number, count: (text: string) => number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const sentence of splitSentences(paragraph)) {
    const length = count(sentence);
    if (length > limit) {
      throw new InputError(
        `${name}: the sentence "${sentence.slice(0, 40)}…" has ${length} tokens, but the model reads ${limit} at most: break it up`,
      );
    }
    const longer = piece ? `${piece} ${sentence}` : sentence;
    if (count(longer) <= limit) piece = longer;
    else {
      pieces.push(piece);
      piece = sentence;
    }
  }
  return [...pieces, piece];
}
