/** A document in progress: its words so far, its targets, its nouns and its cast. */

import { shuffled } from "../../params/random.ts";
import type { Doer, Lexicon } from "./lexicon.ts";
import type { Relation, Target } from "./target.ts";

/** A named person; `at` is the position of the first mention, once there is one. */
export interface Person {
  readonly doer: Doer;
  readonly name: string;
  at?: number;
  /** The last sentence that names the person. */
  sentence: number;
}

/** A noun in the text. */
export interface Mention {
  readonly position: number;
  readonly plural: boolean;
  /** The domain of a thing or doer; places have none. */
  readonly domain?: number;
  /** The pronoun that refers to it; only doers have one. */
  readonly pronoun?: string;
}

/** The text and the material of a document; the writing functions add to it. */
export interface Draft {
  readonly lexicon: Lexicon;
  readonly uniform: () => number;
  readonly words: string[];
  readonly targets: Target[];
  readonly mentions: Mention[];
  readonly people: readonly Person[];
  /** Eight names, including the people's. */
  readonly names: readonly string[];
  /** The nouns for doers other than the people and the topic, by domain, more frequent ones first. */
  readonly plain: readonly (readonly Doer[])[];
  /** The antecedent of later pronouns, with its position once it is written. */
  readonly topic: { readonly doer: Doer; readonly plural: boolean; at?: number };
  sentence: number;
}

/** Draws one of the items uniformly. */
export const pick = <T>(uniform: () => number, items: readonly T[]): T => items[Math.floor(uniform() * items.length)]!;

/** Draws an index in proportion to the weights. */
export function weighted(uniform: () => number, weights: readonly number[]): number {
  let left = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  // Rounding may leave a small remainder.
  return index < 0 ? weights.findLastIndex((weight) => weight > 0) : index;
}

/** Returns weights by Zipf's law, for common and rare words. */
export const zipf = (count: number, shift = 1): number[] => Array.from({ length: count }, (_, rank) => 1 / (rank + shift));

const PALETTE = 5;
const PEOPLE = 3;
const NAMES = 8;

/** Starts an empty document: five domains, three people, eight names by the Zipf–Mandelbrot law, three of them the people's. */
export function createDraft(lexicon: Lexicon, uniform: () => number): Draft {
  const palette = [...shuffled(uniform, lexicon.doers.length).slice(0, PALETTE)];
  const doers = palette.map((domain) => inOrder(lexicon.doers[domain]!, uniform));
  const names = drawNames(lexicon.names, uniform);
  const topicClass = weighted(uniform, [1, 1, 1, 1.4]);
  const homes = Array.from({ length: PEOPLE + 1 }, () => Math.floor(uniform() * PALETTE));
  const pronoun = lexicon.pronouns[topicClass];
  const topicDoer = doers[homes[PEOPLE]!]!.find((doer) => topicClass === 3 || doer.pronoun === pronoun)!;
  const free = doers.map((group) => group.filter((doer) => doer !== topicDoer));
  const people = homes.slice(0, PEOPLE).map((home, i) => ({ doer: free[home]!.shift()!, name: names[i]!, sentence: -1 }));
  return {
    ...{ lexicon, uniform, people, words: [], targets: [], mentions: [], plain: free, sentence: 0 },
    topic: { doer: topicDoer, plural: topicClass === 3 },
    names: Array.from(shuffled(uniform, NAMES), (index) => names[index]!),
  };
}

// All doers of a domain, common ones earlier.
function inOrder(doers: readonly Doer[], uniform: () => number): Doer[] {
  const weights = zipf(doers.length);
  return doers.map(() => {
    const index = weighted(uniform, weights);
    weights[index] = 0;
    return doers[index]!;
  });
}

// Drawn without replacement, then shuffled, so that the people's names are no more frequent than the others.
function drawNames(names: readonly string[], uniform: () => number): string[] {
  const weights = zipf(names.length, 0.5);
  const drawn = Array.from({ length: NAMES }, () => {
    const index = weighted(uniform, weights);
    weights[index] = 0;
    return names[index]!;
  });
  return Array.from(shuffled(uniform, NAMES), (index) => drawn[index]!);
}

/** Writes words and returns the position of the last one. */
export function write(draft: Draft, ...words: readonly string[]): number {
  return draft.words.push(...words) - 1;
}

/** Writes a word that is a target: `gold` is its index among the candidates. */
export function writeTarget(
  draft: Draft,
  relation: Relation,
  sources: readonly number[],
  candidates: readonly string[],
  gold: number,
): number {
  const position = write(draft, candidates[gold]!);
  const distance = position - sources[0]!;
  const target = { relation, position, sources, candidates, gold, distance };
  const counted = relation === "agreement" || relation === "joint";
  draft.targets.push(counted ? { ...target, attractors: attractors(draft, sources[0]!, position) } : target);
  return position;
}

// Nouns of the other number between a head noun and its verb.
function attractors({ mentions }: Draft, head: number, verb: number): number {
  const { plural } = mentions.find(({ position }) => position === head)!;
  return mentions.filter(({ position, plural: other }) => position > head && position < verb && other !== plural).length;
}
