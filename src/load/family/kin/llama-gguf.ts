/** The GGUF files of Llama and its variants. */
import type { TensorFile } from "../../format/tensors.ts";
import type { GgufFamily } from "../family.ts";
import { headsOf, headWidthOf, layersOf, ropeScaling, same, tokenIds } from "../reading/gguf-values.ts";

type Json = Readonly<Record<string, unknown>>;

/** Describes the GGUF files of a variant, a class of transformers; `own` returns further keys of its `config.json`. */
export const llamaGguf = (architecture: string, className: string, own?: (file: TensorFile) => Json): GgufFamily => ({
  architecture,
  reads: [
    ...["block_count", "embedding_length", "feed_forward_length", "context_length"],
    ...["attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length"],
    ...["attention.layer_norm_rms_epsilon", "rope.freq_base", "rope.dimension_count"],
    ...["rope.scaling.type", "rope.scaling.factor", "rope.scale_linear"],
  ],
  async configJson({ keys, metadata, file, where }) {
    const at = `${where}: ${architecture}`;
    const layers = layersOf(keys, file, at);
    const { heads, keyValueHeads, kept } = headsOf(keys, layers, at);
    const headWidth = headWidthOf(keys, heads, file, at);
    return {
      architectures: [className],
      model_type: architecture,
      hidden_size: keys.count("embedding_length"),
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: keyValueHeads,
      head_dim: headWidth,
      intermediate_size: same(keys.counts("feed_forward_length", layers), `${at}.feed_forward_length`),
      hidden_act: "silu",
      vocab_size: file.tensors.get("token_embd.weight")?.shape[0],
      max_position_embeddings: keys.count("context_length"),
      rms_norm_eps: keys.positive("attention.layer_norm_rms_epsilon"),
      rope_theta: keys.positive("rope.freq_base", 10000),
      rope_scaling: await ropeScaling(keys, file, where),
      ...own?.(file),
      tie_word_embeddings: !file.tensors.has("output.weight"),
      ...(kept && { headwise: { heads: kept } }),
      ...tokenIds(metadata),
    };
  },
  perLayer: {
    attn_norm: "input_layernorm",
    attn_q: "self_attn.q_proj",
    attn_k: "self_attn.k_proj",
    attn_v: "self_attn.v_proj",
    attn_output: "self_attn.o_proj",
    ffn_norm: "post_attention_layernorm",
    ffn_gate: "mlp.gate_proj",
    ffn_up: "mlp.up_proj",
    ffn_down: "mlp.down_proj",
  },
  whole: { token_embd: "model.embed_tokens", output_norm: "model.norm", output: "lm_head" },
});
