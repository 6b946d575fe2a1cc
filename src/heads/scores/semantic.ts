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
import { random, shuffled } from "../../params/random.ts";
import { byPath } from "../../params/tree.ts";
import { type Program, type Runtime, tensorAt } from "../../run/runtime.ts";
import { floats, int64, type Tensor, tensor } from "../../run/tensor.ts";
import { interval, resamples } from "../../stats/intervals.ts";
import { batches, countedQueries, startOf, type Text } from "../observe/text.ts";

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

/** For each text: [head, permutation] sums of attention times centered similarity, and [head] of the attention compared. */
interface SimilarityTally {
  readonly sums: readonly Float32Array[];
  readonly mass: readonly Float32Array[];
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
  const strata = strataOf(texts);
  const similarities = await similarityProgram(runtime, model, meanEmbedding(model, texts));
  const { program, layers } = await weightedProgram(runtime, model);
  const heads = model.config.heads.reduce((a, b) => a + b, 0);
  const sums = texts.map(() => new Float32Array(heads * exchanges.length));
  const mass = texts.map(() => new Float32Array(heads));
  let [square, count] = [0, 0];
  for (const members of batches(texts, { pairs: 30_000, tokens: 2048 })) {
    const batch = members.map((t) => texts[t]!);
    const n = batch[0]!.ids.length;
    const cosines = await similarities(batch, exchanges);
    const pairs = new Float32Array(batch.length * (exchanges.length + 1) * n * n);
    for (const [b, t] of members.entries()) {
      const own = pairs.subarray(b * (exchanges.length + 1) * n * n, (b + 1) * (exchanges.length + 1) * n * n);
      const spread = centered(
        own,
        cosines.subarray(b * exchanges.length * n * n),
        texts[t]!,
        strata[t]!,
        causal,
        exchanges.length,
      );
      square += spread.square;
      count += spread.count;
    }
    const ids = int64(
      batch.flatMap((text) => [...text.ids]),
      [batch.length, n],
    );
    const feeds = { ids, mask: int64(new Array(batch.length * n).fill(1), [batch.length, n]) };
    const made = await program.run({ ...feeds, pairs: tensor(pairs, [batch.length, exchanges.length + 1, n, n]) });
    addUp(made, layers, members, exchanges.length, sums, mass);
  }
  const queries = texts.reduce((n, text) => n + countedQueries(text, causal).length, 0);
  return { sums, mass, queries, heads, deviation: Math.sqrt(square / Math.max(1, count)) };
}

function addUp(
  made: Readonly<Record<string, Tensor>>,
  layers: readonly { readonly layer: number; readonly heads: number; readonly first: number }[],
  members: readonly number[],
  permutations: number,
  sums: readonly Float32Array[],
  mass: readonly Float32Array[],
): void {
  for (const { layer, heads, first } of layers) {
    const data = floats(tensorAt(made, layer));
    for (const [b, t] of members.entries()) {
      for (let h = 0; h < heads; h++) {
        const from = (b * heads + h) * (permutations + 1);
        sums[t]!.set(data.subarray(from, from + permutations), (first + h) * permutations);
        mass[t]![first + h] = data[from + permutations]!;
      }
    }
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
    const n = texts[0]!.ids.length;
    const exchanged = texts.flatMap(({ ids: own }) => exchanges.flatMap((to) => Array.from(own, (id) => to[id]!)));
    const made = await program.run({ ids: int64(exchanged, [texts.length, exchanges.length, n]) });
    return floats(made.cosine);
  };
}

