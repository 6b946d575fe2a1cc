/** Translates llama.cpp's names and order of rows of a Llama into Hugging Face's. */
import type { TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";
import { show } from "../format/safetensors.ts";
import type { TensorFile } from "../format/tensors.ts";
import { checkKeys, type KeyReader, keyReader, type Metadata } from "./gguf-keys.ts";

/** The supported architectures, with the class names of transformers. */
const CLASSES: Readonly<Record<string, string>> = { llama: "LlamaForCausalLM", qwen2: "Qwen2ForCausalLM" };

/**
 * Returns the `config.json` that corresponds to a GGUF file's metadata, with llama.cpp's defaults for missing keys. Throws
 * `InputError` for an unsupported architecture, and for unsupported keys that would change the function.
 */
export async function configJsonFromGguf(
  metadata: Metadata,
  file: TensorFile,
  where: string,
): Promise<Record<string, unknown>> {
  const architecture = metadata["general.architecture"];
  if (typeof architecture !== "string" || !Object.hasOwn(CLASSES, architecture)) {
    const known = Object.keys(CLASSES).join(", ");
    throw new InputError(`${where}: unknown GGUF architecture ${show(architecture)}; use a model of ${known}`);
  }
  checkKeys(metadata, architecture, where);
  const keys = keyReader(metadata, architecture, where);
  const layers = layersOf(keys, file, `${where}: ${architecture}`);
  const { heads, keyValueHeads, kept } = headsOf(keys, layers, `${where}: ${architecture}`);
  const headWidth = headWidthOf(keys, heads, file, `${where}: ${architecture}`);
  return {
    architectures: [CLASSES[architecture]],
    model_type: architecture,
    hidden_size: keys.count("embedding_length"),
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    head_dim: headWidth,
    intermediate_size: same(keys.counts("feed_forward_length", layers), `${where}: ${architecture}.feed_forward_length`),
    hidden_act: "silu",
    vocab_size: file.tensors.get("token_embd.weight")?.shape[0],
    max_position_embeddings: keys.count("context_length"),
    rms_norm_eps: keys.positive("attention.layer_norm_rms_epsilon"),
    rope_theta: keys.positive("rope.freq_base", 10000),
    rope_scaling: await ropeScaling(keys, file, where),
    ...(architecture === "llama" && { attention_bias: [...file.tensors.keys()].some((name) => ATTENTION_BIAS.test(name)) }),
    tie_word_embeddings: !file.tensors.has("output.weight"),
    ...(kept && { headwise: { heads: kept } }),
    ...tokenIds(metadata),
  };
}

const ATTENTION_BIAS = /^blk\.\d+\.attn_(q|k|v|output)\.bias$/;

/** Returns the number of layers of `block_count`; throws `InputError` if the file has fewer. */
function layersOf(keys: KeyReader, file: TensorFile, at: string): number {
  const layers = keys.count("block_count");
  const present = new Set([...file.tensors.keys()].flatMap((name) => /^blk\.(\d+)\./.exec(name)?.[1] ?? []));
  if (layers <= present.size) return layers;
  throw new InputError(`${at}.block_count is ${layers}, but the file has tensors of ${present.size} layers; download it again`);
}

function same(values: readonly number[], at: string): number {
  if (values.every((value) => value === values[0])) return values[0]!;
  throw new InputError(`${at} differs from layer to layer (${show(values)}), which is not supported; use another model`);
}

/** Returns the number of heads of the largest layer, and the heads that the other layers keep of them. */
function headsOf(keys: KeyReader, layers: number, at: string) {
  const heads = keys.counts("attention.head_count", layers);
  const groups = keys.counts("attention.head_count_kv", layers, heads);
  const [most, mostGroups] = [heads, groups].map((counts) => counts.reduce((a, b) => Math.max(a, b)));
  const equal = heads.every((h, l) => h === most && groups[l] === mostGroups);
  if (equal) return { heads: most!, keyValueHeads: mostGroups! };
  if (!heads.every((h, l) => h * mostGroups! === groups[l]! * most!)) {
    const both = `${show(heads)} and ${show(groups)}`;
    throw new InputError(
      `${at}.attention.head_count and head_count_kv have no common ratio in all layers (${both}), which is not supported; use another model`,
    );
  }
  const kept = Object.fromEntries(heads.map((h, l) => [l, Array.from({ length: h }, (_, head) => head)]));
  return { heads: most!, keyValueHeads: mostGroups!, kept };
}

/** Returns the width of a head; throws `InputError` if values or rotary positions have another one. */
function headWidthOf(keys: KeyReader, heads: number, file: TensorFile, at: string): number {
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
async function ropeScaling(keys: KeyReader, file: TensorFile, where: string): Promise<object | undefined> {
  const given = keys.any("rope.scaling.factor") === undefined ? "rope.scale_linear" : "rope.scaling.factor";
  const factor = keys.any(given) === 0 ? 1 : keys.positive(given, 1);
  const kind = keys.any("rope.scaling.type") ?? "linear";
  if (kind !== "linear" && kind !== "none") {
    throw new InputError(`${where}: rope scaling ${show(kind)} is not supported, only linear and none; use another model`);
  }
  const linear = kind === "none" ? 1 : factor;
  if (!file.tensors.has("rope_freqs.weight")) return linear === 1 ? undefined : { rope_type: kind, factor: linear };
  const divisors = Array.from((await file.read("rope_freqs.weight")).data as Float32Array, (x) => x * linear);
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
const tokenIds = (metadata: Metadata): Record<string, unknown> => ({
  bos_token_id: metadata["tokenizer.ggml.bos_token_id"],
  eos_token_id: metadata["tokenizer.ggml.eos_token_id"],
  pad_token_id: metadata["tokenizer.ggml.padding_token_id"],
});

const LAYER: Readonly<Record<string, string>> = {
  attn_norm: "input_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};
const WHOLE: Readonly<Record<string, string>> = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
};

function renamed(name: string): string {
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
  if (layer !== undefined && LAYER[part!]) return `model.layers.${layer}.${LAYER[part!]}.${kind}`;
  const [, whole, suffix] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  return whole && WHOLE[whole] ? `${WHOLE[whole]}.${suffix}` : name;
}

/**
 * Returns the tensors under Hugging Face's names, with the rows of queries and keys in Hugging Face's order. llama.cpp treats
 * each bias separately, Hugging Face all of a kind together: missing ones are zeros.
 */
export function ggufNames(config: TransformerConfig, file: TensorFile): TensorFile {
  const original = new Map([...file.tensors.keys()].filter((n) => n !== "rope_freqs.weight").map((n) => [renamed(n), n]));
  const zeros = new Map(config.architecture === "llama" ? missingBiases(config, original) : []);
  const present = [...original].map(([name, old]) => [name, file.tensors.get(old)!] as const);
  const added = [...zeros].map(([name, size]) => [name, { storedAs: "F32", shape: [size] }] as const);
  return {
    name: file.name,
    tensors: new Map([...present, ...added]),
    async read(name) {
      const size = zeros.get(name);
      if (size !== undefined) return tensor(new Float32Array(size), [size]);
      const read = await file.read(original.get(name) ?? name);
      const paired = config.architecture === "llama" && /self_attn\.[qk]_proj/.test(name);
      return paired ? halvesFromPairs(read, config.headWidth) : read;
    },
  };
}

/** Returns the biases that the model needs but the file lacks, with their sizes. */
function missingBiases(config: TransformerConfig, present: ReadonlyMap<string, string>): [name: string, size: number][] {
  const { width, headWidth } = config;
  return config.heads.flatMap((heads, l) => {
    const keys = config.keyValueHeads[l]! * headWidth;
    const sizes = {
      ...(config.inputBias && { q_proj: heads * headWidth, k_proj: keys, v_proj: keys }),
      ...(config.outputBias && { o_proj: width }),
    };
    const named = Object.entries(sizes).map(([part, n]): [string, number] => [`model.layers.${l}.self_attn.${part}.bias`, n]);
    return named.filter(([name]) => !present.has(name));
  });
}

/**
 * Reorders the rows of each head: llama.cpp rotates neighboring rows together, Hugging Face the halves: [d/2, 2] → [2, d/2].
 */
function halvesFromPairs(t: Tensor, headWidth: number): Tensor {
  const row = t.shape[1] ?? 1;
  const source = t.data as Float32Array;
  const data = new Float32Array(source.length);
  for (let r = 0; r < t.shape[0]!; r++) {
    const within = r % headWidth;
    const to = r - within + (within % 2) * (headWidth / 2) + Math.floor(within / 2);
    data.set(source.subarray(r * row, (r + 1) * row), to * row);
  }
  return { ...t, data };
}
