/** Suggestions for misspelled words. */

/** Returns the known word with the fewest single-letter edits from `word` (Levenshtein 1966). */
export function nearest(word: string, known: readonly string[]): string {
  const distances = known.map((k) => distance(word.toLowerCase(), k.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))] ?? "";
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, c] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) next.push(Math.min(row[j]! + Number(c !== b[j]), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row.at(-1)!;
}
