/** Qwen2 (Yang et al. 2024): Llama with input biases, and if enabled a window from `max_window_layers` up or by `layer_types`. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { llamaConfig, llamaTensors, windowedSchema, windowsOf } from "./kin/llama.ts";
import { llamaGguf } from "./kin/llama-gguf.ts";
import { causalFixed, count } from "./reading/keys.ts";

const schema = windowedSchema.extend({
  num_key_value_heads: count.nullable().default(32),
  intermediate_size: count.default(22016),
  vocab_size: count.default(151936),
  max_position_embeddings: count.default(32768),
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.int().default(28),
});

export const qwen2: Family<typeof schema> = {
  modelType: "qwen2",
  tokenizerClass: "Qwen2Tokenizer",
  keys: { schema, fixed: { ...causalFixed, attention_bias: [true], qkv_bias: [true], mlp_bias: [false] } },
  configOf(c, given) {
    const window = c.use_sliding_window ? c.sliding_window : null;
    const kindOf = (l: number) => (window !== null && l >= c.max_window_layers ? "sliding_attention" : "full_attention");
    const types = c.layer_types ?? Array.from({ length: c.num_hidden_layers }, (_, l) => kindOf(l));
    return { ...llamaConfig(c, given), inputBias: true, windows: windowsOf(c, types, window, given.where) };
  },
  tensors: llamaTensors,
  gguf: llamaGguf("qwen2", "Qwen2ForCausalLM"),
};
