/** Named tensors of MarianMTModel and M2M100ForConditionalGeneration ↔ an encoder–decoder's parameter tree. */
import type { EncoderDecoderConfig } from "../models/encoder-decoder-config.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { leaves } from "../params/tree.ts";
import { sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import { attention, LINEAR, normed, type Stored, withBias } from "./names.ts";
import type { TensorFile } from "./tensors.ts";
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

/** The tied table's names: files hold any of them. */
const TABLES = [
  "model.shared.weight",
  "model.encoder.embed_tokens.weight",
  "model.decoder.embed_tokens.weight",
  "lm_head.weight",
];
/** The table's other names, and positions, which we compute. */
const IGNORED = new RegExp(`^(${TABLES.join("|").replaceAll(".", "\\.")}|model\\.(en|de)coder\\.embed_positions\\.weights?)$`);

function storedAt(path: string, table = TABLES[0]!): Stored {
  if (path === "embeddings.tokens") return { name: table, layout: "plain" };
  if (path === "finalLogitsBias") return { name: "final_logits_bias", layout: "row" };
  const [, side, layer, rest] = /^(encoder|decoder)\.(?:layers\.(\d+)\.)?(.*)$/.exec(path)!;
  if (layer === undefined) return { name: `model.${side}.${SIDE[rest!]}`, layout: "plain" };
  return { name: `model.${side}.layers.${layer}.${LAYER[rest!]}`, layout: LINEAR.test(path) ? "linear" : "plain" };
}

/** The weights that `config` asks for, read from `file`. Throws `InputError` where names or shapes do not fit. */
export function readTranslationWeights(
  config: EncoderDecoderConfig,
  file: TensorFile,
): Promise<EncoderDecoderParameters<Tensor>> {
  const table = TABLES.find((name) => file.tensors.has(name));
  const model = `a ${config.architecture} model with ${config.encoderHeads.length} + ${config.decoderHeads.length} layers`;
  return readTree(encoderDecoderParameters(config), file, {
    storedAt: (path) => storedAt(path, table),
    ignored: IGNORED,
    model,
  });
}

/** The weights as transformers names and lays them out: what `model.safetensors` holds. */
export function translationTensors(weights: EncoderDecoderParameters<Tensor>): Map<string, Tensor> {
  return new Map(leaves<Tensor>(weights).map(([path, value]) => asStored(path, value)));
}

function asStored(path: string, { shape, data }: Tensor): [name: string, stored: Tensor] {
  const { name, layout } = storedAt(path);
  const numbers = data as Float32Array;
  if (layout === "row") return [name, tensor(numbers, [1, numbers.length])];
  if (layout === "linear") {
    const inAxes = path.endsWith(".wo") ? 2 : 1;
    const [rows, cols] = [sizeOf(shape.slice(0, inAxes)), sizeOf(shape.slice(inAxes))];
    return [name, tensor(transposed(numbers, rows, cols), [cols, rows])];
  }
  return [name, tensor(numbers, /\.b[qkv]$/.test(path) ? [numbers.length] : shape)];
}
