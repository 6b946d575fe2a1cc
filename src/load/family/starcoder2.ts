/** StarCoder2 (Lozhkov et al. 2024): Llama with layer norms, biases, a plain feed-forward layer, and a window in all layers. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { llamaConfig, llamaTensors, windowedSchema, windowsOf } from "./kin/llama.ts";
import { activation, all, causalFixed, count, positive } from "./reading/keys.ts";
import { attention, normed, withBias } from "./reading/naming.ts";

const schema = windowedSchema.omit({ rms_norm_eps: true, layer_types: true }).extend({
  hidden_size: count.default(3072),
  num_hidden_layers: windowedSchema.shape.num_hidden_layers.unwrap().default(30),
  num_attention_heads: count.default(24),
  num_key_value_heads: count.nullable().default(2),
  intermediate_size: count.default(12288),
  vocab_size: count.default(49152),
  max_position_embeddings: count.default(4096),
  norm_epsilon: positive.default(1e-5),
  hidden_act: activation.default("gelu_pytorch_tanh"),
  sliding_window: count.nullable().default(null),
  use_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
});

export const starcoder2: Family<typeof schema> = {
  modelType: "starcoder2",
  tokenizerClass: "GPT2Tokenizer",
  keys: {
    schema,
    fixed: { ...causalFixed, mlp_type: ["default"], norm_type: ["layer_norm"], scale_attn_weights: [true] },
    // `hidden_act` and `norm_epsilon` are read instead of the first two; the others only choose a precision
    neutral: [
      ...["activation_function", "layer_norm_epsilon"],
      ...["attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "residual_dropout"],
    ],
  },
  configOf(c, given) {
    const kind = c.sliding_window === null ? "full_attention" : "sliding_attention";
    const keys = { ...c, rms_norm_eps: c.norm_epsilon };
    return {
      ...llamaConfig(keys, given),
      ...{ norm: "layer", gated: false, inputBias: c.use_bias, outputBias: c.use_bias, feedForwardBias: c.use_bias },
      windows: windowsOf(keys, all(c.num_hidden_layers, kind), c.sliding_window, given.where),
    };
  },
  tensors: {
    ...llamaTensors,
    perLayer: {
      ...attention("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
      ...normed("attentionNorm", "input_layernorm"),
      ...withBias("feedForward.up", "feedForward.upBias", "mlp.c_fc"),
      ...withBias("feedForward.down", "feedForward.downBias", "mlp.c_proj"),
      ...normed("feedForwardNorm", "post_attention_layernorm"),
    },
    below: { "embeddings.tokens": "embed_tokens.weight", ...normed("norm", "norm") },
  },
};
