/** Gold relations as pairs of words, and counts of heads that point from one word of a pair to the other. */
import type { Sentence } from "../../../corpus/sentence.ts";
import { keyed } from "../../../params/keyed.ts";
import { random, shuffled } from "../../../params/random.ts";
import { type Tally, wordsOf } from "../../observe/measure.ts";
import type { Weighting } from "../../observe/weights.ts";
import { headsOf } from "../scores.ts";

export const DIRECTIONS = ["dependent-to-head", "head-to-dependent"] as const;
export type Direction = (typeof DIRECTIONS)[number];
const UNTESTED = new Set(["root", "punct", "dep", "goeswith", "reparandum"]);

/** One relation in one direction. */
export interface DirectedRelation {
  readonly relation: string;
  readonly direction: Direction;
}

/** A map from relation and direction to values. */
export interface RelationMap<T> {
  get(of: DirectedRelation): T | undefined;
  set(of: DirectedRelation, value: T): void;
}

/** Creates a map by relation and direction; a relation's name may have any characters. */
export function createRelationMap<T>(): RelationMap<T> {
  const maps = keyed(DIRECTIONS, () => new Map<string, T>());
  return {
    get: ({ relation, direction }) => maps[direction].get(relation),
    set: ({ relation, direction }, value) => void maps[direction].set(relation, value),
  };
}

/** Two words of a text that a relation joins: a head is right if it attends from the query most to the gold word. */
export interface GoldPair {
  readonly sentence: Sentence;
  /** The index of the text. */
  readonly text: number;
  readonly query: number;
  readonly gold: number;
  /** The half of the sentences (0 or 1) that the pair is in, by a seeded shuffle. */
  readonly half: number;
}

/** A relation with its pairs; relations are numbered in the order of their first pairs. */
export interface GoldRelation extends DirectedRelation {
  readonly index: number;
  readonly pairs: readonly GoldPair[];
}

/** Collects all gold pairs of the texts; for a causal model, only those whose gold word the query can see. */
export function goldRelations({ texts }: Tally, causal: boolean, seed: number): GoldRelation[] {
  const relations: GoldRelation[] = [];
  const found = createRelationMap<GoldPair[]>();
  const add = (of: DirectedRelation, pair: GoldPair) => {
    const known = found.get(of);
    if (known) return known.push(pair);
    const pairs = [pair];
    found.set(of, pairs);
    return relations.push({ ...of, index: relations.length, pairs });
  };
  const second = secondHalf(texts.length, seed);
  for (const [text, { sentence, wordOf }] of texts.entries()) {
    const half = Number(second.has(text));
    const seen = new Set(wordOf);
    for (const [w, { head, relation }] of sentence.words.entries()) {
      if (head === undefined || head < 0 || !relation || UNTESTED.has(relation) || !seen.has(w) || !seen.has(head)) continue;
      for (const direction of DIRECTIONS) {
        const [query, gold] = direction === "dependent-to-head" ? [w, head] : [head, w];
        if (!causal || gold <= query) add({ relation, direction }, { sentence, text, query, gold, half });
      }
    }
  }
  return relations;
}

const secondHalf = (texts: number, seed: number): ReadonlySet<number> =>
  new Set(shuffled(random(`${seed}/halves`), texts).subarray(0, Math.ceil(texts / 2)));

/** The word that every head attends to most from the query of a pair: [head]. */
export type Attended = (pair: Pick<GoldPair, "text" | "query">) => Int16Array;

/** Returns what a tally's heads attend to. */
export function attendedIn(tally: Tally, weighting: Weighting): Attended {
  const heads = headsOf(tally);
  return ({ text, query }) => {
    const words = wordsOf(tally, weighting, text);
    const attended = new Int16Array(heads);
    for (let h = 0, at = query; h < heads; h++, at += words.length / heads) attended[h] = words[at]!;
    return attended;
  };
}

/** Counts for each head the pairs whose gold word it attends to most. */
export function hits(pairs: readonly GoldPair[], attended: Attended, heads: number): Int32Array {
  const counts = new Int32Array(heads);
  for (const pair of pairs) {
    for (const [head, word] of attended(pair).entries()) if (word === pair.gold) counts[head]!++;
  }
  return counts;
}

/** The least number of pairs for a control's accuracy: on a few, the best of many heads is right by chance. */
const FEWEST_PAIRS = 100;

/**
 * Computes the accuracy of each head on the relations with enough pairs, under another tally of the same texts (norm-weighted,
 * shuffled, random).
 */
export function accuracies(tally: Tally, weighting: Weighting, causal: boolean, seed: number): RelationMap<Float64Array> {
  const attended = attendedIn(tally, weighting);
  const found = createRelationMap<Float64Array>();
  for (const { pairs, ...relation } of goldRelations(tally, causal, seed)) {
    if (pairs.length < FEWEST_PAIRS) continue;
    found.set(
      relation,
      Float64Array.from(hits(pairs, attended, headsOf(tally)), (count) => count / pairs.length),
    );
  }
  return found;
}
