/**
 * Baselines for syntactic heads: rules that find words without a tree. They are a fixed offset (Clark et al. 2019) and, since a
 * verb's subject is often the only rare word before it, the rarest, the most frequent and the longest visible word.
 */

import { countsOf, keyed, mapValues } from "../../../params/keyed.ts";
import type { Text } from "../../observe/text.ts";
import type { GoldPair } from "./relations.ts";

/** Rules other than offsets. */
export const RULES = ["rarest word", "most frequent word", "longest word"] as const;
export type BaselineRule = (typeof RULES)[number];

/** The word that each rule finds from the query of a pair, −1 if it finds none. */
export type Finds = Readonly<Record<BaselineRule, number>>;

const spelled = (form: string): string => form.toLowerCase();

/** Creates the rules for some texts; among equally rare or long words, the nearest counts. */
export function createRules(texts: readonly Text[], causal: boolean): (pair: Pick<GoldPair, "sentence" | "query">) => Finds {
  const counts = countsOf(texts.flatMap(({ sentence }) => sentence.words.map(({ form }) => spelled(form))));
  return ({ sentence: { words }, query }) => {
    const best = keyed(RULES, () => ({ at: -1, value: Number.NEGATIVE_INFINITY, distance: 0 }));
    for (const [at, { form, upos }] of (causal ? words.slice(0, query) : words).entries()) {
      if (at === query || upos === "PUNCT") continue;
      const count = counts.get(spelled(form))!;
      const distance = Math.abs(at - query);
      const values = { "rarest word": -count, "most frequent word": count, "longest word": form.length };
      for (const rule of RULES) {
        const [own, value] = [best[rule], values[rule]];
        if (value > own.value || (value === own.value && distance < own.distance)) best[rule] = { at, value, distance };
      }
    }
    return mapValues(best, ({ at }) => at);
  };
}
