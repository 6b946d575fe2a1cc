/** Aligns tokens to words that are given as spans of characters (for instance those of a treebank). */

import { countsOf } from "../../params/keyed.ts";

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
  for (const [span, [start, end]] of [...spans.entries()].reverse()) owner.fill(span, start, end);
  return Int32Array.from(encoding.offsets, ([start, end]) => {
    const spaces = text.slice(start, end).search(/\P{White_Space}|$/u);
    return mostFrequent(owner.subarray(start + spaces, end));
  });
}

function mostFrequent(owners: Int32Array): number {
  const counts = countsOf(owners.filter((owner) => owner >= 0));
  let best = -1;
  for (const [owner, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && owner < best)) best = owner;
  }
  return best;
}
