/**
 * Statistics of patterns, reduced inside the graph: its outputs are O(heads) for each text, never O(heads · n²).
 * Axes: b text, h head, i query, j key, d head width, m model width, f feature, o offset, w word.
 */

import { dims2, dims3, dims4 } from "../../graph/shape.ts";
import { input, scoped, type Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { featuresOf } from "../../models/features-of.ts";
import { ofLayer } from "../../models/layer.ts";
import { type Forward, forward, ofDecoder } from "../../models/transformer.ts";
import { isSoftmax } from "../../nn/features/features.ts";
import { keep, keptAt } from "../../nn/probe.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { take } from "../../ops/index-by.ts";
import { concat, expand, reshape, slice, swapLast, unsqueeze } from "../../ops/layout.ts";
import { equal, greater, indicator, where } from "../../ops/logic.ts";
import { matmul } from "../../ops/matmul.ts";
import { argmax, max, sum } from "../../ops/reduce.ts";
import { effectSums, ownLogits } from "./direct-effects.ts";
import { transformedNorms, type Weighted, type Weighting, weightsOf, writtenNorms } from "./weights.ts";

/** Offsets whose weight and share of row maxima are measured: −5 … 5. */
const REACH = 5;
export const OFFSETS: readonly number[] = Array.from({ length: 2 * REACH + 1 }, (_, k) => k - REACH);
/** Shares of attention that depend on the key alone. */
export const KEY_FEATURES = [
  "first-position",
  "last-position",
  "delimiter:cls",
  "delimiter:sep",
  "delimiter:punctuation",
] as const;
/** Sums over pairs of query and key. */
export const PAIR_FEATURES = ["distance", "duplicate-token", "sub-word", "sub-word-control", "continuation"] as const;
export type PairFeatureName = (typeof PAIR_FEATURES)[number];
/** Names of the sums for each text and head, in the order of the last axis of a layer's output. */
export const SUMS: readonly string[] = [
  ...KEY_FEATURES,
  ...PAIR_FEATURES,
  ...OFFSETS.map((o) => `weight:${o}`),
  ...OFFSETS.map((o) => `top:${o}`),
  "broad",
  "confidence",
];

export interface StatisticsPlan {
  readonly weightings: readonly Weighting[];
  /** True to find each word's most attended word. */
  readonly words: boolean;
  /** True to measure the direct effects of heads on the logits of attended tokens; only for models that predict tokens. */
  readonly effects?: boolean;
}

/** Inputs that all layers' statistics share, fed with each batch. */
interface Shared {
  /** [b, 1, i]: 1 for queries that count. */
  readonly queries: Value;
  /** [b, 1, i]: 1 / ln(#keys) for queries that count. */
  readonly perKeys: Value;
  /** [b, 1, j, f] */
  readonly keys: Value;
  /** [b, f, i, j], 0 where the query does not count. */
  readonly pairs: Value;
  /** int64 [i·o]: indices in a matrix stored row by row; and [b, 1, i, o]: 1 where the offset exists and the query counts. */
  readonly band: Value;
  readonly inBand: Value;
  /** [b, 1, w, i] averages a query word's tokens, [b, 1, j, w] sums a key word's; [b, 1, w, w] hides a word from itself. */
  readonly from: Value;
  readonly to: Value;
  readonly hidden: Value;
}

function declareShared(ids: Value): Shared {
  const [b, n] = dims2(ids.shape);
  const band = `${OFFSETS.length}*${n}`;
  return {
    queries: input("queries", [b, 1, n]),
    perKeys: input("perKeys", [b, 1, n]),
    keys: input("keys", [b, 1, n, KEY_FEATURES.length]),
    pairs: input("pairs", [b, PAIR_FEATURES.length, n, n]),
    band: input("band", [1, 1, band], "int64"),
    inBand: input("inBand", [b, 1, n, OFFSETS.length]),
    from: input("from", [b, 1, "words", n]),
    to: input("to", [b, 1, n, "words"]),
    hidden: input("hidden", [b, 1, "words", "words"]),
  };
}

/** Values that several sums share. */
interface Parts {
  /** [b, h, i·j] */
  readonly flat: Value;
  /** The weight that each key receives from the queries that count: [b, h, j]. */
  readonly received: Value;
  /** The weights at each offset: [b, h, i, o]. */
  readonly band: Value;
}

function partsOf(pattern: Value, shared: Shared): Parts {
  const [b, h, n] = dims4(pattern.shape);
  const o = OFFSETS.length;
  const flat = reshape(pattern, [b, h, `${n}*${n}`]);
  const received = reshape(matmul(unsqueeze(shared.queries, 2), pattern), [b, h, n]);
  const band = reshape(take(flat, expand(shared.band, [b, h, `${o}*${n}`], flat, shared.band), 2), [b, h, n, o]);
  return { flat, received, band };
}

/** Computes the sums of `SUMS` over a text's queries: [b, h, f]. */
function sums({ pattern, entropy }: Weighted, { flat, received, band }: Parts, shared: Shared): Value {
  const [b, h, n] = dims4(pattern.shape);
  const pairs = matmul(flat, swapLast(reshape(shared.pairs, [b, PAIR_FEATURES.length, `${n}*${n}`])));
  const keys = reshape(matmul(unsqueeze(received, 2), shared.keys), [b, h, KEY_FEATURES.length]);
  const top = max(pattern, -1);
  const isTop = mul(indicator(equal(band, unsqueeze(top, 3))), shared.inBand);
  const parts = [
    keys,
    pairs,
    // the weight at each offset, and the number of rows whose largest weight is there
    ...[sum(mul(band, shared.inBand), 2), sum(isTop, 2)],
    sum(mul(reshape(entropy, [b, h, n]), shared.perKeys), -1, true),
    sum(mul(top, shared.queries), -1, true),
  ];
  return concat(parts, 2);
}

/** Computes the weight that each key receives from counted queries at other places, 0 for the first position: [b, h, j]. */
function receivedFromOthers({ received, band }: Parts, shared: Shared): Value {
  const [b, h, n] = dims3(received.shape);
  const [own, first] = [OFFSETS.indexOf(0), KEY_FEATURES.indexOf("first-position")];
  const itself = mul(reshape(slice(band, 3, own, own + 1), [b, h, n]), shared.queries);
  const isFirst = reshape(slice(shared.keys, 3, first, first + 1), [b, 1, n]);
  return mul(sub(received, itself), sub(1, isFirst));
}

/**
 * Finds each word's most attended other word: int64 [b, h, w]. Sub-words are summed as keys, averaged as queries (Clark
 * 2019). With `hasZeros`, a word that attends to no other is given −1.
 */
function attendedWords(pattern: Value, shared: Shared, hasZeros: boolean): Value {
  const weights = add(matmul(shared.from, matmul(pattern, shared.to)), shared.hidden);
  const word = argmax(weights, -1);
  return hasZeros ? where(greater(max(weights, -1), 0), word, -1) : word;
}

export interface StatisticsGraph {
  readonly forward: Forward;
  /**
   * `LAYER.WEIGHTING.sums` [b, h, f], `LAYER.WEIGHTING.words` int64 [b, h, w] (see `attendedWords`), `LAYER.sizes` [b, h] (Σ ‖f(xⱼ)‖),
   * `LAYER.written` [b, h] (Σ ‖zᵢ W_O‖), `LAYER.effects` [b, h, 2] (see `effectSums`).
   */
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Builds the forward pass of a model with its patterns reduced to statistics; layers after the last pattern are not run. */
export function statisticsGraph(config: TransformerConfig, plan: StatisticsPlan): StatisticsGraph {
  const kept = new Map<string, Value>();
  const pass = forward(config, { probe: keep(kept, (site) => /\.(pattern|masked|v|z)$/.test(site)) });
  const shared = declareShared(pass.inputs.ids);
  const outputs: Record<string, Value> = {};
  const own = plan.effects && ownLogits(config, ofDecoder(pass.parameters), pass.inputs.ids);
  for (const [l, heads] of config.heads.entries()) {
    if (heads === 0) continue;
    const at = (site: string) => keptAt(kept, `layers.${l}.attention.${site}`);
    const wo = ofLayer(pass.parameters.layers, l).attention.wo;
    scoped(`layers.${l}.statistics`, () => {
      const features = featuresOf(config, `${l}`);
      const weighted = weightsOf(features, at, () => wo);
      // the parts of what weighs the values, signs included
      const parts = partsOf(at("pattern"), shared);
      for (const weighting of plan.weightings) {
        const weights = weighted(weighting);
        const own = weights.pattern === at("pattern") ? parts : partsOf(weights.pattern, shared);
        outputs[`${l}.${weighting}.sums`] = sums(weights, own, shared);
        if (plan.words) outputs[`${l}.${weighting}.words`] = attendedWords(weights.pattern, shared, !isSoftmax(features));
      }
      outputs[`${l}.written`] = sum(mul(writtenNorms(at("z"), wo), shared.queries), -1);
      if (own) outputs[`${l}.effects`] = effectSums(receivedFromOthers(parts, shared), at("v"), wo, own);
      if (plan.weightings.includes("norm")) outputs[`${l}.sizes`] = sum(mul(transformedNorms(at("v"), wo), shared.queries), -1);
    });
  }
  return { forward: pass, outputs };
}
