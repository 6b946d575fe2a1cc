/** An encoder or decoder: its configuration, its weights, and the graph of its forward pass. */
import { type Dim, input, type Value } from "../graph/value.ts";
import { type Probe, unseen } from "../nn/probe.ts";
import type { Leaf, Spec } from "../params/tree.ts";
import { declare } from "../params/tree.ts";
import type { Tensor } from "../run/tensor.ts";
import type { TransformerConfig } from "./config.ts";
import { type DecoderParameters, decoder, decoderParameters } from "./decoder.ts";
import { type EncoderParameters, encoder, encoderParameters } from "./encoder.ts";
import type { Inputs, Outputs } from "./layer.ts";

export type TransformerParameters<T extends Leaf> = EncoderParameters<T> | DecoderParameters<T>;

/** A transformer with its weights. */
export interface Transformer {
  readonly config: TransformerConfig;
  readonly weights: TransformerParameters<Tensor>;
}

/** Returns the specifications of a configuration's parameters. */
export const transformerParameters = (config: TransformerConfig): TransformerParameters<Spec> =>
  config.family === "encoder" ? encoderParameters(config) : decoderParameters(config);

export interface Forward extends Outputs {
  readonly inputs: Inputs;
  readonly parameters: TransformerParameters<Value>;
}

export interface ForwardOptions {
  readonly probe?: Probe;
  /** Default: the named axes `batch` and `sequence`, for any batch size and length. */
  readonly batch?: Dim;
  readonly sequence?: Dim;
  /** The inputs of another pass, for one graph with several models on the same texts; default: new ones. */
  readonly inputs?: Inputs;
  /** A prefix of the weights' paths, for one graph with several models. */
  readonly prefix?: string;
}

/**
 * Builds the graph of a forward pass over the inputs `ids` and `mask` (int64 [batch, sequence], 0: padding), with weights as
 * inputs named by their paths, after `prefix` and a dot if given.
 */
export function forward(config: TransformerConfig, options: ForwardOptions = {}): Forward {
  const { probe = unseen, batch = "batch", sequence = "sequence", prefix } = options;
  const inputs = options.inputs ?? {
    ids: input("ids", [batch, sequence], "int64"),
    mask: input("mask", [batch, sequence], "int64"),
  };
  const specs = transformerParameters(config);
  const parameters = prefix
    ? declare<Record<string, TransformerParameters<Value>>>({ [prefix]: specs })[prefix]!
    : declare<TransformerParameters<Value>>(specs);
  const run =
    config.family === "encoder"
      ? encoder(config, parameters as EncoderParameters, inputs, probe)
      : decoder(config, parameters as DecoderParameters, inputs, probe);
  return { inputs, parameters, ...run };
}
