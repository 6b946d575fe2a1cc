/**
 * Planted heads as recipes: the key features besides position, the query's weights on them, and the expected label. The score
 * of query i and key j is a kernel of j − i plus terms of traits.
 */
import type { Label } from "../../heads/scores/label-names.ts";
import { BLOCKS, type Block, SPECIAL_TOKENS, type Special } from "./traits.ts";
import type { Part } from "./treebank.ts";
import { PARTS } from "./treebank.ts";

/**
 * The features of keys: part of speech, frequency, length, capital and domain, or a token's identity, or that of the previous
 * token.
 */
export type KeyView = "lexical" | "identity" | "previous";

/** A coordinate of r: a block and a place in it. */
export type Trait = readonly [block: Block, place: number];

/** weight · (query's trait) · (key's trait). */
export interface Term {
  readonly query: Trait;
  readonly key: Trait;
  readonly weight: number;
}

export interface Recipe {
  readonly name: string;
  readonly view: KeyView;
  /** The score for the distance j − i; NaN if irrelevant. Default: none. */
  readonly kernel?: (offset: number) => number;
  readonly terms?: readonly Term[];
  /** The expected label, alone or among others; undefined if no function label is allowed. */
  readonly label?: Label;
  /** The relation that a syntactic head follows. */
  readonly relation?: string;
  /** Other function labels that are also correct. */
  readonly also?: readonly Label[];
}

const ONE: Trait = ["one", 0];
const PLACES: readonly (Part | Special)[] = [...PARTS, ...SPECIAL_TOKENS];
const part = (name: Part | Special): Trait => ["part", PLACES.indexOf(name)];
const same = (block: Block, weight: number): Term[] =>
  Array.from({ length: BLOCKS[block][1] }, (_, k) => ({ query: [block, k], key: [block, k], weight }));
const everyQuery = (key: Trait, weight: number): Term => ({ query: ONE, key, weight });

/** A peak at one offset. */
const at = (o: number) => (offset: number) => -Math.min(40, 14 * Math.abs(offset - o));
/** A peak at the nearest previous or next token. */
const nearest = (side: -1 | 1) => (offset: number) =>
  offset * side > 0 ? -0.8 * Math.min(20, Math.abs(offset)) : Math.abs(offset) < 2 ? Number.NaN : -16;
const notSelf = (offset: number) => (offset === 0 ? -12 : 0);

const offsetHead = (name: string, o: number, label: Label): Recipe => ({
  ...{ name, view: "lexical", kernel: at(o), label },
  also: o === 0 ? [] : ["positional"],
});
const keyHead = (name: string, terms: readonly Term[], label?: Label): Recipe => ({ name, view: "lexical", terms, label });

/** A head that attends from words of one part of speech to the nearest word of another. */
const relationHead = (relation: string, from: readonly Part[], to: readonly Part[], side: -1 | 1): Recipe => ({
  name: `${relation} (${from.join(", ")} → ${to.join(", ")})`,
  view: "lexical",
  kernel: nearest(side),
  terms: from.flatMap((query) => to.map((key) => ({ query: part(query), key: part(key), weight: 16 }))),
  ...{ label: "syntactic", relation },
  // without such a word, the nearest key is the word itself
  also: ["self"],
});

const NOUNS = ["NOUN", "PROPN"] as const;

const EVERYWHERE: readonly Recipe[] = [
  offsetHead("previous token", -1, "previous-token"),
  offsetHead("itself", 0, "self"),
  offsetHead("two back", -2, "positional"),
  offsetHead("three back", -3, "positional"),
  keyHead("punctuation", [everyQuery(part("PUNCT"), 14)], "delimiter"),
  keyHead("rarest word", [everyQuery(["frequency", 0], -900), everyQuery(part("PUNCT"), -200)], "rare-token"),
  {
    name: "earlier equal token",
    view: "identity",
    kernel: notSelf,
    terms: same("identity", 40),
    label: "duplicate-token",
    also: ["self"],
  },
  { name: "same domain", view: "lexical", kernel: notSelf, terms: same("domain", 12), label: "semantic" },
  relationHead("obj", NOUNS, ["VERB"], -1),
  relationHead("nsubj", ["VERB"], NOUNS, -1),
  relationHead("det", ["NOUN"], ["DET"], -1),
  relationHead("conj", ["VERB"], ["VERB"], -1),
];
const BIDIRECTIONAL: readonly Recipe[] = [
  offsetHead("next token", 1, "next-token"),
  offsetHead("two ahead", 2, "positional"),
  relationHead("nsubj", NOUNS, ["VERB"], 1),
  relationHead("case", ["ADP"], NOUNS, 1),
  relationHead("amod", ["ADJ"], ["NOUN"], 1),
  relationHead("det", ["DET"], ["NOUN"], 1),
  keyHead("separator", [everyQuery(part("[SEP]"), 14)], "delimiter"),
];
const FRAMED: readonly Recipe[] = [keyHead("first special token", [everyQuery(part("[CLS]"), 14)], "delimiter")];

/** Heads that attend by features without a function label: they must get no function label. */
const BLIND: readonly Recipe[] = [
  keyHead("blind: frequent words", [everyQuery(["frequency", 0], 12), everyQuery(part("PUNCT"), -14)]),
  {
    ...keyHead("blind: infrequent words", [everyQuery(["frequency", 1], 6), everyQuery(part("PUNCT"), -14)]),
    also: ["rare-token"],
  },
  keyHead("blind: long words", [everyQuery(["length", 1], 12)]),
  keyHead("blind: short words", [everyQuery(["length", 0], 12), everyQuery(part("PUNCT"), -14)]),
  keyHead("blind: capitals", [everyQuery(["capital", 1], 3)]),
  { name: "blind: nearby", view: "lexical", kernel: (offset) => -0.25 * Math.abs(offset) },
  { name: "blind: far away", view: "lexical", kernel: (offset) => 0.2 * Math.abs(offset) },
  keyHead("blind: punctuation a little", [everyQuery(part("PUNCT"), 2)]),
];

export type ModelShape = "bert" | "gpt2" | "llama";

/** The heads of layer 0 of a shape; layer 1 has the induction head, which reads the output of `previous`. */
export const recipesFor = (shape: ModelShape): { readonly planted: readonly Recipe[]; readonly blind: readonly Recipe[] } => ({
  planted: [...EVERYWHERE, ...(shape === "bert" ? BIDIRECTIONAL : []), ...(shape === "gpt2" ? [] : FRAMED)],
  blind: BLIND,
});

/** The head of layer 0 that writes the identity of the previous token to where `INDUCTION` reads it. */
export const COPIES_PREVIOUS: Recipe = { ...offsetHead("previous token, written", -1, "previous-token"), view: "identity" };
export const INDUCTION: Recipe = {
  ...{ name: "induction", view: "previous", label: "induction" },
  // where nothing was said before, and what follows can be seen, the token after the query is the one that follows its like
  also: ["next-token"],
  kernel: (offset) => (offset === 1 ? -16 : 0),
  terms: Array.from({ length: BLOCKS.identity[1] }, (_, k) => ({
    ...{ query: ["identity", k] as const, key: ["previous", k] as const },
    weight: 40,
  })),
};
