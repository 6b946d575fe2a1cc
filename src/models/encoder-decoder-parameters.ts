/** The parameters of an encoder–decoder, and their initialization. */
import type { Value } from "../graph/value.ts";
import { type AttentionParameters, attentionParameters } from "../nn/attention.ts";
import { feedForwardParameters } from "../nn/feed-forward.ts";
import { type NormParameters, normParameters } from "../nn/norm.ts";
import { type Leaf, mapTree, matrixShape, type Spec, spec } from "../params/tree.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";
import { featuresOf, ownKeyValueHeads } from "./features-of.ts";
import { type LayerParameters, ofLayer } from "./layer.ts";

export interface CrossLayerParameters<T extends Leaf = Value> extends LayerParameters<T> {
  readonly cross: AttentionParameters<T>;
  readonly crossNorm: NormParameters<T>;
}

export interface EncoderDecoderParameters<T extends Leaf = Value> {
  /** `[v, m]`, shared by source, target and output. */
  readonly embeddings: { readonly tokens: T };
  /** The final norm is present in pre-norm models. */
  readonly encoder: { readonly layers: readonly LayerParameters<T>[]; readonly norm?: NormParameters<T> };
  readonly decoder: { readonly layers: readonly CrossLayerParameters<T>[]; readonly norm?: NormParameters<T> };
  /** `[v]`; a buffer, which PyTorch does not train. */
  readonly finalLogitsBias?: T;
}

/**
 * Returns the parameters of a configuration. Matrices are initialized normal with Glorot's deviation √(2 / (in + out)), the
 * tied table with width^−½, norms and biases with ones and zeros.
 */
export function encoderDecoderParameters(config: EncoderDecoderConfig): EncoderDecoderParameters<Spec> {
  const { width, headWidth, normFirst } = config;
  const norm = () => normParameters(width, "layer");
  const attention = (name: string, heads: number) => {
    const features = featuresOf(config, name);
    return attentionParameters({ width, heads, keyValueHeads: ownKeyValueHeads(features, heads), headWidth, features });
  };
  const layer = (name: string, heads: number, inner: number): LayerParameters<Spec> => ({
    attention: attention(name, heads),
    attentionNorm: norm(),
    feedForward: feedForwardParameters(width, inner),
    feedForwardNorm: norm(),
  });
  const crossed = (heads: number, l: number): CrossLayerParameters<Spec> => ({
    ...layer(`decoder.${l}`, heads, config.decoderInnerWidth),
    cross: attention(`cross.${l}`, ofLayer(config.crossHeads, l)),
    crossNorm: norm(),
  });
  return mapTree<EncoderDecoderParameters<Spec>>(
    {
      embeddings: { tokens: spec([config.vocabulary, width], width ** -0.5) },
      encoder: {
        layers: config.encoderHeads.map((heads, l) => layer(`encoder.${l}`, heads, config.encoderInnerWidth)),
        norm: normFirst ? norm() : undefined,
      },
      decoder: { layers: config.decoderHeads.map(crossed), norm: normFirst ? norm() : undefined },
      finalLogitsBias: config.finalLogitsBias ? spec([config.vocabulary], "zeros") : undefined,
    },
    glorot,
  );
}

function glorot(leaf: Spec, path: string): Spec {
  if (typeof leaf.init === "string" || path === "embeddings.tokens") return leaf;
  const [inputs, outputs] = matrixShape(leaf);
  return { ...leaf, init: Math.sqrt(2 / (inputs + outputs)) };
}
