/** A document in progress: its words so far, its targets, its nouns and its cast. */

import { itemsAt } from "../../params/keyed.ts";
import { inRandomOrder, shuffled } from "../../params/random.ts";
import { type Doer, type Lexicon, ofDomain } from "./lexicon.ts";
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
  /** The nouns for doers other than the people and the topic, more frequent ones first, for each domain of the document. */
  readonly plain: readonly { readonly domain: number; readonly doers: readonly Doer[] }[];
  /** The antecedent of later pronouns, with its position once it is written. */
  readonly topic: { readonly doer: Doer; readonly plural: boolean; at?: number };
  sentence: number;
}

/** Draws one of the items uniformly. */
export const pick = <T>(uniform: () => number, items: readonly T[]): T => drawn(items, Math.floor(uniform() * items.length));

/** Draws one of the items in proportion to their weights. */
export const pickWeighted = <T>(uniform: () => number, items: readonly T[], weights: readonly number[]): T =>
  drawn(items, weighted(uniform, weights));

function drawn<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`internal: nothing can be drawn from ${items.length} items`);
  return item;
}

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
  // all doers of a domain, common ones earlier
  const groups = palette.map((domain) => {
    const doers = ofDomain(lexicon.doers, domain);
    return { domain, doers: drawSome(uniform, doers, doers.length, zipf(doers.length)) };
  });
  // shuffled, so that the people's names are no more frequent than the others
  const names = inRandomOrder(uniform, drawSome(uniform, lexicon.names, NAMES, zipf(lexicon.names.length, 0.5)));
  const topicClass = weighted(uniform, [1, 1, 1, 1.4]);
  const named = names.slice(0, PEOPLE).map((name) => ({ name, home: pick(uniform, groups) }));
  const pronoun = lexicon.pronouns[topicClass];
  const topicDoer = takeDoer(pick(uniform, groups).doers, (doer) => topicClass === 3 || doer.pronoun === pronoun);
  const people = named.map(({ name, home }) => ({ doer: takeDoer(home.doers), name, sentence: -1 }));
  return {
    ...{ lexicon, uniform, people, words: [], targets: [], mentions: [], plain: groups, sentence: 0 },
    topic: { doer: topicDoer, plural: topicClass === 3 },
    names: inRandomOrder(uniform, names),
  };
}

/** Takes the first doer that fits out of a list. */
function takeDoer(doers: Doer[], fits: (doer: Doer) => boolean = () => true): Doer {
  const [taken] = doers.splice(doers.findIndex(fits), 1);
  if (!taken) throw new Error("internal: a domain has too few doers");
  return taken;
}

/** Draws some of the items without replacement, in proportion to their weights. */
function drawSome<T>(uniform: () => number, items: readonly T[], count: number, weights: readonly number[]): T[] {
  const left = [...weights];
  const order = Array.from({ length: count }, () => {
    const index = weighted(uniform, left);
    left[index] = 0;
    return index;
  });
  return itemsAt(items, order);
}

/** Writes words and returns the position of the last one. */
export function write(draft: Draft, ...words: readonly string[]): number {
  return draft.words.push(...words) - 1;
}

/** Writes a word that is a target: `gold` is its index among the candidates. */
export function writeTarget(
  draft: Draft,
  relation: Relation,
  sources: Target["sources"],
  candidates: readonly string[],
  gold: number,
): number {
  const position = write(draft, drawn(candidates, gold));
  const distance = position - sources[0];
  const target = { relation, position, sources, candidates, gold, distance };
  const counted = relation === "agreement" || relation === "joint";
  draft.targets.push(counted ? { ...target, attractors: attractors(draft, sources[0], position) } : target);
  return position;
}

// Nouns of the other number between a head noun and its verb.
function attractors({ mentions }: Draft, head: number, verb: number): number {
  const subject = mentions.find(({ position }) => position === head);
  if (!subject) throw new Error("internal: a verb agrees with a word that is no noun");
  return mentions.filter(({ position, plural }) => position > head && position < verb && plural !== subject.plural).length;
}
