/**
 * Normalizers that give exact zeros, instead of softmax: sparsemax (Martins & Astudillo 2016) and α-entmax, with one α for all
 * heads or a learned one for each (Correia et al. 2019, "Adaptively Sparse Transformers").
 * Axes: b batch, s score head, i query, j key.
 */
import type { Value } from "../../graph/value.ts";
import { sigmoid } from "../../ops/activation.ts";
import { add } from "../../ops/arithmetic.ts";
import { ALPHAS, entmax } from "../../ops/entmax.ts";
import { unsqueeze } from "../../ops/layout.ts";
import { less, where } from "../../ops/logic.ts";
import { softmax } from "../../ops/softmax.ts";
import { type Spec, spec } from "../../params/tree.ts";
import type { FeatureSizes } from "./sizes.ts";

export interface NormalizerSettings {
  /** Default: softmax. */
  readonly normalizer?: "sparsemax" | "entmax";
  /** For entmax: α from 1.01 to 2, default 1.5; or one for each head, which training learns from 1.5 on. */
  readonly alpha?: number | "learned";
}

/** a [s], with α = 1 + σ(a): it starts at 1.5. */
export const alphaParameters = ({ scoreHeads, scoreAxis }: FeatureSizes): Spec =>
  spec([scoreHeads], "zeros", { inputs: 0, heads: { axis: 0, of: scoreAxis } });

/** Computes the α of each head from the parameter a: [s], from 1.01 to 2. */
export function learnedAlphas(a: Value): Value {
  const alpha = add(sigmoid(a), 1);
  return where(less(alpha, ALPHAS.least), ALPHAS.least, alpha);
}

/** Normalizes masked scores [b, s, i, j] over keys; `learned` are the α of the heads, if the settings say so. */
export function normalize(masked: Value, { normalizer, alpha = 1.5 }: NormalizerSettings, learned?: Value): Value {
  if (normalizer === undefined) return softmax(masked);
  if (normalizer === "sparsemax") return entmax(masked, 2);
  if (alpha !== "learned") return entmax(masked, alpha);
  if (!learned) throw new RangeError("attention: alpha is learned, but the parameters have none; pass `alpha` [heads]");
  return entmax(masked, unsqueeze(learned, 1, 2));
}
