/** Unicode normal forms that keep each character's origin, and the character classes tokenizers ask about. */

import { type Aligned, type Edit, transform } from "./tokenizer-aligned.ts";

/** Nothing but ASCII, which no normal form changes. */
export const onlyAscii = /^[\0-\x7f]*$/;

/** White space as Rust and Oniguruma see it; JavaScript's own \s adds U+FEFF and lacks U+0085. */
export const whiteSpace = /\p{White_Space}/u;

/** The text in a normal form. */
export function normalForm(piece: Aligned, form: "NFC" | "NFD" | "NFKC" | "NFKD"): Aligned {
  if (onlyAscii.test(piece.text)) return piece;
  const decomposed = decompose(piece.text, form.includes("K") ? "NFKD" : "NFD");
  return transform(piece, form.endsWith("D") ? decomposed : compose(piece.text, form, decomposed));
}

// A character's first part takes its place and the others are new; then marks move into canonical order with their edits.
function decompose(text: string, form: "NFD" | "NFKD"): Edit[] {
  const parts: Edit[] = [];
  for (const character of text) {
    let change = 0;
    for (const part of character.normalize(form)) {
      parts.push([part, change]);
      change = 1;
    }
  }
  const take = taker(parts);
  return Array.from(text.normalize(form), take);
}

// A composed character stands for all its parts: one place, and one old character fewer for each part that was not new.
function compose(text: string, form: string, decomposed: readonly Edit[]): Edit[] {
  const take = taker(decomposed);
  return Array.from(text.normalize(form), (character): Edit => {
    const changes = Array.from(character.normalize("NFD"), (part) => take(part)[1]);
    return [character, changes.reduce((sum, change) => sum + change) - (changes.length - 1)];
  });
}

// Canonical order is a stable sort, so the earliest unused edit with the character is the one that was moved here.
function taker(edits: readonly Edit[]): (character: string) => Edit {
  const used = new Uint8Array(edits.length);
  let head = 0;
  return (character) => {
    while (used[head]) head++;
    let at = head;
    while (at < edits.length && (used[at] || edits[at]![0] !== character)) at++;
    if (at === edits.length) throw new Error(`internal: a normal form has "${character}" from nowhere`);
    used[at] = 1;
    return edits[at]!;
  };
}
