/** Plain text: paragraphs are texts; their words are found by the rules of Unicode. */
import { InputError } from "../run/errors.ts";
import type { Corpus, Sentence, Word } from "./sentence.ts";

const words = new Intl.Segmenter("en", { granularity: "word" });
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** A stretch between two boundaries of a text, and where it begins. */
interface Segment {
  readonly segment: string;
  readonly index: number;
  readonly isWordLike?: boolean | undefined;
}

/** Characters that are divided at once, and that a boundary may depend on after it. */
const WINDOW = 4096;
const AHEAD = 512;

/**
 * The segments of a text. Every segment that the engine gives keeps a copy of all that was divided with it, so that a long text is
 * divided by windows: a window begins at a boundary, which no later one depends on, and what ends too near its end is divided again.
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
    // a segment longer than the window needs a longer one
    size = next === from ? 2 * size : window;
    from = next;
  }
  return found;
}

/** The words of a text; marks between them are words of the kind PUNCT. */
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

/** The sentences of a text, without the space around them. */
export const splitSentences = (text: string): string[] =>
  segmentsOf(sentences, text)
    .map(({ segment }) => segment.trim())
    .filter((s) => s !== "");

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
