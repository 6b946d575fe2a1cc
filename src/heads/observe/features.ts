/** The feeds of the statistics program for one batch of texts of equal length: the keys, pairs and words that count. */
import { countsOf, getOrAdd, itemsAt } from "../../params/keyed.ts";
import { int64, type Tensor, tensor } from "../../run/tensor.ts";
import { numberAt, rowOf } from "../../stats/sums.ts";
import { KEY_FEATURES, OFFSETS, PAIR_FEATURES, type PairFeatureName } from "./statistics.ts";
import { countedQueries, lengthOf, type Text } from "./text.ts";

/** Returns the pairs of a text in which the key continues a repetition; induction heads attend to such keys. */
export type Continuations = (text: Text) => readonly (readonly [query: number, key: number])[];

export interface BatchFeatures {
  readonly feeds: Record<string, Tensor>;
  /** For each text: the number of queries that count, and of those that have an earlier equal token. */
  readonly counted: readonly number[];
  readonly repeated: readonly number[];
}

/**
 * Computes the feeds for texts of one length. `continuations`: none by default, since ordinary texts have no known repetitions.
 */
export function batchFeatures(
  texts: readonly Text[],
  causal: boolean,
  words: boolean,
  continuations: Continuations = () => [],
): BatchFeatures {
  const n = lengthOf(texts);
  const b = texts.length;
  const asking = texts.map((text) => ({ text, queries: countedQueries(text, causal) }));
  const [keys, pairs] = [new Float32Array(b * n * KEY_FEATURES.length), new Float32Array(b * PAIR_FEATURES.length * n * n)];
  const repeated: number[] = [];
  for (const [t, { text, queries }] of asking.entries()) {
    keyFeatures(text, rowOf(keys, t, n * KEY_FEATURES.length));
    repeated.push(pairFeatures(text, queries, continuations(text), rowOf(pairs, t, PAIR_FEATURES.length * n * n)));
  }
  const o = OFFSETS.length;
  const feeds: Record<string, Tensor> = {
    ids: int64(
      texts.flatMap((text) => [...text.ids]),
      [b, n],
    ),
    mask: tensor(new BigInt64Array(b * n).fill(1n), [b, n]),
    queries: tensor(
      perQuery(n, asking, () => 1),
      [b, 1, n],
    ),
    perKeys: tensor(
      perQuery(n, asking, (i) => 1 / Math.log(causal ? i + 1 : n)),
      [b, 1, n],
    ),
    keys: tensor(keys, [b, 1, n, KEY_FEATURES.length]),
    pairs: tensor(pairs, [b, PAIR_FEATURES.length, n, n]),
    band: int64(bandPlaces(n), [1, 1, n * o]),
    inBand: tensor(inBand(n, asking), [b, 1, n, o]),
  };
  return {
    feeds: words ? { ...feeds, ...wordFeeds(texts) } : feeds,
    counted: asking.map(({ queries }) => queries.length),
    repeated,
  };
}

/** A text and its queries that count. */
interface Asking {
  readonly text: Text;
  readonly queries: readonly number[];
}

function perQuery(n: number, asking: readonly Asking[], value: (i: number) => number): Float32Array {
  const out = new Float32Array(asking.length * n);
  for (const [t, { queries }] of asking.entries()) for (const i of queries) out[t * n + i] = value(i);
  return out;
}

/** Writes the features of all keys in the order of `KEY_FEATURES`. */
function keyFeatures(text: Text, out: Float32Array): void {
  const n = text.ids.length;
  const last = n - 1;
  for (let j = 0; j < n; j++) {
    const cls = text.special[j] && j === 0;
    const values = [j === 0, j === last, cls, text.special[j] && !cls, text.punctuation[j]];
    for (const [k, value] of values.entries()) out[j * KEY_FEATURES.length + k] = value ? 1 : 0;
  }
}

/** Writes the features of all pairs; returns the number of queries that have an earlier equal token. */
function pairFeatures(
  text: Text,
  counted: readonly number[],
  continuations: ReturnType<Continuations>,
  out: Float32Array,
): number {
  const n = text.ids.length;
  const place = (name: PairFeatureName, i: number, j: number) => (PAIR_FEATURES.indexOf(name) * n + i) * n + j;
  const before = itemsAt([...equalBefore(text.ids).entries()], counted);
  for (const [i, equal] of before) {
    for (let j = 0; j < n; j++) out[place("distance", i, j)] = Math.abs(i - j);
    for (const j of equal) out[place("duplicate-token", i, j)] = 1;
  }
  for (const [i, j] of continuations) out[place("continuation", i, j)] = 1;
  for (const { i, j, weight } of mergedPairs(text, counted))
    out[place(weight ? "sub-word-control" : "sub-word", i, j)] = weight ?? 1;
  return before.filter(([, equal]) => equal.length > 0).length;
}

