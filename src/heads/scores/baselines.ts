/**
 * Baselines for syntactic heads: rules that find words without a tree. They are a fixed offset (Clark et al. 2019) and, since a
 * verb's subject is often the only rare word before it, the rarest, the most frequent and the longest visible word.
 */

import type { Text } from "../observe/text.ts";
import type { Instances } from "./relations.ts";

/** Rules other than offsets. */
export const RULES = ["rarest word", "most frequent word", "longest word"] as const;
export type BaselineRule = (typeof RULES)[number];

/** Returns the word that each rule finds in each instance, −1 if it finds none: [instance, rule]. */
export function ruleFinds(texts: readonly Text[], { text, query }: Instances, causal: boolean): Int16Array {
  const counts = countsOfForms(texts);
  const out = new Int16Array(text.length * RULES.length);
  for (let k = 0; k < text.length; k++) out.set(findsOf(texts[text[k]!]!, query[k]!, causal, counts), k * RULES.length);
  return out;
}

const spelled = (form: string): string => form.toLowerCase();

function countsOfForms(texts: readonly Text[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { sentence } of texts)
    for (const { form } of sentence.words) counts.set(spelled(form), (counts.get(spelled(form)) ?? 0) + 1);
  return counts;
}

/** Applies each rule to one query; among equally rare or long words, the nearest counts. */
function findsOf({ sentence: { words } }: Text, query: number, causal: boolean, counts: ReadonlyMap<string, number>): number[] {
  const best = RULES.map(() => ({ at: -1, value: Number.NEGATIVE_INFINITY, distance: 0 }));
  for (let w = 0; w < (causal ? query : words.length); w++) {
    if (w === query || words[w]!.upos === "PUNCT") continue;
    const { form } = words[w]!;
    const count = counts.get(spelled(form))!;
    const distance = Math.abs(w - query);
    for (const [r, value] of [-count, count, form.length].entries()) {
      const own = best[r]!;
      if (value > own.value || (value === own.value && distance < own.distance)) best[r] = { at: w, value, distance };
    }
  }
  return best.map(({ at }) => at);
}
