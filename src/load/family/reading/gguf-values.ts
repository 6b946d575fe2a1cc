/** Reads values that several keys or tensors of a GGUF file decide together. */
import { ofLayer } from "../../../models/layer.ts";
import { InputError } from "../../../run/errors.ts";
import { floats } from "../../../run/tensor.ts";
import { show } from "../../format/safetensors.ts";
import type { TensorFile } from "../../format/tensors.ts";
import type { KeyReader, Metadata } from "./gguf-keys.ts";

/** Returns the number of layers of `block_count`; throws `InputError` if the file has fewer. */
export function layersOf(keys: KeyReader, file: TensorFile, at: string): number {
  const layers = keys.count("block_count");
  const present = new Set([...file.tensors.keys()].flatMap((name) => /^blk\.(\d+)\./.exec(name)?.[1] ?? []));
  if (layers <= present.size) return layers;
  throw new InputError(`${at}.block_count is ${layers}, but the file has tensors of ${present.size} layers; download it again`);
}

/** Returns the value that all layers have; throws `InputError` if they differ. */
export function same(values: readonly number[], at: string): number {
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) return first;
  throw new InputError(`${at} differs from layer to layer (${show(values)}), which is not supported; use another model`);
}

/** Returns the number of heads of the largest layer, and the heads that the other layers keep of them. */
export function headsOf(keys: KeyReader, layers: number, at: string) {
  const heads = keys.counts("attention.head_count", layers);
  const groups = keys.counts("attention.head_count_kv", layers, heads);
  const [most, mostGroups] = [Math.max(...heads), Math.max(...groups)];
  const equal = heads.every((h, l) => h === most && groups[l] === mostGroups);
  if (equal) return { heads: most, keyValueHeads: mostGroups };
  if (!heads.every((h, l) => h * mostGroups === ofLayer(groups, l) * most)) {
    const both = `${show(heads)} and ${show(groups)}`;
    throw new InputError(
      `${at}.attention.head_count and head_count_kv have no common ratio in all layers (${both}), which is not supported; use another model`,
    );
  }
  const kept = Object.fromEntries(heads.map((h, l) => [l, Array.from({ length: h }, (_, head) => head)]));
  return { heads: most, keyValueHeads: mostGroups, kept };
}

/** Returns the width of a head; throws `InputError` if values or rotary positions have another one. */
export function headWidthOf(keys: KeyReader, heads: number, file: TensorFile, at: string): number {
  const rows = file.tensors.get("blk.0.attn_q.weight")?.shape[0] ?? keys.count("embedding_length");
  const width = keys.count("attention.key_length", Math.floor(rows / heads));
  for (const key of ["attention.value_length", "rope.dimension_count"]) {
    const also = keys.count(key, width);
    if (also !== width) {
      throw new InputError(
        `${at}.${key} is ${also}, but heads have ${width} dimensions, which is not supported; use another model`,
      );
    }
  }
  return width;
}

/**
 * Returns the rope scaling in Hugging Face's form. Older files use `rope.scale_linear`; a factor without a type is linear.
 * Llama 3's scaling is stored as a divisor per frequency, which is written as longrope; a linear factor applies on top.
 */
export async function ropeScaling(keys: KeyReader, file: TensorFile, where: string): Promise<object | undefined> {
  const given = keys.any("rope.scaling.factor") === undefined ? "rope.scale_linear" : "rope.scaling.factor";
  const factor = keys.any(given) === 0 ? 1 : keys.positive(given, 1);
  const kind = keys.any("rope.scaling.type") ?? "linear";
  if (kind !== "linear" && kind !== "none") {
    throw new InputError(`${where}: rope scaling ${show(kind)} is not supported, only linear and none; use another model`);
  }
  const linear = kind === "none" ? 1 : factor;
  if (!file.tensors.has("rope_freqs.weight")) return linear === 1 ? undefined : { rope_type: kind, factor: linear };
  const divisors = Array.from(floats(await file.read("rope_freqs.weight")), (x) => x * linear);
  return longrope(divisors, keys.count("context_length"));
}

/** Returns longrope with the same divisors for short and long texts, and no scaling of scores. */
const longrope = (divisors: readonly number[], positions: number): object => ({
  rope_type: "longrope",
  short_factor: divisors,
  long_factor: divisors,
  factor: 1,
  attention_factor: 1,
  original_max_position_embeddings: positions,
});

/** Returns the ids of the start, end and padding tokens, for text generation. */
export const tokenIds = (metadata: Metadata): Record<string, unknown> => ({
  bos_token_id: metadata["tokenizer.ggml.bos_token_id"],
  eos_token_id: metadata["tokenizer.ggml.eos_token_id"],
  pad_token_id: metadata["tokenizer.ggml.padding_token_id"],
});
