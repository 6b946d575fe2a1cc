/**
 * Attention to words of similar meaning, beyond what position, frequency and part of speech explain. Similarity is the cosine
 * of centered token embeddings. A query's visible keys are compared only within one stratum (open or closed class, frequency)
 * and within one offset, so a head that selects keys by any of these scores 0. The control exchanges embeddings between words
 * of one part of speech and frequency: patterns, positions and co-occurrence stay unchanged, in causal models too.
 * Axes: b text, h head, i query, j key, p permutation (0: none), m model width.
 */
import { dims2 } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { forward, type Transformer } from "../../models/transformer.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { add, div, mul, sqrt, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { gather } from "../../ops/index-by.ts";
import { reshape, swapLast } from "../../ops/layout.ts";
import { matmul } from "../../ops/matmul.ts";
import { sum } from "../../ops/reduce.ts";
import { countsOf, getOrAdd, itemsAt } from "../../params/keyed.ts";
import { inRandomOrder, random } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import { addTo, columnOf, dot, mean, numberAt, rowOf, total } from "../../stats/sums.ts";
import { batches, countedQueries, lengthOf, startOf, type Text } from "../observe/text.ts";

/** The number of exchanges of embeddings in the control. */
const PERMUTATIONS = 60;
/** The number of a text's first tokens that are compared. */
const TOKENS = 64;
const ROUNDS = 3;
/** The least attention to other ordinary words; a head with less is scored as if it had this much. */
const LEAST_MASS = 0.25;

/** The similarity of one head's queries to the keys that it attends to. */
export interface SemanticScore {
  /**
   * The attention-weighted mean of centered similarity minus its mean over exchanges, in standard deviations over pairs of
   * tokens.
   */
  readonly value: number;
  /** The 95th percentile of the exchanges. */
  readonly control: number;
  /** Family-wise p over heads: the share of exchanges whose largest standardized value reaches this head's. */
  readonly p: number;
  readonly z: number;
  /** The 95% interval from resampled texts, and the values behind it. */
  readonly low: number;
  readonly high: number;
  readonly draws: Float64Array;
}

/** Computes the semantic score of every head, over all layers. One seed gives one result. */
export async function semanticScores(
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
  seed: number,
): Promise<SemanticScore[]> {
  const starts = texts.map((text) => startOf(text, TOKENS));
  const exchanges = exchangesOf(starts, model.config.vocabulary, seed);
  const tally = await tallySimilarity(runtime, model, starts, exchanges);
  return scored(tally, seed);
}

interface TextTally {
  /** [head, permutation]: the sums of attention times centered similarity. */
  readonly sums: Float32Array;
  /** [head]: the attention compared. */
  readonly mass: Float32Array;
}

interface SimilarityTally {
  readonly texts: readonly TextTally[];
  /** The number of queries in all texts. */
  readonly queries: number;
  readonly heads: number;
  /** The standard deviation of centered similarity over all pairs. */
  readonly deviation: number;
}

async function tallySimilarity(
  runtime: Runtime,
  model: Transformer,
  texts: readonly Text[],
  exchanges: readonly Int32Array[],
): Promise<SimilarityTally> {
  const causal = model.config.family === "decoder";
  const strataOfText = createStrata(texts);
  const similarities = await similarityProgram(runtime, model, meanEmbedding(model, texts));
  const { program, layers } = await weightedProgram(runtime, model);
  const heads = total(model.config.heads);
  const tallies = texts.map(() => ({ sums: new Float32Array(heads * exchanges.length), mass: new Float32Array(heads) }));
  let [square, count] = [0, 0];
  for (const members of batches(texts, { pairs: 30_000, tokens: 2048 })) {
    const batch = itemsAt(texts, members);
    const n = lengthOf(batch);
    const cosines = await similarities(batch, exchanges);
    const pairs = new Float32Array(batch.length * (exchanges.length + 1) * n * n);
    for (const [b, text] of batch.entries()) {
      const own = rowOf(pairs, b, (exchanges.length + 1) * n * n);
      const spread = centered(own, rowOf(cosines, b, exchanges.length * n * n), text, strataOfText(text), causal);
      square += spread.square;
      count += spread.count;
    }
    const ids = int64(
      batch.flatMap((text) => [...text.ids]),
      [batch.length, n],
    );
    const feeds = { ids, mask: int64(new Array(batch.length * n).fill(1), [batch.length, n]) };
    const made = await program.run({ ...feeds, pairs: tensor(pairs, [batch.length, exchanges.length + 1, n, n]) });
    for (const { layer, heads, first } of layers) {
      const data = floats(tensorAt(made, layer));
      for (const [b, { sums, mass }] of itemsAt(tallies, members).entries())
        addUp(rowOf(data, b, heads * (exchanges.length + 1)), first, sums, mass);
    }
  }
  const queries = texts.reduce((n, text) => n + countedQueries(text, causal).length, 0);
  return { texts: tallies, queries, heads, deviation: Math.sqrt(square / Math.max(1, count)) };
}

