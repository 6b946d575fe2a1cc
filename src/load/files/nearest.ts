/** Suggestions for misspelled words. */

/** Returns the known word with the fewest single-letter edits from `word` (Levenshtein 1966). */
export function nearest(word: string, known: readonly string[]): string {
  const distances = known.map((k) => distance(word.toLowerCase(), k.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))] ?? "";
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length }, (_, j) => j + 1);
  let last = b.length;
  for (const [i, c] of [...a].entries()) {
    let [diagonal, left] = [i, i + 1];
    row = row.map((above, j) => {
      left = Math.min(diagonal + Number(c !== b[j]), above + 1, left + 1);
      diagonal = above;
      return left;
    });
    last = left;
  }
  return last;
}
