/** Added tokens, such as [MASK], which are found in the text before the rest of it is split. */

import { type Aligned, aligned, slice, widthAt } from "./aligned.ts";
import type { Normalizer } from "./normalize.ts";
import type { AddedToken } from "./tokenizer-json.ts";
import { whiteSpace } from "./unicode.ts";

/** A span of text, which is an added token if it has an id. */
export interface Section {
  readonly piece: Aligned;
  readonly id?: number;
}

/** Returns the added tokens in search order, special ones first, with those flagged `normalized` in normalized form. */
export function asLookedFor(added: readonly AddedToken[], normalize: Normalizer): AddedToken[] {
  const inOrder = [...added.filter(({ special }) => special), ...added.filter(({ special }) => !special)];
  return inOrder.map((token) => {
    const normalized = token.normalized ?? !token.special;
    return { ...token, normalized, content: normalized ? normalize(aligned(token.content)).text : token.content };
  });
}

/** Normalizes a text and finds its added tokens: some in the text as given, some in the normalized text. */
export function createSections(lookedFor: readonly AddedToken[], normalize: Normalizer): (text: Aligned) => Section[] {
  const findRaw = finder(lookedFor.filter(({ normalized }) => !normalized));
  const findNormalized = finder(lookedFor.filter(({ normalized }) => normalized));
  return (text) =>
    findRaw(text).flatMap((section) => (section.id === undefined ? findNormalized(normalize(section.piece)) : [section]));
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

// The leftmost match takes precedence, then the longest, so longer contents come first.
function finder(tokens: readonly AddedToken[]): (piece: Aligned) => Section[] {
  const byContent = new Map<string, AddedToken>();
  for (const token of tokens) if (token.content && !byContent.has(token.content)) byContent.set(token.content, token);
  if (byContent.size === 0) return (piece) => (piece.text === "" ? [] : [{ piece }]);
  const contents = [...byContent.keys()].sort((one, other) => other.length - one.length);
  const any = new RegExp(contents.map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|"), "gu");
  return (piece) => sections(piece, any, byContent);
}

function sections(piece: Aligned, any: RegExp, byContent: ReadonlyMap<string, AddedToken>): Section[] {
  const { text } = piece;
  const found: Section[] = [];
  let done = 0;
  for (const match of text.matchAll(any)) {
    const token = byContent.get(match[0]);
    if (!token) throw new Error("internal: the added tokens have no text that was found");
    let [from, to] = [match.index, match.index + match[0].length];
    if (token.single_word && (wordCharacter.test(codeBefore(text, from)) || wordCharacter.test(codeAt(text, to)))) continue;
    while (token.lstrip && from > done && whiteSpace.test(text.charAt(from - 1))) from--;
    while (token.rstrip && to < text.length && whiteSpace.test(text.charAt(to))) to++;
    if (done < from) found.push({ piece: slice(piece, done, from) });
    found.push({ piece: slice(piece, from, to), id: token.id });
    done = to;
  }
  if (done < text.length) found.push({ piece: slice(piece, done, text.length) });
  return found;
}

const codeAt = (text: string, at: number): string => text.slice(at, at + widthAt(text, at));

const codeBefore = (text: string, at: number): string =>
  /[\uDC00-\uDFFF]/.test(text.charAt(at - 1)) ? text.slice(Math.max(0, at - 2), at) : text.charAt(at - 1);
