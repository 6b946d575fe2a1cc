/**
 * The token features that planted heads can read: part of speech, domain, frequency, length, capital and identity, each as a
 * block of coordinates of constant norm. A state is [r, −r], so that layer norm and RMS norm only scale it.
 */
import type { Corpus } from "../../corpus/sentence.ts";
import { countsOf, getOrAdd } from "../../params/keyed.ts";
import { normals, random } from "../../params/random.ts";
import { domainsOfWords, PARTS } from "./treebank.ts";

/** Special tokens by their ids. */
export const SPECIAL_TOKENS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"] as const;
export type Special = (typeof SPECIAL_TOKENS)[number];

/** The number of dimensions of a token's identity. */
const IDENTITY = 24;
/** Rotation angles of positions, in radians; the same as rotary positions of base 10⁶. */
export const ANGLES: readonly number[] = Array.from({ length: 14 }, (_, k) => 10 ** ((-6 * k) / 32));

/** The start and the width of each block. */
export const BLOCKS = {
  one: [0, 1],
  part: [1, PARTS.length + SPECIAL_TOKENS.length],
  domain: [15, 9],
  frequency: [24, 2],
  length: [26, 2],
  capital: [28, 2],
  identity: [30, IDENTITY],
  positions: [54, 28],
  /** Initially empty; the head that copies the previous token writes its identity here. */
  previous: [82, IDENTITY],
} as const satisfies Record<string, readonly [start: number, width: number]>;
export type Block = keyof typeof BLOCKS;
/** Coordinates of r; a state has twice as many. */
export const TRAITS = 106;

export interface TraitVocabulary {
  /** Token strings by id, special tokens first, then words from the most to the least frequent. */
  readonly tokens: readonly string[];
  /** For each id its r without position: [TRAITS]. */
  readonly traits: readonly Float32Array[];
}

const PLACES: readonly string[] = PARTS;

/** Builds a token for every word form of a corpus, with its features. */
export function vocabularyOf(corpus: Corpus, seed: number): TraitVocabulary {
  const partsOf = new Map<string, string[]>();
  for (const { form, upos } of corpus.sentences.flatMap(({ words }) => words)) getOrAdd(partsOf, form, () => []).push(upos);
  const types = [...partsOf].sort(([, a], [, b]) => b.length - a.length);
  const domains = domainsOfWords();
  const usual = (parts: readonly string[]) => [...countsOf(parts)].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const special = SPECIAL_TOKENS.map((name, k) =>
    traitsOf({ part: PARTS.length + k, rarity: 0, length: 0, capital: 0, identity: name }, seed),
  );
  const words = types.map(([form, parts], rank) =>
    traitsOf(
      {
        part: Math.max(0, PLACES.indexOf(usual(parts))),
        domain: domains.get(form.toLowerCase()),
        rarity: rank / types.length,
        length: Math.min(1, form.length / 12),
        capital: /^\p{Lu}/u.test(form) ? 1 : 0,
        identity: form,
      },
      seed,
    ),
  );
  return { tokens: [...SPECIAL_TOKENS, ...types.map(([form]) => form)], traits: [...special, ...words] };
}

interface Trait {
  readonly part: number;
  readonly domain?: number;
  /** From 0, the most frequent, to 1. */
  readonly rarity: number;
  readonly length: number;
  readonly capital: 0 | 1;
  readonly identity: string;
}

function traitsOf({ part, domain = 8, rarity, length, capital, identity }: Trait, seed: number): Float32Array {
  const r = new Float32Array(TRAITS);
  r[BLOCKS.one[0]] = 1;
  r[BLOCKS.part[0] + part] = 1;
  r[BLOCKS.domain[0] + domain] = 1;
  r.set(angled(rarity), BLOCKS.frequency[0]);
  r.set(angled(length), BLOCKS.length[0]);
  r[BLOCKS.capital[0] + capital] = 1;
  r.set(unit(normals(random(`${seed}/${identity}`), IDENTITY)), BLOCKS.identity[0]);
  return r;
}

/** Maps a number in [0, 1] to a quarter circle; −cos is steepest near 1, sin near 0. */
const angled = (x: number): [number, number] => [Math.cos((Math.PI / 2) * x), Math.sin((Math.PI / 2) * x)];

const unit = (x: Float32Array): Float32Array => x.map((v) => v / Math.hypot(...x));

/** The coordinates of position `t`: cos and sin of each angle, in two halves as rotary positions pair them. */
export function positionTraits(t: number): Float32Array {
  const r = new Float32Array(TRAITS);
  for (const [k, angle] of ANGLES.entries()) {
    r[BLOCKS.positions[0] + k] = Math.cos(angle * t);
    r[BLOCKS.positions[0] + ANGLES.length + k] = Math.sin(angle * t);
  }
  return r;
}

/** Returns ‖r‖ of every token, including positions if they are part of the state. */
export const traitNorm = (positions: boolean): number => Math.sqrt(7 + (positions ? ANGLES.length : 0));
