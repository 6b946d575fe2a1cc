/**
 * Maps the named tensors of MarianMTModel and M2M100ForConditionalGeneration to an encoder–decoder's parameter tree, and back.
 */
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../../models/encoder-decoder-parameters.ts";
import { sinusoids } from "../../nn/sinusoid.ts";
import { leaves, matrixShape, type Spec, specsByPath } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";
import type { TensorFile } from "../format/tensors.ts";
import { attention, LINEAR, normed, type Stored, withBias } from "./names.ts";
import { isEqual } from "./stored-head.ts";
import { readTree, transposed } from "./weights.ts";

const projections = (module: string) =>
  attention(`${module}.q_proj`, `${module}.k_proj`, `${module}.v_proj`, `${module}.out_proj`);
const LAYER: Readonly<Record<string, string>> = {
  ...projections("self_attn"),
  ...Object.fromEntries(
    Object.entries(projections("encoder_attn")).map(([path, name]) => [path.replace("attention", "cross"), name]),
  ),
  ...normed("attentionNorm", "self_attn_layer_norm"),
  ...normed("crossNorm", "encoder_attn_layer_norm"),
  ...withBias("feedForward.up", "feedForward.upBias", "fc1"),
  ...withBias("feedForward.down", "feedForward.downBias", "fc2"),
  ...normed("feedForwardNorm", "final_layer_norm"),
};
const SIDE: Readonly<Record<string, string>> = normed("norm", "layer_norm");

/** The names of the tied table; a file may have any of them. */
const TABLES = [
  "model.shared.weight",
  "model.encoder.embed_tokens.weight",
  "model.decoder.embed_tokens.weight",
  "lm_head.weight",
];
/** Marian's positions, which stock loaders read from the file if present, and M2M-100's, which they compute. */
const POSITIONS = ["model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight"];
const COMPUTED = /^model\.(en|de)coder\.embed_positions\.weights?$/;

function storedAt(path: string, table = TABLES[0]!): Stored {
  if (path === "embeddings.tokens") return { name: table, layout: "plain" };
  if (path === "finalLogitsBias") return { name: "final_logits_bias", layout: "row" };
  const [, side, layer, rest] = /^(encoder|decoder)\.(?:layers\.(\d+)\.)?(.*)$/.exec(path)!;
  if (layer === undefined) return { name: `model.${side}.${SIDE[rest!]}`, layout: "plain" };
  return { name: `model.${side}.layers.${layer}.${LAYER[rest!]}`, layout: LINEAR.test(path) ? "linear" : "plain" };
}

/**
 * Reads the weights of `config` from `file`. Throws `InputError` if names or shapes do not match, or if the file has more than
 * one token table or positions other than the computed ones.
 */
export async function readTranslationWeights(
  config: EncoderDecoderConfig,
  file: TensorFile,
): Promise<EncoderDecoderParameters<Tensor>> {
  const [table, ...others] = TABLES.filter((name) => file.tensors.has(name));
  const specs = encoderDecoderParameters(config);
  const bias = specs.finalLogitsBias && !file.tensors.has("final_logits_bias") ? specs.finalLogitsBias : undefined;
  const read = await readTree<EncoderDecoderParameters<Tensor>>(bias ? { ...specs, finalLogitsBias: undefined } : specs, file, {
    storedAt: (path) => storedAt(path, table),
    allows: (name) => TABLES.includes(name) || COMPUTED.test(name),
    model: `a ${config.architecture} model with ${config.encoderHeads.length} + ${config.decoderHeads.length} layers`,
  });
  for (const other of others) await checkShared(file, table!, read.embeddings.tokens, other);
  if (config.architecture === "marian") for (const name of POSITIONS) await checkPositions(config, file, name);
  return bias ? { ...read, finalLogitsBias: tensor(new Float32Array(config.vocabulary), bias.shape) } : read;
}

async function checkShared(file: TensorFile, table: string, tokens: Tensor, other: string): Promise<void> {
  if (isEqual(tokens, await file.read(other))) return;
  throw new InputError(
    `${file.name}: ${JSON.stringify(other)} differs from ${JSON.stringify(table)}, but source, target and output have to share one table; use a model that shares them`,
  );
}

/** The tolerance for positions: half precision keeps three digits of a sine. */
const HALF = 2e-3;

async function checkPositions({ width, positions }: EncoderDecoderConfig, file: TensorFile, name: string): Promise<void> {
  if (!file.tensors.has(name)) return;
  const { shape, data } = await file.read(name);
  const computed = sinusoids(shape[0] ?? 0, width, positions);
  if (data.length === computed.length && computed.every((x, i) => Math.abs(x - Number(data[i])) <= HALF)) return;
  throw new InputError(
    `${file.name}: the positions in ${JSON.stringify(name)} are not the sinusoids that Marian models compute; remove the tensor or use another model`,
  );
}

/** Returns the weights with the names and layout of transformers, for `model.safetensors`. */
export function translationTensors(
  config: EncoderDecoderConfig,
  weights: EncoderDecoderParameters<Tensor>,
): Map<string, Tensor> {
  const specs = specsByPath(encoderDecoderParameters(config));
  return new Map(leaves<Tensor>(weights).map(([path, value]) => asStored(path, specs.get(path)!, value)));
}

function asStored(path: string, spec: Spec, { shape, data }: Tensor): [name: string, stored: Tensor] {
  const { name, layout } = storedAt(path);
  const numbers = data as Float32Array;
  if (layout === "row") return [name, tensor(numbers, [1, numbers.length])];
  if (layout === "linear") {
    const [rows, cols] = matrixShape(spec);
    return [name, tensor(transposed(numbers, rows, cols), [cols, rows])];
  }
  return [name, tensor(numbers, spec.inputs === 0 ? [numbers.length] : shape)];
}
