/** GPT-2 (Radford et al. 2019): a pre-norm decoder with learned positions and fused projections stored as [in, out]. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { ACTIVATION, activation, all, causalFixed, checkHeads, count, headWidthOf, layers, positive } from "./reading/keys.ts";
import { attention, normed, withBias } from "./reading/naming.ts";

const schema = z.object({
  n_embd: count.default(768),
  n_layer: layers.default(12),
  n_head: count.default(12),
  n_inner: count.nullish(),
  vocab_size: count.default(50257),
  n_positions: count.default(1024),
  layer_norm_epsilon: positive.default(1e-5),
  activation_function: activation.default("gelu_new"),
  scale_attn_weights: z.literal(true).default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(true),
  pruned_heads: z.unknown().optional(),
});

export const gpt2: Family<typeof schema> = {
  modelType: "gpt2",
  tokenizerClass: "GPT2Tokenizer",
  keys: {
    schema,
    aliases: {
      hidden_size: "n_embd",
      max_position_embeddings: "n_positions",
      num_attention_heads: "n_head",
      num_hidden_layers: "n_layer",
    },
    fixed: causalFixed,
    neutral: ["reorder_and_upcast_attn"], // only the order of a product
  },
  configOf(c, { where, modelType }) {
    checkHeads(c.n_layer, c.n_head, where);
    return {
      family: "decoder",
      architecture: modelType,
      vocabulary: c.vocab_size,
      width: c.n_embd,
      headWidth: headWidthOf(c.n_embd, c.n_head, where),
      heads: all(c.n_layer, c.n_head),
      keyValueHeads: all(c.n_layer, c.n_head),
      innerWidth: c.n_inner ?? 4 * c.n_embd,
      maxPositions: c.n_positions,
      positions: { kind: "learned", offset: 0 },
      tokenTypes: 0,
      norm: "layer",
      epsilon: c.layer_norm_epsilon,
      activation: ACTIVATION[c.activation_function],
      gated: false,
      inputBias: true,
      outputBias: true,
      feedForwardBias: true,
      languageHead: "causal",
      tied: c.tie_word_embeddings,
    };
  },
  tensors: {
    prefix: "transformer.",
    layer: "h.*.",
    perLayer: {
      ...attention("attn.c_attn", "attn.c_attn", "attn.c_attn", "attn.c_proj"),
      ...normed("attentionNorm", "ln_1"),
      ...withBias("feedForward.up", "feedForward.upBias", "mlp.c_fc"),
      ...withBias("feedForward.down", "feedForward.downBias", "mlp.c_proj"),
      ...normed("feedForwardNorm", "ln_2"),
    },
    below: { "embeddings.tokens": "wte.weight", "embeddings.positions": "wpe.weight", ...normed("norm", "ln_f") },
    whole: { output: "lm_head.weight" },
    inputsFirst: true,
  },
};
