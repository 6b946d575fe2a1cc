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
 * Paragraphs (between blank lines) as texts. One that is longer than `limit` tokens, as `count` counts them, is cut between
 * sentences; a sentence that is longer by itself is left out and counted. Throws `InputError` where no text is left.
 */
export function parsePlain(text: string, name: string, limit: number, count: (text: string) => number): Corpus {
  const paragraphs = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n\s*\r?\n/)
    .map((p) => p.replace(/\s+/g, " ").trim())
    .filter((p) => p !== "");
  if (paragraphs.length === 0) throw new InputError(`${name}: holds no text; give a file with some`);
  let tooLong = 0;
  const pieces = paragraphs.flatMap((paragraph) => {
    if (count(paragraph) <= limit) return [paragraph];
    const sentences = splitSentences(paragraph);
    const fitting = sentences.filter((sentence) => count(sentence) <= limit);
    tooLong += sentences.length - fitting.length;
    return pack(fitting, limit, count);
  });
  if (pieces.length === 0)
    throw new InputError(`${name}: every sentence is longer than the ${limit} tokens that the model reads; break them up`);
  const sentences = pieces.map((piece, i) => plainSentence(`${i + 1}`, piece));
  return { id: name, sentences, trees: false, ...(tooLong > 0 && { tooLong }) };
}

/** Neighboring sentences put together, as many as fit: their number is doubled, then halved, so that no text is counted often. */
function pack(sentences: readonly string[], limit: number, count: (text: string) => number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < sentences.length; ) {
    const fits = (n: number) => from + n <= sentences.length && count(sentences.slice(from, from + n).join(" ")) <= limit;
    let [most, over] = [1, 2];
    while (fits(over)) [most, over] = [over, 2 * over];
    while (over - most > 1) {
      const middle = (most + over) >> 1;
      if (fits(middle)) most = middle;
      else over = middle;
    }
    pieces.push(sentences.slice(from, from + most).join(" "));
    from += most;
  }
  return pieces;
}
