/** Runs the statistics program over texts and adds up its results. */
import { dims3 } from "../../graph/shape.ts";
import type { TransformerConfig } from "../../models/config.ts";
import type { Transformer } from "../../models/transformer.ts";
import { itemsAt, keyed } from "../../params/keyed.ts";
import { byPath } from "../../params/tree.ts";
import type { Runtime } from "../../run/runtime.ts";
import { floats, type Tensor } from "../../run/tensor.ts";
import { addTo, numberAt, rowOf, total } from "../../stats/sums.ts";
import { COMMON_OUTPUT, commonOutput } from "./direct-effects.ts";
import { type BatchFeatures, batchFeatures, type Continuations } from "./features.ts";
import { possibleQueries } from "./possible.ts";
import { type StatisticsPlan, SUMS, statisticsGraph } from "./statistics.ts";
import { batches, type Text } from "./text.ts";
import type { Weighting } from "./weights.ts";

/** The statistics of texts; the tallies of two shards of a corpus concatenate to the tally of the corpus. */
export interface Tally {
  readonly texts: readonly Text[];
  /** For each weighting: [text, head, sum], heads counted over all layers, sums in the order of `SUMS`. */
  readonly sums: Readonly<Partial<Record<Weighting, Float32Array>>>;
  /** For each weighting and text: the most attended word [head, word], if the plan has words. */
  readonly words: Readonly<Partial<Record<Weighting, readonly Int16Array[]>>>;
  /** For each head: Σ ‖f(xⱼ)‖ over counted tokens. */
  readonly sizes: Float64Array;
  /** [text, head]: Σ ‖zᵢ W_O‖ over counted queries. */
  readonly written: Float32Array;
  /** [text, head, 2]: Σ Aᵢⱼ eⱼ and Σ Aᵢⱼ |eⱼ| (see `effectSums`), if the plan has them. */
  readonly effects?: Float32Array;
  /** For each text: the number of queries that count, and of those with an earlier equal token. */
  readonly counted: Int32Array;
  readonly repeated: Int32Array;
  /** The number of queries that can attend to what a score measures: [text, name] in the order of `POSSIBLE`. */
  readonly possible: Float64Array;
}

export interface Measurer {
  readonly config: TransformerConfig;
  readonly plan: StatisticsPlan;
  /** Measures the statistics of `texts` under a model's weights; a trained and a random model share one program. */
  measure(model: Transformer, texts: readonly Text[], options?: TallyOptions): Promise<Tally>;
}

export interface TallyOptions {
  readonly continuations?: Continuations;
  readonly progress?: (done: number, total: number) => void;
}

/** Returns the sums of a weighting that was measured. */
export function sumsOf({ sums }: Tally, weighting: Weighting): Float32Array {
  const own = sums[weighting];
  if (!own) throw new Error(`internal: the ${weighting} weights were not measured`);
  return own;
}

/** Returns the most attended words [head, word] of a text. */
export function wordsOf({ words }: Tally, weighting: Weighting, text: number): Int16Array {
  const own = words[weighting]?.[text];
  if (!own) throw new Error(`internal: no ${weighting} words of text ${text} were measured`);
  return own;
}

/** Builds the statistics of a configuration once, for any weights and texts. */
export function createMeasurer(runtime: Runtime, config: TransformerConfig, plan: StatisticsPlan): Measurer {
  const { outputs } = statisticsGraph(config, plan);
  return {
    config,
    plan,
    async measure(model, texts, { continuations, progress } = {}) {
      const weights = new Map(byPath(model.weights));
      if (plan.effects) weights.set(COMMON_OUTPUT, commonOutput(model, texts));
      const program = await runtime.compile(outputs, { weights });
      const tally = emptyTally(texts, config, plan);
      let done = 0;
      for (const members of batches(texts)) {
        const batch = itemsAt(texts, members);
        const features = batchFeatures(batch, config.family === "decoder", plan.words, continuations);
        addUp(tally, members, features, await program.run(features.feeds), config);
        progress?.((done += batch.length), texts.length);
      }
      return tally;
    },
  };
}

function emptyTally(texts: readonly Text[], config: TransformerConfig, plan: StatisticsPlan): Tally {
  const h = total(config.heads);
  const each = <T>(make: () => T) => keyed(plan.weightings, make);
  return {
    texts,
    sums: each(() => new Float32Array(texts.length * h * SUMS.length)),
    words: plan.words ? each(() => texts.map((t) => new Int16Array(h * t.sentence.words.length))) : {},
    sizes: new Float64Array(h),
    written: new Float32Array(texts.length * h),
    ...(plan.effects && { effects: new Float32Array(2 * texts.length * h) }),
    counted: new Int32Array(texts.length),
    repeated: new Int32Array(texts.length),
    possible: possibleQueries(texts, config.family === "decoder"),
  };
}

function addUp(
  tally: Tally,
  members: readonly number[],
  { counted, repeated }: BatchFeatures,
  results: Readonly<Record<string, Tensor>>,
  config: TransformerConfig,
): void {
  for (const [b, t] of members.entries()) {
    tally.counted[t] = numberAt(counted, b);
    tally.repeated[t] = numberAt(repeated, b);
  }
  const heads = total(config.heads);
  let first = 0;
  for (const [l, h] of config.heads.entries()) {
    /** Copies the rows of an output [b, head, ...] into the layer's heads of a table [text, head, ...]. */
    const copy = (name: string, into: Float32Array | undefined, columns: number) => {
      const result = results[`${l}.${name}`];
      if (!result || !into) return;
      const made = floats(result);
      for (const [b, t] of members.entries()) into.set(rowOf(made, b, h * columns), (t * heads + first) * columns);
    };
    for (const [weighting, sums] of Object.entries(tally.sums)) copy(`${weighting}.sums`, sums, SUMS.length);
    copy("written", tally.written, 1);
    copy("effects", tally.effects, 2);
    for (const [weighting, words] of Object.entries(tally.words)) {
      const out = results[`${l}.${weighting}.words`];
      if (out) for (const [b, own] of itemsAt(words, members).entries()) copyWords(out, b, own, first, own.length / heads);
    }
    const sizes = results[`${l}.sizes`];
    if (sizes) for (const b of members.keys()) addTo(tally.sizes.subarray(first, first + h), rowOf(floats(sizes), b, h));
    first += h;
  }
}

/** Copies one text's rows of an argmax over words; the batch may contain texts of more words. */
function copyWords({ data, shape }: Tensor, b: number, into: Int16Array, first: number, count: number): void {
  const [, h, w] = dims3(shape);
  for (let k = 0; k < h; k++) {
    for (let q = 0; q < count; q++) into[(first + k) * count + q] = Number(data[(b * h + k) * w + q]);
  }
}
