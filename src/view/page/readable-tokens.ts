/**
 * Tokens as readable text. Byte-level vocabularies (GPT-2's, and those with byte fallback) write characters as bytes, and may split one
 * character, or one emoji of several, into several tokens.
 */
import { byteOf } from "../../load/tokenizer/byte-characters.ts";
import { numberAt } from "../../stats/sums.ts";
import { displayToken, isSpecial } from "./tokens.ts";

/**
 * Returns the tokens of a text with bytes decoded; a leading space stays. Tokens that are parts of one character have it as their
 * text, numbered: `日₁`, `日₂`. Tokens of other vocabularies, and bytes that are no text, stay as they are.
 */
export const readableTokens = (tokens: readonly string[]): string[] =>
  pieces(tokens, (character, part, parts) => (parts === 1 ? character : `${character}${lowered(part)}`));

/** Returns the tokens as above, but a character that several tokens share is all in the first of them. */
export const wholeCharacters = (tokens: readonly string[]): string[] =>
  pieces(tokens, (character, part) => (part === 1 ? character : ""));

/** Joins tokens into a line of text, truncated to `length` characters. */
export function sentence(tokens: readonly string[], length = Number.POSITIVE_INFINITY): string {
  const texts = wholeCharacters(tokens);
  const spaced = texts.some((text, k) => /^[Ġ▁ ]/.test(text) || text !== tokens[k]);
  const joined = [...texts.reduce((line, text) => line + gap(line, text, spaced) + shown(text), "")];
  return joined.length <= length ? joined.join("") : `${joined.slice(0, length - 1).join("")}…`;
}

const shown = (text: string): string => (text === "" ? "" : displayToken(text).replace(/^##/, ""));

/** Returns what stands before a token; `spaced`: the vocabulary writes spaces into its tokens. */
function gap(line: string, token: string, spaced: boolean): string {
  if (line === "" || token === "" || token.startsWith("##")) return "";
  return !spaced || /^[Ġ▁ ]/.test(token) || isSpecial(token) ? " " : "";
}

/** The text that a token has of a character: `part` counts from 1 to `parts`, the number of tokens that share it. */
type Piece = (character: string, part: number, parts: number) => string;

function pieces(tokens: readonly string[], piece: Piece): string[] {
  const out = [...tokens];
  for (let from = 0; from < tokens.length; ) {
    const end = tokens.findIndex((token, i) => i >= from && isSpecial(token));
    const to = end < 0 ? tokens.length : end;
    for (const [k, text] of piecesOfRun(tokens.slice(from, to), piece).entries()) out[from + k] = text;
    from = to + 1;
  }
  return out;
}

function piecesOfRun(tokens: readonly string[], piece: Piece): readonly string[] {
  const bytes = bytesOf(tokens);
  const text = bytes && decoded(Uint8Array.from(bytes.flat()));
  if (!bytes || text === undefined) return tokens;
  const ends = endsOf(bytes);
  const made = tokens.map(() => "");
  let [at, first] = [0, 0];
  for (const { segment } of graphemes.segment(text)) {
    const next = at + encoder.encode(segment).length;
    while (numberAt(ends, first) <= at) first++;
    let last = first;
    while (numberAt(ends, last) < next) last++;
    for (let k = first; k <= last; k++) made[k] += piece(segment, k - first + 1, last - first + 1);
    at = next;
  }
  // tokens behind the text are a character without its end
  return made.map((own, k) => (numberAt(ends, k) <= at ? own : own + rest(tokens[k]!, numberAt(ends, k) - at)));
}

/** Returns what a token has of its last `count` bytes, as the vocabulary writes it. */
const rest = (token: string, count: number): string => (FALLBACK.test(token) ? token : [...token].slice(-count).join(""));

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Decodes bytes, up to a character that is not complete at their end; undefined if they are no text. */
function decoded(bytes: Uint8Array): string | undefined {
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut++) {
    try {
      return decoder.decode(bytes.subarray(0, bytes.length - cut));
    } catch {
      // a character may be cut off
    }
  }
  return undefined;
}

const FALLBACK = /^<0x([0-9A-F]{2})>$/;

/** Returns the bytes of each token; undefined if the tokens are not written in bytes. */
function bytesOf(tokens: readonly string[]): number[][] | undefined {
  const given = tokens.map((token) => [...token].map(byteOf));
  if (given.every((own): own is number[] => own.every((byte) => byte !== undefined))) return given;
  if (!tokens.some((token) => FALLBACK.test(token))) return undefined;
  return tokens.map((token) => {
    const [, hex] = FALLBACK.exec(token) ?? [];
    return hex ? [Number.parseInt(hex, 16)] : [...encoder.encode(token)];
  });
}

function endsOf(bytes: readonly (readonly number[])[]): number[] {
  let end = 0;
  return bytes.map((own) => (end += own.length));
}

/** Writes a number in subscript digits. */
const lowered = (n: number): string => [...String(n)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
