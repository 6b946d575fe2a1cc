/** Mistral (Jiang et al. 2023): Llama with a window in all layers, or with `layer_types` (Ministral) in the layers they list. */
import type { Family } from "./family.ts";
import { llamaConfig, llamaTensors, windowedSchema, windowsOf } from "./kin/llama.ts";
import { all, causalFixed, count } from "./reading/keys.ts";

const schema = windowedSchema.extend({
  num_key_value_heads: count.nullable().default(8),
  intermediate_size: count.default(14336),
  max_position_embeddings: count.default(131072),
});

export const mistral: Family<typeof schema> = {
  modelType: "mistral",
  tokenizerClass: "TokenizersBackend",
  keys: { schema, fixed: { ...causalFixed, attention_bias: [false], mlp_bias: [false] } },
  configOf(c, given) {
    const kind = c.sliding_window === null ? "full_attention" : "sliding_attention";
    const types = c.layer_types ?? all(c.num_hidden_layers, kind);
    return { ...llamaConfig(c, given), windows: windowsOf(c, types, c.sliding_window, given.where) };
  },
  tensors: llamaTensors,
};