/** Copies a layer's results for a text, [h, p + 1], into its heads, which begin with `first`. */
function addUp(made: Float32Array, first: number, sums: Float32Array, mass: Float32Array): void {
  const columns = PERMUTATIONS + 2;
  for (let h = 0; h < made.length / columns; h++) {
    const own = rowOf(made, h, columns);
    sums.set(own.subarray(0, -1), (first + h) * (columns - 1));
    mass.set(own.subarray(-1), first + h);
  }
}

/** Compiles Σᵢⱼ Aᵢⱼ · pairs of every head and pair feature: `LAYER` [b, h, p]. */
async function weightedProgram(runtime: Runtime, { config, weights }: Transformer) {
  const kept = new Map<string, Value>();
  const pass = forward(config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
  const [b, n] = dims2(pass.inputs.ids.shape);
  const pairs = input("pairs", [b, PERMUTATIONS + 2, n, n]);
  const flat = swapLast(reshape(pairs, [b, PERMUTATIONS + 2, `${n}*${n}`]));
  const outputs: Record<string, Value> = {};
  let first = 0;
  const layers = config.heads.flatMap((heads, layer) => {
    if (heads === 0) return [];
    const pattern = keptAt(kept, `layers.${layer}.attention.pattern`);
    outputs[layer] = matmul(reshape(pattern, [b, heads, `${n}*${n}`]), flat);
    first += heads;
    return [{ layer, heads, first: first - heads }];
  });
  const program: Program = await runtime.compile(outputs, { weights: byPath(weights) });
  return { program, layers };
}

/** Compiles the cosines of every two tokens of each text under every exchange: [b, p, i, j]. */
async function similarityProgram(runtime: Runtime, { weights }: Transformer, center: Tensor) {
  const { tokens } = weights.embeddings;
  const ids = input("ids", ["batch", PERMUTATIONS + 1, "sequence"], "int64");
  const x = sub(gather(input("embeddings.tokens", tokens.shape), ids), input("center", center.shape));
  const unit = div(x, sqrt(add(sum(mul(x, x), -1, true), 1e-24)));
  const cosine = einsum("b p i m, b p j m -> b p i j", unit, unit);
  const program = await runtime.compile(
    { cosine },
    {
      weights: new Map([
        ["embeddings.tokens", tokens],
        ["center", center],
      ]),
    },
  );
  return async (texts: readonly Text[], exchanges: readonly Int32Array[]): Promise<Float32Array> => {
    const exchanged = texts.flatMap(({ ids }) => exchanges.flatMap((to) => Array.from(ids, (id) => to[id]!)));
    const made = await program.run({ ids: int64(exchanged, [texts.length, exchanges.length, lengthOf(texts)]) });
    return floats(made.cosine);
  };
}

/** Computes the mean embedding of the ordinary tokens of some texts. */
function meanEmbedding({ config, weights }: Transformer, texts: readonly Text[]): Tensor {
  const data = floats(weights.embeddings.tokens);
  const sums = new Float64Array(config.width);
  const ordinary = texts.flatMap(({ ids, special }) => [...ids.filter((_, i) => !special[i])]);
  for (const id of ordinary) addTo(sums, rowOf(data, id, config.width));
  return tensor(
    Float32Array.from(sums, (x) => x / Math.max(1, ordinary.length)),
    [config.width],
  );
}

/** The traits of a token type: its frequency and its most common kind. */
interface TypeTraits {
  readonly octave: number;
  readonly upos: string;
  readonly continues: boolean;
}

function traitsOfTypes(texts: readonly Text[]): Map<number, TypeTraits> {
  const seen = new Map<number, { readonly kinds: string[]; continued: number }>();
  for (const { ids, wordOf, sentence, special } of texts) {
    for (const [i, id] of ids.entries()) {
      if (special[i]) continue;
      const word = numberAt(wordOf, i);
      const entry = getOrAdd(seen, id, () => ({ kinds: [], continued: 0 }));
      entry.kinds.push(sentence.words[word]?.upos ?? "_");
      if (i > 0 && word >= 0 && word === wordOf[i - 1]) entry.continued++;
    }
  }
  return new Map(
    [...seen].map(([id, { kinds, continued }]) => {
      const [upos] = [...countsOf(kinds)].reduce((a, b) => (b[1] > a[1] ? b : a));
      return [id, { octave: Math.floor(Math.log2(kinds.length)), upos, continues: 2 * continued > kinds.length }];
    }),
  );
}

const OPEN = new Set(["NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "X", "_"]);

/**
 * Creates the strata of some texts' tokens: open or closed class, frequent or not, punctuation, a word's later piece; −1 for a
 * special token.
 */
function createStrata(texts: readonly Text[]): (text: Text) => Int32Array {
  const types = traitsOfTypes(texts);
  const traitsIn = ({ ids, special }: Text) => Array.from(ids, (id, i) => (special[i] ? undefined : types.get(id)));
  const octaves = texts.flatMap((text) => traitsIn(text).flatMap((traits) => traits?.octave ?? []));
  const sorted = octaves.sort((a, b) => a - b);
  const third = (k: number) => sorted[Math.floor((k * sorted.length) / 3)] ?? 0;
  const [low, middle] = [third(1), third(2)];
  return (text) =>
    Int32Array.from(traitsIn(text), (traits, i) => {
      if (!traits) return -1;
      const { octave, upos, continues } = traits;
      const frequency = octave < low ? 0 : octave < middle ? 1 : 2;
      return frequency + 3 * (text.punctuation[i] ? 2 : OPEN.has(upos) ? 1 : 0) + (continues ? 9 : 0);
    });
}

/** Returns the identity, then exchanges of token types within part of speech, frequency and place in the word: [id] → id. */
function exchangesOf(texts: readonly Text[], vocabulary: number, seed: number): Int32Array[] {
  const groups = new Map<string, number[]>();
  for (const [id, { octave, upos, continues }] of traitsOfTypes(texts))
    getOrAdd(groups, JSON.stringify([octave, upos, continues]), () => []).push(id);
  const uniform = random(`${seed}/embeddings`);
  const identity = Int32Array.from({ length: vocabulary }, (_, id) => id);
  const exchanged = Array.from({ length: PERMUTATIONS }, () => {
    const to = identity.slice();
    for (const group of groups.values()) {
      const order = inRandomOrder(uniform, group);
      for (const [k, id] of group.entries()) to[id] = order[k]!;
    }
    return to;
  });
  return [identity, ...exchanged];
}

/** Two tokens of a text that are compared. */
interface Pair {
  /** The place of the pair in a matrix stored row by row. */
  readonly cell: number;
  /** The key's offset from the query, and a number for the query and the key's stratum. */
  readonly offset: number;
  readonly row: number;
}

/** Larger than any stratum. */
const STRATA = 32;

/** Lists the pairs of a text. Special tokens, equal tokens, a token itself and queries that do not count are skipped. */
function pairsOf(text: Text, strata: Int32Array, causal: boolean): Pair[] {
  const n = text.ids.length;
  const pairs: Pair[] = [];
  for (const i of countedQueries(text, causal)) {
    for (const [j, stratum] of strata.subarray(0, causal ? i : n).entries()) {
      if (j === i || text.special[j] || text.ids[i] === text.ids[j]) continue;
      pairs.push({ cell: i * n + j, offset: j - i, row: i * STRATA + stratum });
    }
  }
  return pairs;
}

/**
 * Writes the centered cosines [p, i, j] of one text into `out` [p + 1, i, j]; the last feature is 1 for every pair that is
 * compared.
 */
function centered(
  out: Float32Array,
  cosines: Float32Array,
  text: Text,
  strata: Int32Array,
  causal: boolean,
): { readonly square: number; readonly count: number } {
  const size = text.ids.length ** 2;
  const pairs = pairsOf(text, strata, causal);
  const cells = pairs.map(({ cell }) => cell);
  const offsets = groupsOf(pairs, ({ offset }) => offset);
  const rows = groupsOf(pairs, ({ row }) => row);
  let square = 0;
  for (let p = 0; p < cosines.length / size; p++) {
    const own = rowOf(cosines, p, size);
    const values = Float64Array.from(cells, (cell) => own[cell]!);
    for (let round = 0; round < ROUNDS; round++) {
      subtractMeans(values, offsets);
      subtractMeans(values, rows);
    }
    const into = rowOf(out, p, size);
    for (const [c, value] of values.entries()) into[cells[c]!] = value;
    if (p === 0) square = dot(values, values);
  }
  const compared = out.subarray(-size);
  for (const cell of cells) compared[cell] = 1;
  return { square, count: cells.length };
}

/** Groups pairs by a key: the indices of each group's pairs. */
function groupsOf(pairs: readonly Pair[], keyOf: (pair: Pair) => number): readonly Int32Array[] {
  const groups = new Map<number, number[]>();
  for (const [c, pair] of pairs.entries()) getOrAdd(groups, keyOf(pair), () => []).push(c);
  return Array.from(groups.values(), (group) => Int32Array.from(group));
}

function subtractMeans(values: Float64Array, groups: readonly Int32Array[]): void {
  for (const group of groups) {
    let sum = 0;
    for (const c of group) sum += values[c]!;
    const mean = sum / group.length;
    for (const c of group) values[c]! -= mean;
  }
}

function scored(tally: SimilarityTally, seed: number): SemanticScore[] {
  const { texts, heads, queries, deviation } = tally;
  const columns = PERMUTATIONS + 1;
  const unit = Math.max(deviation, 1e-9);
  const masses = texts.map(({ mass }) => mass);
  const means = Array.from({ length: heads }, (_, h) => {
    const weight = Math.max(LEAST_MASS * queries, total(columnOf(masses, h)));
    const own = texts.map(({ sums }) => rowOf(sums, h, columns));
    return Float64Array.from({ length: columns }, (_, p) => (weight > 0 ? total(columnOf(own, p)) / weight / unit : 0));
  });
  const z = means.map(standardized);
  const distances = columnOf(z, 0);
  const greatest = Float64Array.from({ length: columns }, (_, p) => Math.max(...columnOf(z, p)));
  const times = resamples(texts.length, `${seed}/texts`);
  return means.map((own, h) => {
    const control = own.slice(1).toSorted();
    const center = mean(control);
    const [value, distance] = [numberAt(own, 0), numberAt(distances, h)];
    const reached = greatest.subarray(1).filter((x) => x >= distance).length;
    return {
      value: value - center,
      control: numberAt(control, Math.floor(0.95 * PERMUTATIONS)) - center,
      p: (reached + 1) / columns,
      z: distance,
      ...resampledValue(tally, h, times),
    };
  });
}

/** Deviations below this are single-precision rounding. */
const LEAST_DEVIATION = 1e-6;

/** Computes every column's distance from the mean of the exchanges, in their standard deviations; 0 if nothing varies. */
function standardized(values: Float64Array): Float64Array {
  const control = values.subarray(1);
  const center = mean(control);
  const deviation = Math.sqrt(control.reduce((s, x) => s + (x - center) ** 2, 0) / (control.length - 1));
  return values.map((x) => (deviation > LEAST_DEVIATION ? (x - center) / deviation : 0));
}

function resampledValue({ texts, queries, deviation }: SimilarityTally, h: number, times: readonly Int32Array[]) {
  const above = texts.map(({ sums }) => {
    const own = rowOf(sums, h, PERMUTATIONS + 1);
    return numberAt(own, 0) - own.subarray(1).reduce((sum, x) => sum + x / PERMUTATIONS, 0);
  });
  const masses = columnOf(
    texts.map(({ mass }) => mass),
    h,
  );
  const draws = Float64Array.from(
    times,
    (drawn) => dot(drawn, above) / Math.max(dot(drawn, masses), LEAST_MASS * queries) / Math.max(deviation, 1e-9),
  );
  return { ...interval(draws), draws };
}
