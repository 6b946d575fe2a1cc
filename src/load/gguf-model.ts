/** What llama.cpp's files call the parts of a Llama, told in Hugging Face's names and order of rows. */
import type { TransformerConfig } from "../models/config.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";
import { readConfig } from "./config.ts";
import type { TensorFile } from "./tensors.ts";

const ARCHITECTURES = ["llama", "qwen2"];

/** The configuration that a GGUF file's metadata describes. Throws `InputError` for other architectures than Llama's. */
export async function configFromGguf(
  metadata: Readonly<Record<string, unknown>>,
  file: TensorFile,
  where: string,
): Promise<TransformerConfig> {
  const architecture = metadata["general.architecture"];
  if (typeof architecture !== "string" || !ARCHITECTURES.includes(architecture)) {
    throw new InputError(`${where}: unknown GGUF architecture "${architecture}": known are ${ARCHITECTURES.join(", ")}`);
  }
  const at = (key: string) => metadata[`${architecture}.${key}`];
  const kind = at("rope.scaling.type");
  const heads = Number(at("attention.head_count"));
  const config = readConfig(
    {
      model_type: architecture,
      hidden_size: at("embedding_length"),
      num_hidden_layers: at("block_count"),
      num_attention_heads: heads,
      num_key_value_heads: at("attention.head_count_kv"),
      head_dim: at("attention.key_length") ?? at("rope.dimension_count"),
      intermediate_size: at("feed_forward_length"),
      vocab_size: file.tensors.get("token_embd.weight")?.shape[0],
      max_position_embeddings: at("context_length"),
      rms_norm_eps: at("attention.layer_norm_rms_epsilon"),
      rope_theta: at("rope.freq_base"),
      rope_scaling: kind === undefined || kind === "none" ? undefined : { rope_type: kind, factor: at("rope.scaling.factor") },
      attention_bias: architecture === "llama" && file.tensors.has("blk.0.attn_q.bias"),
      tie_word_embeddings: !file.tensors.has("output.weight"),
    },
    where,
  );
  return file.tensors.has("rope_freqs.weight") ? withDivisors(config, await file.read("rope_freqs.weight")) : config;
}

/** Llama 3's scaling comes as one divisor for each frequency. */
function withDivisors(config: TransformerConfig, { data }: Tensor): TransformerConfig {
  if (config.positions.kind !== "rotary") return config;
  const scaling = { kind: "divisors" as const, divisors: Array.from(data as Float32Array) };
  return { ...config, positions: { kind: "rotary", rotary: { ...config.positions.rotary, scaling } } };
}

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
