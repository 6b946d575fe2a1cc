/** Unicode normal forms that keep each character's origin, and character classes for tokenizers. */

import { type Aligned, type Edit, transform } from "./aligned.ts";

/** Matches text of only ASCII, which no normal form changes. */
export const onlyAscii = /^[\0-\x7f]*$/;

/** White space by the definition of Rust and Oniguruma; JavaScript's own \s adds U+FEFF and lacks U+0085. */
export const whiteSpace = /\p{White_Space}/u;

/** Converts the text to a normal form. */
export function normalForm(piece: Aligned, form: "NFC" | "NFD" | "NFKC" | "NFKD"): Aligned {
  if (onlyAscii.test(piece.text)) return piece;
  const decomposed = decompose(piece.text, form.includes("K") ? "NFKD" : "NFD");
  return transform(piece, form.endsWith("D") ? decomposed : compose(form, decomposed));
}

// A character's first part replaces it and the others are new; then marks move into canonical order with their edits.
function decompose(text: string, form: "NFD" | "NFKD"): Edit[] {
  const parts: Edit[] = [];
  for (const character of text) {
    let change = 0;
    for (const part of character.normalize(form)) {
      parts.push([part, change]);
      change = 1;
    }
  }
  const ordered = LONG_RUN.test(text) || LONG_RUN.test(parts.map(([part]) => part).join("")) ? inOrder(parts) : undefined;
  return ordered ?? Array.from(text.normalize(form), taker(parts));
}

/** JavaScript's own `normalize` takes time quadratic in the length of a run of marks. */
const LONG_RUN = /\p{M}{100}/u;

// Canonical order: a stable sort of each run of marks by their combining class.
function inOrder(parts: readonly Edit[]): Edit[] {
  const ordered: Edit[] = [];
  let run: Edit[] = [];
  for (const edit of parts) {
    if (movable(edit[0])) run.push(edit);
    else {
      for (const one of sortMarks(run)) ordered.push(one);
      run = [];
      ordered.push(edit);
    }
  }
  for (const one of sortMarks(run)) ordered.push(one);
  return ordered;
}

const sortMarks = (run: readonly Edit[]): readonly Edit[] =>
  run.length < 2 ? run : run.toSorted(([one], [other]) => (swaps(one, other) ? 1 : swaps(other, one) ? -1 : 0));

const known = new Map<string, boolean>();

// True if the first mark comes after the second in canonical order.
function swaps(first: string, second: string): boolean {
  const pair = first + second;
  let answer = known.get(pair);
  if (answer === undefined) known.set(pair, (answer = first !== second && pair.normalize("NFD") === second + first));
  return answer;
}

// True for a combining class above 0: the mark moves after one of class 1, or before one of class 230.
const movable = (mark: string): boolean => swaps(mark, "\u0334") || swaps("\u0301", mark) || mark === "\u0334";

// A composed character replaces all its parts, with one old character fewer for each part that was not new.
function compose(form: string, decomposed: readonly Edit[]): Edit[] {
  const take = taker(decomposed);
  const ordered = decomposed.map(([part]) => part).join("");
  return Array.from(ordered.normalize(form), (character): Edit => {
    const changes = Array.from(character.normalize("NFD"), (part) => take(part)[1]);
    return [character, changes.reduce((sum, change) => sum + change) - (changes.length - 1)];
  });
}

// Canonical order is a stable sort, so the earliest unused edit with the character is the moved one.
function taker(edits: readonly Edit[]): (character: string) => Edit {
  const places = new Map<string, { readonly edits: Edit[]; used: number }>();
  for (const edit of edits) {
    const place = places.get(edit[0]);
    if (place) place.edits.push(edit);
    else places.set(edit[0], { edits: [edit], used: 0 });
  }
  return (character) => {
    const place = places.get(character);
    const edit = place?.edits[place.used++];
    if (!edit) throw new Error(`internal: a normal form has "${character}" without an origin`);
    return edit;
  };
}
