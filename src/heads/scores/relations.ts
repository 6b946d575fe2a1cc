/** Gold relations as flat arrays of instances, and counts of heads that point from one word of a pair to the other. */
import { random, shuffled } from "../../params/random.ts";
import type { Tally } from "../observe/measure.ts";
import type { Weighting } from "../observe/statistics.ts";
import { headsOf } from "./scores.ts";

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
  const maps = { "dependent-to-head": new Map<string, T>(), "head-to-dependent": new Map<string, T>() };
  return {
    get: ({ relation, direction }) => maps[direction].get(relation),
    set: ({ relation, direction }, value) => void maps[direction].set(relation, value),
  };
}

/** Gold pairs as flat arrays, one entry per instance. */
export interface Instances {
  readonly relations: readonly DirectedRelation[];
  readonly relation: Int32Array;
  readonly text: Int32Array;
  readonly query: Int32Array;
  readonly gold: Int32Array;
  /** The number of words in the instance's sentence. */
  readonly length: Int32Array;
  /** The half of the sentences (0 or 1) that the instance is in, by a seeded shuffle. */
  readonly half: Uint8Array;
}

/** Collects all gold pairs of the texts; for a causal model, only those whose gold word the query can see. */
export function goldInstances(tally: Tally, causal: boolean, seed: number): Instances {
  const relations: DirectedRelation[] = [];
  const numbers = createRelationMap<number>();
  const rows: { relation: number; text: number; query: number; gold: number; length: number; half: number }[] = [];
  const halves = halvesOf(tally.texts.length, seed);
  for (const [t, { sentence, wordOf }] of tally.texts.entries()) {
    const seen = new Set(wordOf);
    for (const [w, { head, relation }] of sentence.words.entries()) {
      if (head === undefined || head < 0 || !relation || UNTESTED.has(relation) || !seen.has(w) || !seen.has(head)) continue;
      for (const direction of DIRECTIONS) {
        const [query, gold] = direction === "dependent-to-head" ? [w, head] : [head, w];
        if (causal && gold > query) continue;
        const id = numbers.get({ relation, direction }) ?? relations.push({ relation, direction }) - 1;
        numbers.set({ relation, direction }, id);
        rows.push({ relation: id, text: t, query, gold, length: sentence.words.length, half: halves[t]! });
      }
    }
  }
  const pick = (f: (row: (typeof rows)[number]) => number) => Int32Array.from(rows, f);
  return {
    relations,
    relation: pick((r) => r.relation),
    text: pick((r) => r.text),
    query: pick((r) => r.query),
    gold: pick((r) => r.gold),
    length: pick((r) => r.length),
    half: Uint8Array.from(rows, (r) => r.half),
  };
}

function halvesOf(texts: number, seed: number): Uint8Array {
  const order = shuffled(random(`${seed}/halves`), texts);
  const half = new Uint8Array(texts);
  for (let k = 0; k < texts / 2; k++) half[order[k]!] = 1;
  return half;
}

/** Returns the word that every head attends to most in every instance: [instance, head]. */
export function predictions(tally: Tally, weighting: Weighting, { text, query }: Instances): Int16Array {
  const heads = headsOf(tally);
  const out = new Int16Array(text.length * heads);
  for (let k = 0; k < text.length; k++) {
    const words = tally.words[weighting]![text[k]!]!;
    const count = tally.texts[text[k]!]!.sentence.words.length;
    for (let h = 0; h < heads; h++) out[k * heads + h] = words[h * count + query[k]!]!;
  }
  return out;
}

/** Counts the hits of each relation and head over the instances of one half: [relation, head]. */
export function hits(predicted: Int16Array, heads: number, data: Instances, half: number): Int32Array {
  const out = new Int32Array(data.relations.length * heads);
  for (let k = 0; k < data.text.length; k++) {
    if (data.half[k] !== half) continue;
    const gold = data.gold[k]!;
    const [row, at] = [k * heads, data.relation[k]! * heads];
    for (let h = 0; h < heads; h++) if (predicted[row + h] === gold) out[at + h]!++;
  }
  return out;
}

/** Counts the instances of each relation in one half. */
export const instanceCounts = (data: Instances, half: number): Int32Array => {
  const out = new Int32Array(data.relations.length);
  for (let k = 0; k < data.text.length; k++) if (data.half[k] === half) out[data.relation[k]!]!++;
  return out;
};

/** The least number of instances for a control's accuracy: on a few, the best of many heads is right by chance. */
const FEWEST_INSTANCES = 100;

/**
 * Computes the accuracy of each head on the relations with enough instances, under another tally of the same texts
 * (norm-weighted, shuffled, random).
 */
export function accuracies(tally: Tally, weighting: Weighting, causal: boolean, seed: number): RelationMap<Float64Array> {
  const data = goldInstances(tally, causal, seed);
  const heads = headsOf(tally);
  const predicted = predictions(tally, weighting, data);
  const [a, b] = [hits(predicted, heads, data, 0), hits(predicted, heads, data, 1)];
  const [first, second] = [instanceCounts(data, 0), instanceCounts(data, 1)];
  const n = data.relations.map((_, r) => first[r]! + second[r]!);
  const found = createRelationMap<Float64Array>();
  for (const [r, relation] of data.relations.entries()) {
    if (n[r]! < FEWEST_INSTANCES) continue;
    found.set(
      relation,
      Float64Array.from({ length: heads }, (_, h) => (a[r * heads + h]! + b[r * heads + h]!) / n[r]!),
    );
  }
  return found;
}
