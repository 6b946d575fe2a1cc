/**
 * The weights that statistics read: those of the pattern, or those by the size of what a token brings (Kobayashi et al. 2020).
 * Axes: b text, h head, g key/value head, i query, j key, d head width, m model width.
 */
import { dims4, sizeAt } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import { type AttentionFeatures, isSoftmax } from "../../nn/features/features.ts";
import { abs, add, div, log, mul, neg, sqrt, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { concat, reshape, slice, transpose, unsqueeze } from "../../ops/layout.ts";
import { matmul } from "../../ops/matmul.ts";
import { max, sum } from "../../ops/reduce.ts";

export const WEIGHTINGS = ["raw", "norm"] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

/** A pattern and the entropy of its rows, in nats. */
export interface Weighted {
  /** [b, h, i, j] */
  readonly pattern: Value;
  /** [b, h, i, 1] */
  readonly entropy: Value;
}

/** The pattern itself, with the terms of its entropy: ln Aᵢⱼ = sᵢⱼ − normalizerᵢ for the masked scores s. */
export interface RawWeights extends Weighted {
  /** Aᵢⱼ sᵢⱼ */
  readonly product: Value;
  readonly normalizer: Value;
}

/** Computes the raw weights. ln Σ exp s comes from the largest weight of a row, so no logarithm of n² numbers is computed. */
export function rawWeights(pattern: Value, masked: Value): RawWeights {
  const product = mul(pattern, masked);
  const normalizer = sub(max(masked, -1, true), log(max(pattern, -1, true)));
  return { pattern, product, normalizer, entropy: sub(normalizer, sum(product, -1, true)) };
}

/** Weights as shares of their row's sum of sizes: mixed weights of heads that talk may be negative. */
function sharesOf(pattern: Value): Value {
  const size = abs(pattern);
  return div(size, add(sum(size, -1, true), 1e-20));
}

/** The entropy of rows that sum to 1, [b, h, i, 1], from the weights themselves: 0 · ln 0 is 0. */
const entropyOf = (pattern: Value): Value => neg(sum(mul(pattern, log(add(pattern, 1e-30))), -1, true));

/**
 * Computes the weights of attentions whose pattern is not the softmax of their scores: raw, or by the size of what they bring
 * (see `normWeights`).
 */
function otherWeights(pattern: Value, { talking, fixed }: AttentionFeatures, norms?: Value): Weighted {
  const weighted = norms ? mul(pattern, unsqueeze(norms, 2)) : pattern;
  const shares = norms || talking || fixed ? sharesOf(weighted) : weighted;
  // the rows of Gaussians written by hand do not sum to 1
  return { pattern: norms || talking ? shares : pattern, entropy: entropyOf(shares) };
}

/** Computes the weights of one attention from the values of its sites. */
export function weightsOf(features: AttentionFeatures, at: (site: string) => Value, wo: () => Value) {
  if (!isSoftmax(features)) {
    return (weighting: Weighting): Weighted =>
      otherWeights(at("pattern"), features, weighting === "norm" ? transformedNorms(at("v"), wo()) : undefined);
  }
  const raw = rawWeights(at("pattern"), at("masked"));
  return (weighting: Weighting): Weighted => (weighting === "raw" ? raw : normWeights(raw, at("v"), wo()));
}

/**
 * Computes the weights Aᵢⱼ νⱼ with ν = ‖f(x)‖ and f(x) = (x W_V + b_V) W_O of the head, each row normalized by its sum τ
 * (Kobayashi et al. 2020). Their logarithm is s + ln ν − normalizer − ln τ. `v` [b, j, g, d]; `wo` [h, d, m].
 */
export function normWeights({ pattern, product, normalizer }: RawWeights, v: Value, wo: Value): Weighted {
  const size = transformedNorms(v, wo);
  const [row, column] = [unsqueeze(size, 2), unsqueeze(size, 3)];
  // Σⱼ Aᵢⱼ νⱼ and Σⱼ Aᵢⱼ νⱼ ln νⱼ in one product
  const both = matmul(pattern, concat([column, mul(column, log(add(column, 1e-20)))], 3));
  const total = slice(both, 3, 0, 1);
  const expected = div(add(matmul(product, column), slice(both, 3, 1, 2)), total);
  return { pattern: div(mul(pattern, row), total), entropy: sub(add(normalizer, log(total)), expected) };
}

/** Computes ‖f(xⱼ)‖ of every head: [b, h, j], from vᵀ (W_O W_Oᵀ) v. */
export function transformedNorms(v: Value, wo: Value): Value {
  const [b, n, g, d] = dims4(v.shape);
  const h = sizeAt("transformedNorms", wo.shape, 0);
  const gram = reshape(einsum("h d m, h e m -> h d e", wo, wo), [g, h / sizeAt("transformedNorms", v.shape, 2), d, d]);
  const turned = einsum("b j g d, g r d e -> b j g r e", v, gram);
  const square = sum(mul(turned, unsqueeze(v, 3)), -1);
  return transpose(reshape(sqrt(square), [b, n, h]), [0, 2, 1]);
}

/** Computes the size ‖zᵢ W_O‖ of every head's output: [b, h, i], from zᵀ (W_O W_Oᵀ) z. `z` [b, i, h, d]; `wo` [h, d, m]. */
export function writtenNorms(z: Value, wo: Value): Value {
  const gram = einsum("h d m, h e m -> h d e", wo, wo);
  const square = sum(mul(einsum("b i h d, h d e -> b i h e", z, gram), z), -1);
  // rounding can make the value slightly negative for a head that writes nothing
  return transpose(sqrt(abs(square)), [0, 2, 1]);
}
