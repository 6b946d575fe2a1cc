/**
 * The number of a text's queries that can attend to what a score measures; shares of attention are means over these queries.
 */
import { numberAt } from "../../stats/sums.ts";
import { OFFSETS } from "./statistics.ts";
import { countedQueries, type Text } from "./text.ts";

/**
 * Names of what a query may be able to attend to: a neighbor at an offset, a kind of delimiter, an earlier piece of its own
 * word.
 */
export const POSSIBLE: readonly string[] = [
  ...OFFSETS.map((o) => `offset:${o}`),
  ...["delimiter:cls", "delimiter:sep", "delimiter:punctuation", "sub-word"],
];

/** Counts the queries of each text: [text, name] in the order of `POSSIBLE`. */
export function possibleQueries(texts: readonly Text[], causal: boolean): Float64Array {
  const out = new Float64Array(texts.length * POSSIBLE.length);
  for (const [t, text] of texts.entries()) out.set(countsOf(text, causal), t * POSSIBLE.length);
  return out;
}

function countsOf(text: Text, causal: boolean): number[] {
  const n = text.ids.length;
  const queries = countedQueries(text, causal);
  const some = (i: number, holds: (j: number) => boolean | undefined): boolean => {
    for (let j = 0; j < (causal ? i + 1 : n); j++) if (holds(j)) return true;
    return false;
  };
  const count = (holds: (i: number) => boolean) => queries.reduce((s, i) => s + (holds(i) ? 1 : 0), 0);
  return [
    ...OFFSETS.map((o) => count((i) => i + o >= 0 && i + o < n && !text.special[i + o] && !(causal && o > 0))),
    count((i) => some(i, (j) => j === 0 && text.special[j])),
    count((i) => some(i, (j) => j > 0 && text.special[j])),
    count((i) => some(i, (j) => text.punctuation[j])),
    count((i) => i > 0 && numberAt(text.wordOf, i) >= 0 && text.wordOf[i - 1] === text.wordOf[i]),
  ];
}
