/** Readers that count: naive Bayes from a few words of the text to a target's candidates. */

import type { Target, WorldDocument } from "./target.ts";

/** A target in its text. */
export interface Example {
  readonly document: WorldDocument;
  readonly target: Target;
}

/** Returns the words of the text that a reader uses. */
export type Look = (example: Example) => readonly string[];

/** Chooses a candidate, by its index. */
export type Reader = (example: Example) => number;

/** Returns each candidate with the label to count: its index, or the word itself for names. */
export const labelled = ({ relation, candidates }: Target): { readonly candidate: string; readonly label: string }[] =>
  candidates.map((candidate, place) => ({ candidate, label: relation === "copy" ? candidate : `${place}` }));

/** Returns the index of the greatest score, the first on a tie. */
export const best = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));

/** Returns the accuracy of a reader on some examples. */
export function accuracy(reader: Reader, examples: readonly Example[]): number {
  return examples.filter((example) => reader(example) === example.target.gold).length / examples.length;
}

/** The count of each key. */
type Counts = Map<string, number>;

const count = (counts: Counts, key: string): void => void counts.set(key, of(counts, key) + 1);
const of = (counts: Counts, key: string): number => counts.get(key) ?? 0;

const SMOOTHING = 0.1;

/**
 * Learns from examples of one relation P(label) · Π P(word | label) over the words used, times the odds that the correct
 * candidate is itself among them.
 */
export function countingReader(examples: readonly Example[], look: Look): Reader {
  const { pairs, golds, found, types } = countAll(examples, look);
  const share = (part: number, whole: number, kinds: number) => Math.log((part + SMOOTHING) / (whole + SMOOTHING * kinds));
  const isIn = (gold: boolean, is: boolean) =>
    share(of(found, `${gold} ${is}`), of(found, `${gold} true`) + of(found, `${gold} false`), 2);
  return (example) => {
    const words = look(example);
    const scores = labelled(example.target).map(({ candidate, label }) => {
      const times = of(golds, label);
      const is = words.includes(candidate);
      const seen = words.map((word, slot) => share(of(pairs, `${slot} ${label} ${word}`), times, types));
      return [...seen, share(times, examples.length, golds.size), isIn(true, is), -isIn(false, is)];
    });
    return best(scores.map((parts) => parts.reduce((sum, part) => sum + part, 0)));
  };
}

function countAll(examples: readonly Example[], look: Look) {
  const counts = { pairs: new Map(), golds: new Map(), found: new Map(), types: new Map() } satisfies Record<string, Counts>;
  const { pairs, golds, found, types } = counts;
  for (const example of examples) {
    const { target } = example;
    const words = look(example);
    for (const word of words) count(types, word);
    for (const [i, { candidate, label }] of labelled(target).entries()) {
      const isGold = i === target.gold;
      count(found, `${isGold} ${words.includes(candidate)}`);
      if (!isGold) continue;
      count(golds, label);
      for (const [slot, word] of words.entries()) count(pairs, `${slot} ${label} ${word}`);
    }
  }
  return { ...counts, types: types.size };
}

/** Creates a reader that chooses the candidate that is most frequent in some documents. */
export function unigramReader(documents: readonly WorldDocument[]): Reader {
  const counts: Counts = new Map();
  for (const { words } of documents) for (const word of words) count(counts, word);
  return ({ target }) => best(target.candidates.map((word) => of(counts, word)));
}
