/**
 * Talking heads (Shazeer et al. 2020): heads mix their scores before they are normalized, S′_g = Σ_h P_hg S_h, and their weights
 * afterwards, A′_g = Σ_h Q_hg A_h. Mixed weights may be negative, and need not sum to 1. P and Q start at the identity, where this is
 * multi-head attention. A pruned attention still computes the scores and weights of all original heads; only the mixed weights
 * of the remaining heads, their values and outputs are left.
 * Axes: b batch, s score head, t original head, h head, i query, j key.
 */
import { dims4 } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import { merge, reshape, transpose } from "../../ops/layout.ts";
import { matmul } from "../../ops/matmul.ts";
import { type Spec, spec } from "../../params/tree.ts";
import type { FeatureSizes } from "./sizes.ts";

/** True if heads talk; in a pruned attention, the number of its original heads. */
export type Talking = boolean | number;

/** Returns the number of heads that compute scores, of an attention with `heads` heads. */
export const scoreHeadsOf = (talking: Talking | undefined, heads: number): number =>
  heads > 0 && typeof talking === "number" ? talking : heads;

/** P: s t; Q: t h. */
export function talkingParameters(
  talking: number | true,
  { heads, scoreHeads }: FeatureSizes,
): Record<"mixScores" | "mixWeights", Spec> {
  const all = talking === true ? heads : talking;
  return {
    mixScores: spec([scoreHeads, all], "identity", { heads: { axis: 0, of: "score" } }),
    mixWeights: spec([all, heads], "identity", { heads: { axis: 1, of: "query" } }),
  };
}

/** Mixes the heads of x [b, s, i, j] by a matrix [s, t]: [b, t, i, j]. */
export function mixHeads(x: Value, matrix: Value): Value {
  const [b, , i, j] = dims4(x.shape);
  return reshape(matmul(transpose(matrix, [1, 0]), merge(x, 2, 4)), [b, matrix.shape[1]!, i, j], x);
}
