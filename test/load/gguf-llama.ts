/** Fixtures of the Llama family as llama.cpp would write them. */
import type { TransformerConfig } from "../../src/models/config.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { fixtureConfig } from "../models/golden.ts";
import { fixtureTensors } from "./fixture-tensors.ts";
import { writeGguf } from "./gguf-file.ts";

/** llama.cpp's names, from its table of tensors. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.embed_tokens\./, "token_embd."],
  [/^model\.norm\./, "output_norm."],
  [/^lm_head\./, "output."],
  [/^model\.layers\.(\d+)\.input_layernorm\./, "blk.$1.attn_norm."],
  [/^model\.layers\.(\d+)\.self_attn\.([qkv])_proj\./, "blk.$1.attn_$2."],
  [/^model\.layers\.(\d+)\.self_attn\.o_proj\./, "blk.$1.attn_output."],
  [/^model\.layers\.(\d+)\.post_attention_layernorm\./, "blk.$1.ffn_norm."],
  [/^model\.layers\.(\d+)\.mlp\.(gate|up|down)_proj\./, "blk.$1.ffn_$2."],
];

/** `permute` of llama.cpp's convert_hf_to_gguf.py: [heads, 2, d/2, …] → [heads, d/2, 2, …]. */
function permuted({ shape, data }: Tensor, heads: number): Tensor {
  const half = shape[0]! / heads / 2;
  const row = shape[1] ?? 1;
  const out: number[] = [];
  for (let h = 0; h < heads; h++) {
    for (let pair = 0; pair < half; pair++) {
      for (const side of [0, 1]) {
        const at = (h * 2 + side) * half + pair;
        out.push(...Array.from(data.subarray(at * row, (at + 1) * row), Number));
      }
    }
  }
  return tensor(Float32Array.from(out), shape);
}

/** A fixture's tensors as llama.cpp would write them. */
export async function converted(family: string, config: TransformerConfig): Promise<Map<string, Tensor>> {
  const out = new Map<string, Tensor>();
  for (const [name, value] of await fixtureTensors(family)) {
    const [pattern, to] = NAMES.find(([from]) => from.test(name))!;
    const heads = name.includes("q_proj") ? config.heads[0]! : config.keyValueHeads[0]!;
    const turned = config.architecture === "llama" && /[qk]_proj/.test(name);
    out.set(name.replace(pattern, to), turned ? permuted(value, heads) : value);
  }
  return out;
}

/** Metadata of a configuration. */
export const metadataOf = (c: TransformerConfig, more: Record<string, string | number> = {}) => ({
  "general.architecture": c.architecture,
  ...Object.fromEntries(
    Object.entries({
      embedding_length: c.width,
      block_count: c.heads.length,
      "attention.head_count": c.heads[0]!,
      "attention.head_count_kv": c.keyValueHeads[0]!,
      "attention.key_length": c.headWidth,
      feed_forward_length: c.innerWidth,
      context_length: c.maxPositions,
      "attention.layer_norm_rms_epsilon": c.epsilon,
      "rope.freq_base": c.positions.kind === "rotary" ? c.positions.rotary.base : 0,
      ...more,
    }).map(([key, value]) => [`${c.architecture}.${key}`, value]),
  ),
});

export const tokenizerOf = ({ vocabulary }: TransformerConfig) => ({
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.pre": "default",
  "tokenizer.ggml.tokens": Array.from({ length: vocabulary }, (_, k) => (k < 26 ? String.fromCharCode(97 + k) : `tok${k}`)),
  "tokenizer.ggml.token_type": Array.from({ length: vocabulary }, () => 1),
  "tokenizer.ggml.merges": [] as string[],
});

/** A fixture as the bytes of a GGUF file; its tokens are the letters `a` to `z` and others that no text has. */
export async function fixtureGguf(family: string, divisors?: readonly number[]): Promise<Uint8Array> {
  const config = fixtureConfig(family);
  const tensors = await converted(family, config);
  if (divisors) tensors.set("rope_freqs.weight", tensor(Float32Array.from(divisors), [divisors.length]));
  return writeGguf({ ...metadataOf(config), ...tokenizerOf(config) }, tensors);
}
