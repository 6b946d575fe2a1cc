/**
 * Attention to words of similar meaning, beyond what position, frequency and part of speech explain. Similarity is the cosine
 * of centered token embeddings. A query's visible keys are compared only within one stratum (open or closed class, frequency)
 * and within one offset, so a head that selects keys by any of these scores 0. The control exchanges embeddings between words
 * of one part of speech and frequency: patterns, positions and co-occurrence stay unchanged, in causal models too.
 */
import type { Transformer } from "../../../models/transformer.ts";
import type { Runtime } from "../../../run/runtime.ts";
import { interval, resamples } from "../../../stats/intervals.ts";
import { columnOf, dot, mean, numberAt, rowOf, total } from "../../../stats/sums.ts";
import { startOf, type Text } from "../../observe/text.ts";
import { type SimilarityTally, tallySimilarity } from "./similarity-tally.ts";
import { exchangesOf, PERMUTATIONS } from "./token-types.ts";

/** The number of a text's first tokens that are compared. */
const TOKENS = 64;
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
