/** A common interface to models of all families. */
import type { Value } from "../graph/value.ts";
import type { Probe } from "../nn/probe.ts";
import { encoderDecoderForward } from "./encoder-decoder.ts";
import { encoderDecoderParameters } from "./encoder-decoder-parameters.ts";
import type { Inputs } from "./layer.ts";
import type { AnyConfig } from "./sites.ts";
import { forward, transformerParameters } from "./transformer.ts";

/** A model of any family with its weights. */
export interface AnyModel {
  readonly config: AnyConfig;
  readonly weights: object;
}

/** The specifications of a model's parameters. */
export const anyParameters = (config: AnyConfig): object =>
  config.family === "encoder-decoder" ? encoderDecoderParameters(config) : transformerParameters(config);

/** A forward pass of any family; in encoder–decoders, `states` are the decoder's. */
export interface AnyForward {
  readonly inputs: Pick<Inputs, "ids" | "mask"> & { readonly decoderIds?: Value };
  /** `[b, i, m]`: the embeddings, then each layer's output. */
  readonly states: readonly Value[];
  /** [b, i, v] */
  readonly logits?: Value;
}

/** Builds the graph of a forward pass over inputs of any batch size and length (see `forward` and `encoderDecoderForward`). */
export const anyForward = (config: AnyConfig, probe?: Probe): AnyForward =>
  config.family === "encoder-decoder" ? encoderDecoderForward(config, { probe }) : forward(config, { probe });
