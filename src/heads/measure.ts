/** Running the statistics program over texts, and adding up what comes back. */
import { input } from "../graph/value.ts";
import type { TransformerConfig } from "../models/config.ts";
import type { Transformer } from "../models/transformer.ts";
import { add, div, mul, sqrt } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { gather } from "../ops/index-by.ts";
import { sum } from "../ops/reduce.ts";
import { byPath } from "../params/tree.ts";
import type { Runtime } from "../run/runtime.ts";
import { int64, type Tensor } from "../run/tensor.ts";
import { batchFeatures, type PairFeature } from "./features.ts";
import { type StatisticsPlan, SUMS, statisticsGraph, type Weighting } from "./statistics.ts";
import { batches, countedQueries, type Text } from "./text.ts";

/** What the texts added up to; two shards of a corpus concatenate to the whole's. */
export interface Tally {
  readonly texts: readonly Text[];
  /** For each weighting: [text, head, sum], heads counted over all layers, sums in the order of `SUMS`. */
  readonly sums: Readonly<Partial<Record<Weighting, Float32Array>>>;
  /** For each weighting and text: the most attended word [head, word], where words were asked for. */
  readonly words: Readonly<Partial<Record<Weighting, readonly Int16Array[]>>>;
  /** For each head: Σ ‖f(xⱼ)‖ over counted tokens. */
  readonly sizes: Float64Array;
  /** Of each text: the queries that count, and those with an earlier equal token. */
  readonly counted: Int32Array;
  readonly repeated: Int32Array;
}

/** How the third and fourth pair feature of a text are found. */
export type Similar = (texts: readonly Text[]) => Promise<(text: Text, index: number) => readonly [PairFeature, PairFeature]>;

export interface Measurer {
  readonly config: TransformerConfig;
  readonly plan: StatisticsPlan;
  /** The statistics of `texts` under a model's weights: the program is the same for a trained and a random model. */
  measure(model: Transformer, texts: readonly Text[], options?: MeasureOptions): Promise<Tally>;
}

export interface MeasureOptions {
  readonly similar?: Similar;
  readonly progress?: (done: number, total: number) => void;
}

/** Compile the statistics of a configuration once, for any weights and texts. */
export function createMeasurer(runtime: Runtime, config: TransformerConfig, plan: StatisticsPlan): Measurer {
  const { outputs } = statisticsGraph(config, plan);
  return {
    config,
    plan,
    async measure(model, texts, { similar = nothingSimilar, progress } = {}) {
      const program = await runtime.compile(outputs, { weights: byPath(model.weights) });
      const tally = emptyTally(texts, config, plan);
      let done = 0;
      for (const members of batches(texts)) {
        const batch = members.map((t) => texts[t]!);
        const features = batchFeatures(batch, config.family === "decoder", await similar(batch), plan.words);
        addUp(tally, members, features.counted, features.repeated, await program.run(features.feeds), config);
        progress?.((done += batch.length), texts.length);
      }
      return tally;
    },
  };
}

const nothingSimilar: Similar = async () => (text) => {
  const zeros = new Float32Array(text.ids.length ** 2);
  return [zeros, zeros];
};

const heads = (config: TransformerConfig): number => config.heads.reduce((a, b) => a + b, 0);

function emptyTally(texts: readonly Text[], config: TransformerConfig, plan: StatisticsPlan): Tally {
  const h = heads(config);
  const each = <T>(make: () => T) => Object.fromEntries(plan.weightings.map((w) => [w, make()])) as Record<Weighting, T>;
  return {
    texts,
    sums: each(() => new Float32Array(texts.length * h * SUMS.length)),
    words: plan.words ? each(() => texts.map((t) => new Int16Array(h * t.sentence.words.length))) : {},
    sizes: new Float64Array(h),
    counted: new Int32Array(texts.length),
    repeated: new Int32Array(texts.length),
  };
}

function addUp(
  tally: Tally,
  members: readonly number[],
  counted: readonly number[],
  repeated: readonly number[],
  results: Readonly<Record<string, Tensor>>,
  config: TransformerConfig,
): void {
  const total = heads(config);
  let first = 0;
  for (const [l, h] of config.heads.entries()) {
    for (const [b, t] of members.entries()) {
      tally.counted[t] = counted[b]!;
      tally.repeated[t] = repeated[b]!;
      for (const [weighting, sums] of Object.entries(tally.sums)) {
        const out = results[`${l}.${weighting}.sums`];
        const part = out?.data.subarray(b * h * SUMS.length, (b + 1) * h * SUMS.length) as Float32Array | undefined;
        if (part) sums.set(part, (t * total + first) * SUMS.length);
      }
      for (const [weighting, words] of Object.entries(tally.words)) {
        const out = results[`${l}.${weighting}.words`];
        if (out) copyWords(out, b, words[t]!, first, tally.texts[t]!.sentence.words.length);
      }
      const sizes = results[`${l}.sizes`];
      if (sizes) for (let k = 0; k < h; k++) tally.sizes[first + k]! += Number(sizes.data[b * h + k]);
    }
    first += h;
  }
}

/** One text's rows of an argmax over words; the batch may hold longer texts. */
function copyWords({ data, shape }: Tensor, b: number, into: Int16Array, first: number, count: number): void {
  const [, h, w] = shape as [number, number, number];
  for (let k = 0; k < h; k++) {
    for (let q = 0; q < count; q++) into[(first + k) * count + q] = Number(data[(b * h + k) * w + q]);
  }
}

/**
 * Semantic similarity of query and key above what their distance gives: the cosine of their token embeddings, less the
 * text's mean cosine at the same offset. Special tokens, equal tokens and queries that do not count are left out.
 */
export async function semanticPairs(runtime: Runtime, model: Transformer): Promise<Similar> {
  const causal = model.config.family === "decoder";
  const { tokens } = model.weights.embeddings;
  const ids = input("ids", ["batch", "sequence"], "int64");
  const x = gather(input("embeddings.tokens", tokens.shape), ids);
  const unit = div(x, sqrt(add(sum(mul(x, x), -1, true), 1e-24))); // a token that is not in use may be all zeros
  const cosine = einsum("b i m, b j m -> b i j", unit, unit);
  const program = await runtime.compile({ cosine }, { weights: new Map([["embeddings.tokens", tokens]]) });
  return async (texts) => {
    const n = texts[0]!.ids.length;
    const feed = int64(
      texts.flatMap((t) => [...t.ids]),
      [texts.length, n],
    );
    const { data } = (await program.run({ ids: feed })).cosine!;
    return (text, t) => aboveDistance(text, (data as Float32Array).subarray(t * n * n, (t + 1) * n * n), causal);
  };
}

function aboveDistance(text: Text, cosine: Float32Array, causal: boolean): readonly [PairFeature, PairFeature] {
  const n = text.ids.length;
  const [above, mass] = [new Float32Array(n * n), new Float32Array(n * n)];
  const [total, count] = [new Float64Array(2 * n), new Int32Array(2 * n)];
  const counted = countedQueries(text, causal);
  const visit = (f: (place: number, offset: number) => void) => {
    for (const i of counted) {
      for (let j = 0; j < (causal ? i : n); j++) {
        if (!text.special[j] && text.ids[i] !== text.ids[j]) f(i * n + j, j - i + n);
      }
    }
  };
  visit((place, offset) => {
    total[offset]! += cosine[place]!;
    count[offset]!++;
  });
  visit((place, offset) => {
    above[place] = cosine[place]! - total[offset]! / count[offset]!;
    mass[place] = 1;
  });
  return [above, mass];
}
