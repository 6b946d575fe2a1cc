/** The common part of Llama and its variants: keys, mapping, windows and tensor names. */
import { z } from "zod";
import type { TransformerConfig } from "../../../models/config.ts";
import { InputError } from "../../../run/errors.ts";
import type { Given, Naming } from "../family.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, layers, positive } from "../reading/keys.ts";
import { attention, withBias } from "../reading/naming.ts";
import { rotaryKeys, rotaryOf } from "../reading/rotary.ts";

export const llamaSchema = z.object({
  hidden_size: count.default(4096),
  num_hidden_layers: layers.default(32),
  num_attention_heads: count.default(32),
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count.default(11008),
  vocab_size: count.default(32000),
  max_position_embeddings: count.default(2048),
  rms_norm_eps: positive.default(1e-6),
  hidden_act: activation.default("silu"),
  tie_word_embeddings: z.boolean().default(false),
  ...rotaryKeys,
});
type LlamaKeys = z.infer<typeof llamaSchema>;

const kinds = z.array(z.enum(["full_attention", "sliding_attention"])).nullish();

/** The keys of variants with windows. */
export const windowedSchema = llamaSchema.extend({ sliding_window: count.nullable().default(4096), layer_types: kinds });

/** Maps the keys of a variant of Llama, without biases and windows. */
export function llamaConfig(c: LlamaKeys, { where, modelType }: Given): TransformerConfig {
  checkHeads(c.num_hidden_layers, c.num_attention_heads, where);
  const headWidth = c.head_dim ?? headWidthOf(c.hidden_size, c.num_attention_heads, where);
  const keyValueHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % keyValueHeads !== 0) {
    throw new InputError(
      `${where}: ${c.num_attention_heads} query heads cannot share ${keyValueHeads} key/value heads evenly; use the config.json that came with the weights`,
    );
  }
  if (headWidth % 2)
    throw new InputError(
      `${where}: rotary positions need an even head width, got ${headWidth}; use the config.json that came with the weights`,
    );
  return {
    family: "decoder",
    architecture: modelType,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    headWidth,
    heads: all(c.num_hidden_layers, c.num_attention_heads),
    keyValueHeads: all(c.num_hidden_layers, keyValueHeads),
    innerWidth: c.intermediate_size,
    maxPositions: c.max_position_embeddings,
    positions: { kind: "rotary", rotary: rotaryOf(c, headWidth, where) },
    tokenTypes: 0,
    norm: "rms",
    epsilon: c.rms_norm_eps,
    activation: ACTIVATION[c.hidden_act],
    gated: true,
    inputBias: false,
    outputBias: false,
    feedForwardBias: false,
    languageHead: "causal",
    tied: c.tie_word_embeddings,
  };
}

/** Returns the attention window of each layer in positions, undefined for a layer without; undefined if no layer has one. */
export function windowsOf(
  { num_hidden_layers: layers }: LlamaKeys,
  types: readonly string[],
  window: number | null,
  where: string,
): (number | undefined)[] | undefined {
  if (types.length !== layers) {
    throw new InputError(
      `${where}: "layer_types" has ${types.length} layers, but "num_hidden_layers" is ${layers}; list each layer once`,
    );
  }
  if (!types.includes("sliding_attention")) return undefined;
  if (window === null) {
    throw new InputError(
      `${where}: "layer_types" has sliding_attention, but no window is enabled; set "sliding_window" (and "use_sliding_window" for qwen2)`,
    );
  }
  return types.map((type) => (type === "sliding_attention" ? window : undefined));
}

export const llamaTensors: Naming = {
  prefix: "model.",
  layer: "layers.*.",
  perLayer: {
    ...attention("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
    "attentionNorm.scale": "input_layernorm.weight",
    ...withBias("feedForward.up", "feedForward.upBias", "mlp.up_proj"),
    "feedForward.gate": "mlp.gate_proj.weight",
    ...withBias("feedForward.down", "feedForward.downBias", "mlp.down_proj"),
    "feedForwardNorm.scale": "post_attention_layernorm.weight",
  },
  below: { "embeddings.tokens": "embed_tokens.weight", "norm.scale": "norm.weight" },
  whole: { output: "lm_head.weight" },
};
