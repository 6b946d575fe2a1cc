/** Text with the origin of every character, after the NormalizedString of Hugging Face's tokenizers. */

/** A changed text; `starts[i]` and `ends[i]` bound the original characters of code unit i. */
export interface Aligned {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Returns the number of code units of the character at a place of a text. */
export const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Finds spans of a text, from left to right. */
export type Search = (text: string) => Iterable<readonly [from: number, to: number]>;

/**
 * One character of a changed text: 0 replaces the next old character, -n replaces it and drops the n after it, and 1 is a
 * new character, which shares the origin of the old character before it.
 */
export type Edit = readonly [character: string, change: number];

/** Wraps an unchanged text; lone surrogates become U+FFFD, as UTF-8 has none. */
export function aligned(original: string): Aligned {
  const text = original.replace(/\p{Surrogate}/gu, "\uFFFD");
  const starts: number[] = [];
  const ends: number[] = [];
  for (const character of text) {
    const start = starts.length;
    for (let unit = 0; unit < character.length; unit++) {
      starts.push(start);
      ends.push(start + character.length);
    }
  }
  return { text, starts, ends };
}

/** Returns the code units from `from` up to `to`. */
export function slice(piece: Aligned, from: number, to: number): Aligned {
  if (from === 0 && to === piece.text.length) return piece;
  return { text: piece.text.slice(from, to), starts: piece.starts.slice(from, to), ends: piece.ends.slice(from, to) };
}

/** Applies edits, keeping the origin of every character. */
export function transform(piece: Aligned, edits: Iterable<Edit>): Aligned {
  const out = writer(piece);
  let at = 0;
  for (const [character, change] of edits) {
    out.write(character, change > 0 ? at - 1 : at);
    for (let passed = change; passed <= 0; passed++) at += widthAt(piece.text, at);
  }
  return out.done();
}

/** Returns only the characters to keep. */
export function filter(piece: Aligned, keep: (character: string) => boolean): Aligned {
  const out = writer(piece);
  let at = 0;
  for (const character of piece.text) {
    if (keep(character)) out.write(character, at);
    at += character.length;
  }
  return out.done();
}

/** Replaces each character by others, which share its origin. */
export function map(piece: Aligned, change: (character: string) => string): Aligned {
  const out = writer(piece);
  let at = 0;
  for (const character of piece.text) {
    out.write(change(character), at);
    at += character.length;
  }
  return out.done();
}

/** Prepends a prefix, which shares the origin of the first character; an empty text stays empty. */
export function prepend(piece: Aligned, prefix: string): Aligned {
  if (piece.text === "") return piece;
  const extended = (origins: readonly number[]) => [...prefix.split("").flatMap(() => origins.slice(0, 1)), ...origins];
  return { text: prefix + piece.text, starts: extended(piece.starts), ends: extended(piece.ends) };
}

/** Replaces every match by the content, which shares the origin of the last matched character. */
export function replace(piece: Aligned, search: Search, content: string): Aligned {
  const out = writer(piece);
  let at = 0;
  for (const [from, to] of search(piece.text)) {
    for (; at < from; at++) out.write(piece.text.charAt(at), at);
    at = to;
    out.write(content, at - 1);
  }
  for (; at < piece.text.length; at++) out.write(piece.text.charAt(at), at);
  return out.done();
}

function writer(piece: Aligned) {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = "";
  return {
    write(characters: string, origin: number): void {
      text += characters;
      for (let unit = 0; unit < characters.length; unit++) {
        starts.push(piece.starts[origin] ?? 0);
        ends.push(piece.ends[origin] ?? 0);
      }
    },
    done: (): Aligned => ({ text, starts, ends }),
  };
}
