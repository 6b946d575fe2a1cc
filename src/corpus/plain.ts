/** Reads plain text: paragraphs are texts, and words are segmented by the rules of Unicode. */
import { InputError } from "../run/errors.ts";
import type { Corpus, Sentence, Word } from "./sentence.ts";

const words = new Intl.Segmenter("en", { granularity: "word" });
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** A span between two boundaries of a text, with its start index. */
interface Segment {
  readonly segment: string;
  readonly index: number;
  readonly isWordLike?: boolean | undefined;
}

/** The number of characters segmented at once, and of following characters that a boundary may depend on. */
const WINDOW = 4096;
const AHEAD = 512;

/**
 * Segments a text. Every segment from the engine keeps a copy of the whole input alive, so a long text is segmented in windows:
 * a window starts at a boundary, which no later one depends on, and segments near its end are segmented again.
 */
export function segmentsOf(segmenter: Intl.Segmenter, text: string, window = WINDOW, ahead = AHEAD): Segment[] {
  const found: Segment[] = [];
  for (let [from, size] = [0, window]; from < text.length; ) {
    const to = Math.min(text.length, from + size);
    const sure = to === text.length ? to : to - ahead;
    let next = from;
    for (const { segment, index, isWordLike } of segmenter.segment(text.slice(from, to))) {
      const end = from + index + segment.length;
      if (end > sure) break;
      found.push({ segment, index: from + index, isWordLike });
      next = end;
    }
    // a segment longer than the window needs a longer window
    size = next === from ? 2 * size : window;
    from = next;
  }
  return found;
}

/** Splits a text into words; punctuation marks are words of the kind PUNCT. */
export function splitWords(text: string): Word[] {
  return segmentsOf(words, text)
    .filter(({ segment }) => segment.trim() !== "")
    .map(({ segment, index, isWordLike }) => ({
      form: segment,
      start: index,
      end: index + segment.length,
      upos: isWordLike ? "X" : "PUNCT",
    }));
}

/** Splits a text into sentences, without surrounding white space. */
export const splitSentences = (text: string): string[] =>
  segmentsOf(sentences, text)
    .map(({ segment }) => segment.trim())
    .filter((s) => s !== "");

/** Makes a sentence without a tree. */
export const plainSentence = (id: string, text: string): Sentence => ({ id, text, words: splitWords(text) });

/**
 * Returns paragraphs (between blank lines) as texts. One with more than `limit` tokens, counted by `count`, is split between
 * sentences; a longer sentence is skipped and counted. Throws `InputError` if no text is left.
 */
export function parsePlain(text: string, name: string, limit: number, count: (text: string) => number): Corpus {
  const paragraphs = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n\s*\r?\n/)
    .map((p) => p.replace(/\s+/g, " ").trim())
    .filter((p) => p !== "");
  if (paragraphs.length === 0) throw new InputError(`${name}: there is no text; give a file with text`);
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

/**
 * Joins neighboring sentences, as many as fit: doubling, then bisecting their number, so that no text is counted often.
 */
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
