/** Statistics of patterns written out from their definitions, one loop a line: the slow twin of the statistics program. */
import type { Text } from "../../src/heads/observe/text.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import type { Tensor } from "../../src/run/tensor.ts";

type Matrix = readonly (readonly number[])[];
type Pairs = readonly (readonly [query: number, key: number])[];

export const asMatrix = (pattern: Float32Array, n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from(pattern.subarray(i * n, (i + 1) * n)));

const add = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Queries that a mean runs over: no special token, and not what can only see itself. */
const queriesOf = (text: Text, causal: boolean): number[] =>
  [...text.ids.keys()].filter((i) => !text.special[i] && !(causal && i === 0));

/** Every sum of one head over one text, by its name. */
export function naiveSums(a: Matrix, text: Text, causal: boolean, continuations: Pairs): Record<string, number> {
  const n = text.ids.length;
  const keys = [...text.ids.keys()];
  const queries = queriesOf(text, causal);
  const total = (f: (i: number, j: number) => number) => add(queries.map((i) => add(keys.map((j) => a[i]![j]! * f(i, j)))));
  const on = (wanted: (j: number, i: number) => boolean) => total((i, j) => (wanted(j, i) ? 1 : 0));
  const neighbour = (j: number) => keys.includes(j) && !text.special[j];
  const entropy = (i: number) => -add(a[i]!.map((p) => (p > 0 ? p * Math.log(p) : 0)));
  const ownPiece = (j: number, i: number) => j < i && text.wordOf[i]! >= 0 && text.wordOf[j] === text.wordOf[i];
  const otherPiece = (j: number, i: number) =>
    j < i && !text.special[j] && text.wordOf[i]! >= 0 && text.wordOf[j] !== text.wordOf[i];
  /** The attention of all pairs so far apart of which something holds. */
  const at = (d: number, holds: (j: number, i: number) => boolean) =>
    queries.filter((i) => i >= d && holds(i - d, i)).map((i) => a[i]![i - d]!);
  const mean = (values: readonly number[]) => (values.length > 0 ? add(values) / values.length : 0);
  const distances = keys.slice(1);
  const offsets = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5];
  return {
    "first-position": on((j) => j === 0),
    "last-position": on((j) => j === n - 1),
    "delimiter:cls": on((j) => j === 0 && text.special[j]!),
    "delimiter:sep": on((j) => j > 0 && text.special[j]!),
    "delimiter:punctuation": on((j) => text.punctuation[j]!),
    distance: total((i, j) => Math.abs(i - j)),
    "duplicate-token": on((j, i) => j < i && text.ids[j] === text.ids[i]),
    "sub-word": on(ownPiece),
    "sub-word-control": add(distances.map((d) => at(d, ownPiece).length * mean(at(d, otherPiece)))),
    continuation: add(continuations.map(([i, j]) => a[i]![j]!)),
    ...Object.fromEntries(offsets.map((o) => [`weight:${o}`, on((j, i) => j === i + o && neighbour(j))])),
    ...Object.fromEntries(
      offsets.map((o) => [`top:${o}`, queries.filter((i) => neighbour(i + o) && argmax(a[i]!) === i + o).length]),
    ),
    broad: add(queries.map((i) => entropy(i) / Math.log(causal ? i + 1 : n))),
    confidence: add(queries.map((i) => Math.max(...a[i]!))),
  };
}

/**
 * Each word's most attended other word: sums to the tokens of a word, means from them; in patterns with exact zeros −1 for a word
 * that attends to no other.
 */
export function naiveWords(a: Matrix, { wordOf, sentence }: Text, hasZeros = false): number[] {
  const tokens = sentence.words.map((_, w) => [...wordOf.keys()].filter((i) => wordOf[i] === w));
  return tokens.map((from, w) => {
    const weights = tokens.map((to, k) =>
      k === w || to.length === 0
        ? -1
        : from.length === 0
          ? 0
          : add(from.map((i) => add(to.map((j) => a[i]![j]!)))) / from.length,
    );
    return hasZeros && Math.max(...weights) <= 0 ? -1 : argmax(weights);
  });
}

/** ‖f(xⱼ)‖ for each head and token, with f(x) = (x W_V + b_V) W_O: `states` [j, m] are what the layer's attention reads. */
export function naiveSizes({ config, weights }: Transformer, layer: number, states: Matrix): number[][] {
  const { wv, bv, wo } = weights.layers[layer]!.attention;
  const [, groups, d] = wv.shape as [number, number, number];
  const [heads, m] = [config.heads[layer]!, config.width];
  const at = (t: Tensor, ...index: number[]) => Number(t.data[index.reduce((sum, k, axis) => sum * t.shape[axis]! + k, 0)]);
  const range = (count: number) => [...Array(count).keys()];
  return range(heads).map((h) => {
    const g = Math.floor((h * groups) / heads);
    return states.map((x) => {
      const v = range(d).map((e) => add(range(m).map((k) => x[k]! * at(wv, k, g, e))) + (bv ? at(bv, g, e) : 0));
      return Math.hypot(...range(m).map((k) => add(range(d).map((e) => v[e]! * at(wo, h, e, k)))));
    });
  });
}

/** Aᵢⱼ ‖f(xⱼ)‖, each row normalised again. */
export const naiveNorm = (a: Matrix, sizes: readonly number[]): number[][] =>
  a.map((row) => {
    const weighted = row.map((p, j) => p * sizes[j]!);
    return weighted.map((p) => p / add(weighted));
  });
