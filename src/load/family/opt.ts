/** OPT (Zhang et al. 2022): a pre-norm decoder with learned positions that begin at row 2, and ReLU. */
import { z } from "zod";
import { InputError } from "../../run/errors.ts";
import type { Family } from "./family.ts";
import { ACTIVATION, activation, all, causalFixed, checkHeads, count, headWidthOf, layers } from "./reading/keys.ts";
import { attention, normed, withBias } from "./reading/naming.ts";

const schema = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: layers.default(12),
  num_attention_heads: count.default(12),
  ffn_dim: count.default(3072),
  vocab_size: count.default(50272),
  max_position_embeddings: count.default(2048),
  word_embed_proj_dim: count.nullish(),
  activation_function: activation.default("relu"),
  enable_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
  pruned_heads: z.unknown().optional(),
});

export const opt: Family<typeof schema> = {
  modelType: "opt",
  tokenizerClass: "GPT2Tokenizer",
  keys: {
    schema,
    fixed: {
      ...causalFixed,
      do_layer_norm_before: [true], // opt-350m normalizes after each branch
      _remove_final_layer_norm: [false],
      layer_norm_elementwise_affine: [true],
    },
  },
  configOf(c, { where, modelType }) {
    checkHeads(c.num_hidden_layers, c.num_attention_heads, where);
    if ((c.word_embed_proj_dim ?? c.hidden_size) !== c.hidden_size)
      throw new InputError(
        `${where}: "word_embed_proj_dim" is ${c.word_embed_proj_dim} and "hidden_size" is ${c.hidden_size}, but projected embeddings are not supported; use another model`,
      );
    return {
      family: "decoder",
      architecture: modelType,
      vocabulary: c.vocab_size,
      width: c.hidden_size,
      headWidth: headWidthOf(c.hidden_size, c.num_attention_heads, where),
      heads: all(c.num_hidden_layers, c.num_attention_heads),
      keyValueHeads: all(c.num_hidden_layers, c.num_attention_heads),
      innerWidth: c.ffn_dim,
      maxPositions: c.max_position_embeddings,
      positions: { kind: "learned", offset: 2, skipsPadding: true },
      tokenTypes: 0,
      norm: "layer",
      epsilon: 1e-5,
      activation: ACTIVATION[c.activation_function],
      gated: false,
      inputBias: c.enable_bias,
      outputBias: c.enable_bias,
      feedForwardBias: c.enable_bias,
      languageHead: "causal",
      tied: c.tie_word_embeddings,
    };
  },
  tensors: {
    prefix: "model.",
    layer: "decoder.layers.*.",
    perLayer: {
      ...attention("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj"),
      ...normed("attentionNorm", "self_attn_layer_norm"),
      ...withBias("feedForward.up", "feedForward.upBias", "fc1"),
      ...withBias("feedForward.down", "feedForward.downBias", "fc2"),
      ...normed("feedForwardNorm", "final_layer_norm"),
    },
    below: {
      "embeddings.tokens": "decoder.embed_tokens.weight",
      "embeddings.positions": "decoder.embed_positions.weight",
      ...normed("norm", "decoder.final_layer_norm"),
    },
    whole: { output: "lm_head.weight" },
  },
};
