/**
 * Optional features of one attention. Each is one file beside this one: its settings, its parameters, its function. Without any,
 * attention is plain multi-head attention with softmax.
 */
import type { Value } from "../../graph/value.ts";
import type { Leaf, Spec } from "../../params/tree.ts";
import { outputGateParameters } from "./output-gate.ts";
import { type Routing, type RoutingParameters, routingParameters } from "./routing/routing.ts";
import type { FeatureSizes } from "./sizes.ts";

export interface AttentionFeatures {
  /** A sigmoid gate on the output of every head, for every query (`output-gate.ts`). */
  readonly gate?: boolean;
  /** A mixture of heads: each token uses the heads that a router picks (`routing/routing.ts`). */
  readonly routing?: Routing;
}

/** The parameters that features add to an attention; each is absent without its feature. */
export interface FeatureParameters<T extends Leaf = Value> extends RoutingParameters<T> {
  /** W_G: m h */
  readonly gate?: T;
}

/** Returns the specifications of the parameters that features add. */
export const featureParameters = ({ gate, routing }: AttentionFeatures, sizes: FeatureSizes): FeatureParameters<Spec> => ({
  ...(gate && { gate: outputGateParameters(sizes) }),
  ...(routing && routingParameters(routing, sizes)),
});

/** The names of all parameters that features can add, as they are in an attention's tree. */
export const FEATURE_PARAMETERS = [
  "gate",
  "router",
  "sharedRouter",
  "splitRouter",
] as const satisfies readonly (keyof FeatureParameters)[];
