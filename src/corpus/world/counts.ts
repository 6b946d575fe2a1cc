/** Readers that count: naive Bayes from a few words of the text to one of a target's candidates. */

import type { Target, WorldDocument } from "./target.ts";

/** A target in its text. */
export interface Example {
  readonly document: WorldDocument;
  readonly target: Target;
}

/** The words of the text that a reader looks at. */
export type Look = (example: Example) => readonly string[];

/** Chooses a candidate, by its index. */
export type Reader = (example: Example) => number;

/** What is counted for a candidate: its place where places mean something, the word itself among names. */
export function labels({ relation, candidates }: Target): readonly string[] {
  return relation === "copy" ? candidates : candidates.map((_, place) => `${place}`);
}

/** The index of the greatest score, the first on a tie. */
export const best = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));

/** The share of examples for which a reader is right. */
export function accuracy(reader: Reader, examples: readonly Example[]): number {
  return examples.filter((example) => reader(example) === example.target.gold).length / examples.length;
}

/** A table of counts; what was never counted is 0. */
export class Counts {
  readonly #counts = new Map<string, number>();
  add(key: string): void {
    this.#counts.set(key, this.of(key) + 1);
  }
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}

const SMOOTHING = 0.1;

/**
 * Learns, from examples of one relation, P(label) · Π P(word | label) over the words looked at, times the odds that the right
 * candidate is itself among them.
 */
export function countingReader(examples: readonly Example[], look: Look): Reader {
  const pairs = new Counts();
  const golds = new Counts();
  const same = new Counts();
  const types = new Set<string>();
  for (const example of examples) {
    const { target } = example;
    const words = look(example);
    const names = labels(target);
    golds.add(names[target.gold]!);
    target.candidates.forEach((word, i) => {
      same.add(`${i === target.gold} ${words.includes(word)}`);
    });
    words.forEach((word, slot) => {
      types.add(word);
      pairs.add(`${slot} ${names[target.gold]} ${word}`);
    });
  }
  const share = (count: number, of: number, kinds: number) => Math.log((count + SMOOTHING) / (of + SMOOTHING * kinds));
  const isIn = (gold: boolean, found: boolean) =>
    share(same.of(`${gold} ${found}`), same.of(`${gold} true`) + same.of(`${gold} false`), 2);
  return (example) => {
    const words = look(example);
    const names = labels(example.target);
    const scores = names.map((label, i) => {
      const found = words.includes(example.target.candidates[i]!);
      const seen = words.map((word, slot) => share(pairs.of(`${slot} ${label} ${word}`), golds.of(label), types.size));
      return [...seen, share(golds.of(label), examples.length, names.length), isIn(true, found), -isIn(false, found)];
    });
    return best(scores.map((parts) => parts.reduce((sum, part) => sum + part, 0)));
  };
}

/** Chooses the candidate that is most frequent in some documents. */
export function unigramReader(documents: readonly WorldDocument[]): Reader {
  const counts = new Counts();
  for (const { words } of documents) for (const word of words) counts.add(word);
  return ({ target }) => best(target.candidates.map((word) => counts.of(word)));
}
