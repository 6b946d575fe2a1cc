/** What llama.cpp's files call the parts of a Llama, told in Hugging Face's names and order of rows. */
import type { TransformerConfig } from "../models/config.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";
import type { TensorFile } from "./tensors.ts";

/** The architectures that can be read, and what transformers calls their models. */
const CLASSES: Readonly<Record<string, string>> = { llama: "LlamaForCausalLM", qwen2: "Qwen2ForCausalLM" };

type Metadata = Readonly<Record<string, unknown>>;

/**
 * What a GGUF file's metadata describes, as the `config.json` of a model directory. Throws `InputError` for other architectures
 * than Llama's.
 */
export async function configJsonFromGguf(
  metadata: Metadata,
  file: TensorFile,
  where: string,
): Promise<Record<string, unknown>> {
  const architecture = metadata["general.architecture"];
  if (typeof architecture !== "string" || !Object.hasOwn(CLASSES, architecture)) {
    throw new InputError(`${where}: unknown GGUF architecture "${architecture}": known are ${Object.keys(CLASSES).join(", ")}`);
  }
  const at = (key: string) => metadata[`${architecture}.${key}`];
  return complete(where, {
    architectures: [CLASSES[architecture]],
    model_type: architecture,
    hidden_size: at("embedding_length"),
    num_hidden_layers: at("block_count"),
    num_attention_heads: Number(at("attention.head_count")),
    num_key_value_heads: at("attention.head_count_kv") ?? null,
    head_dim: at("attention.key_length") ?? at("rope.dimension_count"),
    intermediate_size: at("feed_forward_length"),
    hidden_act: "silu",
    vocab_size: file.tensors.get("token_embd.weight")?.shape[0],
    max_position_embeddings: at("context_length"),
    rms_norm_eps: at("attention.layer_norm_rms_epsilon"),
    rope_theta: at("rope.freq_base"),
    rope_scaling: await ropeScaling(at, file),
    ...(architecture === "llama" && { attention_bias: file.tensors.has("blk.0.attn_q.bias") }),
    tie_word_embeddings: !file.tensors.has("output.weight"),
    ...tokenIds(metadata),
  });
}

/** A file says all its sizes: those that are missing must not become the defaults of a family. */
function complete(where: string, json: Record<string, unknown>): Record<string, unknown> {
  const sizes = ["hidden_size", "num_hidden_layers", "intermediate_size", "vocab_size", "max_position_embeddings"];
  const missing = [...sizes, "rms_norm_eps"].find((key) => json[key] === undefined);
  if (missing === undefined) return json;
  throw new InputError(`${where}: "${missing}": it is missing; is this a whole model, and not a part of one?`);
}

/** Llama 3's scaling comes as one divisor for each frequency, which Hugging Face can say too, though by another name. */
async function ropeScaling(at: (key: string) => unknown, file: TensorFile): Promise<object | undefined> {
  if (file.tensors.has("rope_freqs.weight")) {
    const divisors = Array.from((await file.read("rope_freqs.weight")).data as Float32Array);
    return longrope(divisors, at("context_length"));
  }
  const kind = at("rope.scaling.type");
  return kind === undefined || kind === "none" ? undefined : { rope_type: kind, factor: at("rope.scaling.factor") };
}

/** The same divisors for short and for long texts, and scores as they are. */
const longrope = (divisors: readonly number[], positions: unknown): object => ({
  rope_type: "longrope",
  short_factor: divisors,
  long_factor: divisors,
  factor: 1,
  attention_factor: 1,
  original_max_position_embeddings: positions,
});

/** Which tokens begin and end a text and fill up a row, for those who generate. */
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

/** The same tensors under Hugging Face's names, with the rows of queries and keys in Hugging Face's order. */
export function ggufNames(config: TransformerConfig, file: TensorFile): TensorFile {
  const original = new Map([...file.tensors.keys()].filter((n) => n !== "rope_freqs.weight").map((n) => [renamed(n), n]));
  return {
    name: file.name,
    tensors: new Map([...original].map(([name, old]) => [name, file.tensors.get(old)!])),
    async read(name) {
      const read = await file.read(original.get(name) ?? name);
      const turned = config.architecture === "llama" && /self_attn\.[qk]_proj/.test(name);
      return turned ? halvesFromPairs(read, config.headWidth) : read;
    },
  };
}

/** llama.cpp turns neighbouring rows of a head together, Hugging Face the halves of it: [d/2, 2] → [2, d/2]. */
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
