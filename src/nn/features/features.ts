/**
 * Optional features of one attention. Each is one file beside this one: its settings, its parameters, its function. Without any,
 * attention is plain multi-head attention with softmax.
 */
import type { Value } from "../../graph/value.ts";
import type { Leaf, Spec } from "../../params/tree.ts";
import type { FixedPattern } from "./fixed-heads.ts";
import { alphaParameters, type NormalizerSettings } from "./normalizer.ts";
import { outputGateParameters } from "./output-gate.ts";
import { type Routing, type RoutingParameters, routingParameters } from "./routing/routing.ts";
import type { FeatureSizes } from "./sizes.ts";
import { type SpanSettings, spanParameters } from "./span.ts";
import { type Talking, talkingParameters } from "./talking.ts";

export interface AttentionFeatures extends NormalizerSettings {
  /** A sigmoid gate on the output of every head, for every query (`output-gate.ts`). */
  readonly gate?: boolean;
  /** Patterns of the first heads, which have no queries and keys (`fixed-heads.ts`). */
  readonly fixed?: readonly FixedPattern[];
  /** A learned span of every head; only for self-attention (`span.ts`). */
  readonly span?: SpanSettings;
  /** Heads that mix their scores and their weights; only without grouped keys (`talking.ts`). */
  readonly talking?: Talking;
  /** A mixture of heads: each token uses the heads that a router picks (`routing/routing.ts`). */
  readonly routing?: Routing;
}

/** The parameters that features add to an attention; each is absent without its feature. */
export interface FeatureParameters<T extends Leaf = Value> extends RoutingParameters<T> {
  /** W_G: m h */
  readonly wg?: T;
  /** a: s, with α = 1 + σ(a) */
  readonly alpha?: T;
  /** z′: s, the share of the longest span */
  readonly span?: T;
  /** P: s t, and Q: t h */
  readonly mixScores?: T;
  readonly mixWeights?: T;
}

/** Returns the specifications of the parameters that features add. */
export const featureParameters = (
  { gate, alpha, span, talking, routing }: AttentionFeatures,
  sizes: FeatureSizes,
): FeatureParameters<Spec> => ({
  ...(gate && { wg: outputGateParameters(sizes) }),
  ...(alpha === "learned" && { alpha: alphaParameters(sizes) }),
  ...(span && { span: spanParameters(sizes) }),
  ...(talking && talkingParameters(talking, sizes)),
  ...(routing && routingParameters(routing, sizes)),
});

/** Returns the features of an attention after pruning, which keeps the `heads` of those that the features are stated for. */
export const featuresOfHeads = (features: AttentionFeatures, heads: readonly number[]): AttentionFeatures => ({
  ...features,
  ...(features.fixed && { fixed: features.fixed.filter((_, head) => heads.includes(head)) }),
});

/** The names of all parameters that features can add, as they are in an attention's tree. */
export const FEATURE_PARAMETERS = [
  "wg",
  "alpha",
  "span",
  "mixScores",
  "mixWeights",
  "router",
  "sharedRouter",
  "splitRouter",
] as const satisfies readonly (keyof FeatureParameters)[];

/** The parameters among them that shape patterns but read no states. */
export const PATTERN_PARAMETERS: readonly string[] = ["alpha", "span", "mixScores", "mixWeights"];

/** Returns true if every pattern is the softmax of the masked scores, and nothing else. */
export const isSoftmax = ({ normalizer, span, talking, fixed = [] }: AttentionFeatures): boolean =>
  !normalizer && !span && !talking && fixed.length === 0;

/** Returns the key of a feature that cannot be combined with the others, and the reason; undefined if all can. */
export function combinationFault(features: AttentionFeatures): [key: string, fault: string] | undefined {
  const { fixed = [], normalizer, span, talking, routing } = features;
  const other = Object.entries({ fixed: fixed.length > 0, normalizer, span, talking }).find(([, own]) => own)?.[0];
  if (routing && other) return ["routing", `cannot be combined with "${other}"; remove one of them`];
  if (talking && fixed.length > 0)
    return ["talking", "is set, but fixed heads have no scores to mix; remove it, or the fixed heads"];
  return undefined;
}
