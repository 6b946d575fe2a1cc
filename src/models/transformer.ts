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
  const parameters = declare<TransformerParameters<Value>>(transformerParameters(config), prefix);
  return { inputs, parameters, ...transformer(config, parameters, inputs, probe) };
}

/** Builds the forward pass of an encoder or decoder over given parameters and inputs. */
export function transformer(
  config: TransformerConfig,
  parameters: TransformerParameters<Value>,
  inputs: Inputs,
  probe: Probe = unseen,
): Outputs {
  if (config.family === "decoder") return decoder(config, ofDecoder(parameters), inputs, probe);
  if (isDecoder(parameters)) throw new Error("internal: an encoder has the parameters of a decoder");
  return encoder(config, parameters, inputs, probe);
}

/** Returns true for the parameters of a decoder, which normalizes its last state. */
export const isDecoder = <T extends Leaf>(parameters: TransformerParameters<T>): parameters is DecoderParameters<T> =>
  "norm" in parameters;

/** Returns the parameters of a model that is a decoder. */
export function ofDecoder<T extends Leaf>(parameters: TransformerParameters<T>): DecoderParameters<T> {
  if (!isDecoder(parameters)) throw new Error("internal: a decoder has the parameters of an encoder");
  return parameters;
}