/** Computes the mean embedding of the ordinary tokens of some texts. */
function meanEmbedding({ config, weights }: Transformer, texts: readonly Text[]): Tensor {
  const data = floats(weights.embeddings.tokens);
  const mean = new Float64Array(config.width);
  let count = 0;
  for (const { ids, special } of texts) {
    for (const [i, id] of ids.entries()) {
      if (special[i]) continue;
      count++;
      for (let m = 0; m < config.width; m++) mean[m]! += data[id * config.width + m]!;
    }
  }
  return tensor(
    Float32Array.from(mean, (x) => x / Math.max(1, count)),
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
  const seen = new Map<number, { count: number; kinds: Map<string, number>; continued: number }>();
  for (const { ids, wordOf, sentence, special } of texts) {
    for (const [i, id] of ids.entries()) {
      if (special[i]) continue;
      const entry = seen.get(id) ?? seen.set(id, { count: 0, kinds: new Map(), continued: 0 }).get(id)!;
      const upos = sentence.words[wordOf[i]!]?.upos ?? "_";
      entry.count++;
      entry.kinds.set(upos, (entry.kinds.get(upos) ?? 0) + 1);
      if (i > 0 && wordOf[i]! >= 0 && wordOf[i] === wordOf[i - 1]) entry.continued++;
    }
  }
  return new Map(
    [...seen].map(([id, { count, kinds, continued }]) => {
      const upos = [...kinds].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
      return [id, { octave: Math.floor(Math.log2(count)), upos, continues: 2 * continued > count }];
    }),
  );
}

const OPEN = new Set(["NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "X", "_"]);

/**
 * Returns the stratum of every token of every text: open or closed class, frequent or not, punctuation, a word's later piece.
 */
function strataOf(texts: readonly Text[]): Int32Array[] {
  const traits = traitsOfTypes(texts);
  const octaves = texts.flatMap(({ ids, special }) =>
    [...ids].filter((_, i) => !special[i]).map((id) => traits.get(id)!.octave),
  );
  const sorted = octaves.sort((a, b) => a - b);
  const third = (k: number) => sorted[Math.floor((k * sorted.length) / 3)] ?? 0;
  return texts.map(({ ids, special, punctuation }) =>
    Int32Array.from(ids, (id, i) => {
      if (special[i]) return -1;
      const { octave, upos, continues } = traits.get(id)!;
      const frequency = octave < third(1) ? 0 : octave < third(2) ? 1 : 2;
      return frequency + 3 * (punctuation[i] ? 2 : OPEN.has(upos) ? 1 : 0) + (continues ? 9 : 0);
    }),
  );
}

/** Returns the identity, then exchanges of token types within part of speech, frequency and place in the word: [id] → id. */
function exchangesOf(texts: readonly Text[], vocabulary: number, seed: number): Int32Array[] {
  const groups = new Map<string, number[]>();
  for (const [id, { octave, upos, continues }] of traitsOfTypes(texts)) {
    const key = JSON.stringify([octave, upos, continues]);
    const group = groups.get(key);
    if (group) group.push(id);
    else groups.set(key, [id]);
  }
  const uniform = random(`${seed}/embeddings`);
  const identity = Int32Array.from({ length: vocabulary }, (_, id) => id);
  const exchanged = Array.from({ length: PERMUTATIONS }, () => {
    const to = identity.slice();
    for (const group of groups.values()) {
      const order = shuffled(uniform, group.length);
      for (const [k, id] of group.entries()) to[id] = group[order[k]!]!;
    }
    return to;
  });
  return [identity, ...exchanged];
}

/**
 * Writes the centered cosines of one text into `out` [p + 1, i, j]; the last feature is 1 for every pair that is compared.
 * Special tokens, equal tokens, a token itself and queries that do not count are skipped.
 */
function centered(
  out: Float32Array,
  cosines: Float32Array,
  text: Text,
  strata: Int32Array,
  causal: boolean,
  permutations: number,
): { readonly square: number; readonly count: number } {
  const n = text.ids.length;
  const cells: number[] = [];
  const rowGroup: number[] = [];
  const offset: number[] = [];
  const rowGroups = new Map<number, number>();
  for (const i of countedQueries(text, causal)) {
    for (let j = 0; j < (causal ? i : n); j++) {
      if (j === i || text.special[j] || text.ids[i] === text.ids[j]) continue;
      const key = i * 32 + strata[j]!;
      cells.push(i * n + j);
      rowGroup.push(rowGroups.get(key) ?? rowGroups.set(key, rowGroups.size).get(key)!);
      offset.push(j - i + n);
    }
  }
  const values = new Float64Array(cells.length);
  let square = 0;
  for (let p = 0; p < permutations; p++) {
    for (const [c, cell] of cells.entries()) values[c] = cosines[p * n * n + cell]!;
    for (let round = 0; round < ROUNDS; round++) {
      subtractMeans(values, offset, 2 * n);
      subtractMeans(values, rowGroup, rowGroups.size);
    }
    for (const [c, cell] of cells.entries()) out[p * n * n + cell] = values[c]!;
    if (p === 0) square = values.reduce((s, x) => s + x * x, 0);
  }
  for (const cell of cells) out[permutations * n * n + cell] = 1;
  return { square, count: cells.length };
}

function subtractMeans(values: Float64Array, group: readonly number[], groups: number): void {
  const [total, count] = [new Float64Array(groups), new Int32Array(groups)];
  for (let c = 0; c < values.length; c++) {
    total[group[c]!]! += values[c]!;
    count[group[c]!]!++;
  }
  for (let c = 0; c < values.length; c++) values[c]! -= total[group[c]!]! / count[group[c]!]!;
}

function scored(tally: SimilarityTally, seed: number): SemanticScore[] {
  const { sums, mass, heads, queries, deviation } = tally;
  const columns = PERMUTATIONS + 1;
  const unit = Math.max(deviation, 1e-9);
  const means = Array.from({ length: heads }, (_, h) => {
    const weight = Math.max(
      LEAST_MASS * queries,
      mass.reduce((s, m) => s + m[h]!, 0),
    );
    return Float64Array.from({ length: columns }, (_, p) =>
      weight > 0 ? sums.reduce((s, own) => s + own[h * columns + p]!, 0) / weight / unit : 0,
    );
  });
  const z = means.map(standardized);
  const greatest = Float64Array.from({ length: columns }, (_, p) => Math.max(...z.map((own) => own[p]!)));
  const times = resamples(sums.length, `${seed}/texts`);
  return means.map((own, h) => {
    const control = own.slice(1).toSorted();
    const center = control.reduce((a, b) => a + b, 0) / PERMUTATIONS;
    const reached = greatest.subarray(1).reduce((c, x) => c + (x >= z[h]![0]! ? 1 : 0), 0);
    return {
      value: own[0]! - center,
      control: control[Math.floor(0.95 * PERMUTATIONS)]! - center,
      p: (reached + 1) / columns,
      z: z[h]![0]!,
      ...resampledValue(tally, h, times),
    };
  });
}

/** Deviations below this are single-precision rounding. */
const LEAST_DEVIATION = 1e-6;

/** Computes every column's distance from the mean of the exchanges, in their standard deviations; 0 if nothing varies. */
function standardized(values: Float64Array): Float64Array {
  const control = values.subarray(1);
  const mean = control.reduce((a, b) => a + b, 0) / control.length;
  const deviation = Math.sqrt(control.reduce((s, x) => s + (x - mean) ** 2, 0) / (control.length - 1));
  return values.map((x) => (deviation > LEAST_DEVIATION ? (x - mean) / deviation : 0));
}

function resampledValue({ sums, mass, queries, deviation }: SimilarityTally, h: number, times: readonly Int32Array[]) {
  const columns = PERMUTATIONS + 1;
  const above = sums.map((own) => {
    const from = h * columns;
    let mean = 0;
    for (let p = 1; p < columns; p++) mean += own[from + p]! / PERMUTATIONS;
    return own[from]! - mean;
  });
  const draws = Float64Array.from(times, (drawn) => {
    let [total, weight] = [0, 0];
    for (const [t, k] of drawn.entries()) {
      total += k * above[t]!;
      weight += k * mass[t]![h]!;
    }
    return total / Math.max(weight, LEAST_MASS * queries) / Math.max(deviation, 1e-9);
  });
  return { ...interval(draws), draws };
}
