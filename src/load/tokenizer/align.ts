/** Aligns tokens to words that are given as spans of characters (for instance those of a treebank). */

type Span = readonly [start: number, end: number];

/**
 * Returns for each token the index of the span with most of its characters (the earlier one on a tie), or -1. White space at
 * the start of a token does not count, and a character in overlapping spans belongs to the first. Spans and offsets are in
 * UTF-16 code units of the text.
 */
export function alignToSpans(
  encoding: { readonly offsets: readonly Span[] },
  text: string,
  spans: readonly Span[],
): Int32Array {
  const owner = new Int32Array(text.length).fill(-1);
  for (let span = spans.length - 1; span >= 0; span--) owner.fill(span, ...spans[span]!);
  return Int32Array.from(encoding.offsets, ([start, end]) => {
    const spaces = /^\p{White_Space}*/u.exec(text.slice(start, end))![0].length;
    return mostFrequent(owner.subarray(start + spaces, end));
  });
}

function mostFrequent(owners: Int32Array): number {
  const counts = new Map<number, number>();
  for (const owner of owners) if (owner >= 0) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  let best = -1;
  for (const [owner, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && owner < best)) best = owner;
  }
  return best;
}
