/** The common part of BERT and its variants: keys, mapping and tensor names. */
import { z } from "zod";
import type { Positions, TransformerConfig } from "../../../models/config.ts";
import type { Given } from "../family.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, layers, positive } from "../reading/keys.ts";
import { attention, normed, withBias } from "../reading/naming.ts";

export const bertSchema = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: layers.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(3072),
  vocab_size: count.default(30522),
  max_position_embeddings: count.default(512),
  type_vocab_size: count.default(2),
  layer_norm_eps: positive.default(1e-12),
  hidden_act: activation.default("gelu"),
  pad_token_id: z.int().nullable().default(0),
  tie_word_embeddings: z.boolean().default(true),
  pruned_heads: z.unknown().optional(),
});

/** Only bidirectional encoders are supported. */
export const bertFixed = { is_causal: [false], is_decoder: [false] };

/** Maps the keys of a variant of BERT; a class with a masked language head implies one. */
export function bertConfig(
  c: z.infer<typeof bertSchema>,
  positions: Positions,
  { where, modelType, architectures }: Given,
): TransformerConfig {
  checkHeads(c.num_hidden_layers, c.num_attention_heads, where);
  return {
    family: "encoder",
    architecture: modelType,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    headWidth: headWidthOf(c.hidden_size, c.num_attention_heads, where),
    heads: all(c.num_hidden_layers, c.num_attention_heads),
    keyValueHeads: all(c.num_hidden_layers, c.num_attention_heads),
    innerWidth: c.intermediate_size,
    maxPositions: c.max_position_embeddings,
    positions,
    tokenTypes: c.type_vocab_size,
    norm: "layer",
    epsilon: c.layer_norm_eps,
    activation: ACTIVATION[c.hidden_act],
    gated: false,
    inputBias: true,
    outputBias: true,
    feedForwardBias: true,
    languageHead: architectures.some((a) => /MaskedLM|ForPreTraining/.test(a)) ? "masked" : "none",
    tied: c.tie_word_embeddings,
  };
}

export const bertEmbeddings = {
  "embeddings.tokens": "embeddings.word_embeddings.weight",
  "embeddings.positions": "embeddings.position_embeddings.weight",
  "embeddings.types": "embeddings.token_type_embeddings.weight",
  ...normed("embeddings.norm", "embeddings.LayerNorm"),
};

/** The names of the embeddings and layers. */
export const bertModules = {
  layer: "encoder.layer.*.",
  perLayer: {
    ...attention("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
    ...normed("attentionNorm", "attention.output.LayerNorm"),
    ...withBias("feedForward.up", "feedForward.upBias", "intermediate.dense"),
    ...withBias("feedForward.down", "feedForward.downBias", "output.dense"),
    ...normed("feedForwardNorm", "output.LayerNorm"),
  },
  below: bertEmbeddings,
};