/** Returns for each token the places of equal tokens before it. */
function equalBefore(ids: Int32Array): number[][] {
  const places = new Map<number, number[]>();
  return Array.from(ids, (id, i) => {
    const same = getOrAdd(places, id, () => []);
    const before = [...same];
    same.push(i);
    return before;
  });
}

/**
 * Returns the pairs of a query and an earlier piece of its own word and, as a control, of an earlier piece of another word at
 * the same distance. The control's weights make both totals equal at each distance.
 */
function mergedPairs(text: Text, counted: readonly number[]): { i: number; j: number; weight?: number }[] {
  const own: { i: number; j: number }[] = [];
  const asking = counted.filter((i) => numberAt(text.wordOf, i) >= 0);
  for (const i of asking) for (let j = i - 1; j >= 0 && text.wordOf[j] === text.wordOf[i]; j--) own.push({ i, j });
  const distances = countsOf(own.map(({ i, j }) => i - j));
  const others = new Map(
    [...distances].map(([distance, count]) => {
      const apart = asking
        .map((i) => ({ i, j: i - distance }))
        .filter(({ i, j }) => j >= 0 && !text.special[j] && text.wordOf[j] !== text.wordOf[i]);
      return [distance, apart.map((pair) => ({ ...pair, weight: count / apart.length }))];
    }),
  );
  // a pair without a control at its distance cannot be compared
  return [...own.filter(({ i, j }) => others.get(i - j)?.length), ...[...others.values()].flat()];
}

/** Returns the indices of (i, i + o) in a matrix stored row by row; offsets outside the text point to an end of the row. */
function bandPlaces(n: number): Int32Array {
  const out = new Int32Array(n * OFFSETS.length);
  for (let i = 0; i < n; i++) {
    for (const [k, o] of OFFSETS.entries()) out[i * OFFSETS.length + k] = i * n + Math.min(n - 1, Math.max(0, i + o));
  }
  return out;
}

/** Marks the offsets that exist. Special tokens are not neighbors: attention to them counts as delimiter, not as position. */
function inBand(n: number, asking: readonly Asking[]): Float32Array {
  const out = new Float32Array(asking.length * n * OFFSETS.length);
  for (const [t, { text, queries }] of asking.entries()) {
    for (const i of queries) {
      for (const [k, o] of OFFSETS.entries()) {
        const inside = i + o >= 0 && i + o < n && !text.special[i + o];
        out[(t * n + i) * OFFSETS.length + k] = inside ? 1 : 0;
      }
    }
  }
  return out;
}

/** Added to a word's weight on itself, which is at most 1, so that even a word with weight 0 ranks above it. */
const HIDDEN = -2;

/**
 * Computes the feeds for words: the mean over a query word's tokens, the sum over a key word's tokens, and the mask that hides
 * a word from itself. The missing words of shorter texts are hidden too.
 */
function wordFeeds(texts: readonly Text[]): Record<string, Tensor> {
  const [b, n] = [texts.length, lengthOf(texts)];
  const w = Math.max(1, ...texts.map((text) => text.sentence.words.length));
  const from = new Float32Array(b * w * n);
  const to = new Float32Array(b * n * w);
  const hidden = new Float32Array(b * w * w);
  for (const [t, text] of texts.entries()) {
    const tokens = new Map<number, number[]>();
    for (const [i, word] of text.wordOf.entries()) if (word >= 0) getOrAdd(tokens, word, () => []).push(i);
    for (const [word, places] of tokens) {
      for (const i of places) {
        from[(t * w + word) * n + i] = 1 / places.length;
        to[(t * n + i) * w + word] = 1;
      }
    }
    for (let q = 0; q < w; q++) {
      for (let k = 0; k < w; k++) if (k === q || !tokens.has(k)) hidden[(t * w + q) * w + k] = HIDDEN;
    }
  }
  return { from: tensor(from, [b, 1, w, n]), to: tensor(to, [b, 1, n, w]), hidden: tensor(hidden, [b, 1, w, w]) };
}
