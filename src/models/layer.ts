/** The parameters of one transformer layer, the same for every family. */
import type { Value } from "../graph/value.ts";
import { type AttentionParameters, attentionParameters } from "../nn/attention.ts";
import { type FeedForwardParameters, feedForwardParameters } from "../nn/feed-forward.ts";
import { type NormParameters, normParameters } from "../nn/norm.ts";
import type { Leaf, Spec } from "../params/tree.ts";
import type { TransformerConfig } from "./config.ts";
import { featuresOf } from "./features-of.ts";

export interface LayerParameters<T extends Leaf = Value> {
  readonly attention: AttentionParameters<T>;
  readonly attentionNorm: NormParameters<T>;
  readonly feedForward: FeedForwardParameters<T>;
  readonly feedForwardNorm: NormParameters<T>;
}

/** The inputs of a forward pass. `ids` and `mask` (0: padding) are int64 [batch, sequence]. */
export interface Inputs {
  readonly ids: Value;
  readonly mask?: Value;
  /** int64 [batch, sequence]; default: all of type 0. */
  readonly types?: Value;
  /** int64 []: the number of past tokens, whose keys and values a probe inserts (decoders only); default: none. */
  readonly past?: Value;
}

/** The outputs of a forward pass; each is computed only if a program needs it. */
export interface Outputs {
  /** `[b, i, m]`: the embeddings, then each layer's output; a decoder's last one is normalized. */
  readonly states: readonly Value[];
  /** [b, i, v] */
  readonly logits?: Value;
}

/** Returns the last state of a forward pass. */
export function lastState(states: readonly Value[]): Value {
  const last = states.at(-1);
  if (!last) throw new Error("internal: a forward pass has no states");
  return last;
}

/** Returns the entry of one layer in a list with one entry per layer. */
export function ofLayer<T>(layers: readonly T[], layer: number): T {
  const own = layers[layer];
  if (own === undefined) throw new Error(`internal: there is no layer ${layer} among ${layers.length}`);
  return own;
}

export const layerParameters = (config: TransformerConfig, layer: number): LayerParameters<Spec> => ({
  attention: attentionParameters({
    width: config.width,
    heads: ofLayer(config.heads, layer),
    keyValueHeads: ofLayer(config.keyValueHeads, layer),
    headWidth: config.headWidth,
    inputBias: config.inputBias,
    outputBias: config.outputBias,
    features: featuresOf(config, `${layer}`),
  }),
  attentionNorm: normParameters(config.width, config.norm),
  feedForward: feedForwardParameters(config.width, config.innerWidth, {
    gated: config.gated,
    biases: config.feedForwardBias,
  }),
  feedForwardNorm: normParameters(config.width, config.norm),
});
