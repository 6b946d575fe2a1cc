/**
 * Optional features of one attention. Each is one file beside this one: its settings, its parameters, its function. Without any,
 * attention is plain multi-head attention with softmax.
 */
import type { Value } from "../../graph/value.ts";
import type { Leaf, Spec } from "../../params/tree.ts";
import type { FixedPattern } from "./fixed-heads.ts";
import { outputGateParameters } from "./output-gate.ts";
import type { FeatureSizes } from "./sizes.ts";

export interface AttentionFeatures {
  /** A sigmoid gate on the output of every head, for every query (`output-gate.ts`). */
  readonly gate?: boolean;
  /** Patterns of the first heads, which have no queries and keys (`fixed-heads.ts`). */
  readonly fixed?: readonly FixedPattern[];
}

/** The parameters that features add to an attention; each is absent without its feature. */
export interface FeatureParameters<T extends Leaf = Value> {
  /** W_G: m h */
  readonly wg?: T;
}

/** Returns the specifications of the parameters that features add. */
export const featureParameters = ({ gate }: AttentionFeatures, sizes: FeatureSizes): FeatureParameters<Spec> => ({
  ...(gate && { wg: outputGateParameters(sizes) }),
});

/** Returns the features of an attention after pruning, which keeps the `heads` of those that the features are stated for. */
export const featuresOfHeads = (features: AttentionFeatures, heads: readonly number[]): AttentionFeatures => ({
  ...features,
  ...(features.fixed && { fixed: features.fixed.filter((_, head) => heads.includes(head)) }),
});

/** The names of all parameters that features can add, as they are in an attention's tree. */
export const FEATURE_PARAMETERS = ["wg"] as const satisfies readonly (keyof FeatureParameters)[];
