/** Documents of numbered words, "w3" being token 3, with targets where a test wants them. */
import { RELATIONS, type Target, type WorldDocument } from "../../src/corpus/world/target.ts";
import { random } from "../../src/params/random.ts";
import type { WorldCoding } from "../../src/study/sheet.ts";

export const CODING: WorldCoding = {
  encode: ({ words }) => Int32Array.from([1, ...words.map((word) => Number(word.slice(1)))]),
  idOf: (word) => Number(word.slice(1)),
};

const word = (id: number) => `w${id}`;

/** A target whose right candidate is the word that stands there; the others follow it. */
export const targetAt = (ids: readonly number[], position: number, relation: number, gold = 0): Target => ({
  relation: RELATIONS[relation]!,
  position,
  sources: [0],
  candidates: [0, 1, 2].map((k) => word(2 + ((ids[position]! - 2 + k - gold + 21) % 21))),
  gold,
  distance: position,
});

/** `count` documents of 3 to 11 random words of 23, with targets of all relations. */
export function madeDocuments(count: number, seed: string): WorldDocument[] {
  const uniform = random(seed);
  const whole = (n: number) => Math.floor(n * uniform());
  return Array.from({ length: count }, () => {
    const ids = Array.from({ length: 3 + whole(9) }, () => 2 + whole(21));
    const targets = ids.slice(1).map((_, k) => targetAt(ids, k + 1, whole(RELATIONS.length), whole(3)));
    return { words: ids.map(word), targets };
  });
}
