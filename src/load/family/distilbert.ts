/** DistilBERT (Sanh et al. 2019): BERT without token types, with other names for keys and tensors. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { bertConfig, bertEmbeddings, bertFixed } from "./kin/bert.ts";
import { activation, count, layers } from "./reading/keys.ts";
import { attention, normed, withBias } from "./reading/naming.ts";

const EPSILON = 1e-12;

const schema = z.object({
  dim: count.default(768),
  n_layers: layers.default(6),
  n_heads: count.default(12),
  hidden_dim: count.default(3072),
  vocab_size: count.default(30522),
  max_position_embeddings: count.default(512),
  activation: activation.default("gelu"),
  tie_word_embeddings: z.boolean().default(true),
  pruned_heads: z.unknown().optional(),
});

export const distilbert: Family<typeof schema> = {
  modelType: "distilbert",
  tokenizerClass: "BertTokenizer",
  keys: {
    schema,
    aliases: { hidden_size: "dim", num_attention_heads: "n_heads", num_hidden_layers: "n_layers" },
    fixed: { ...bertFixed, layer_norm_eps: [EPSILON], type_vocab_size: [0] },
    neutral: ["sinusoidal_pos_embds", "tie_weights_"], // the positions are stored either way
  },
  configOf({ dim, n_layers, n_heads, hidden_dim, activation, ...c }, given) {
    const sizes = {
      hidden_size: dim,
      num_hidden_layers: n_layers,
      num_attention_heads: n_heads,
      intermediate_size: hidden_dim,
    };
    const rest = { hidden_act: activation, type_vocab_size: 1, layer_norm_eps: EPSILON, pad_token_id: 0 };
    return { ...bertConfig({ ...c, ...sizes, ...rest }, { kind: "learned", offset: 0 }, given), tokenTypes: 0 };
  },
  tensors: {
    prefix: "distilbert.",
    layer: "transformer.layer.*.",
    perLayer: {
      ...attention("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
      ...normed("attentionNorm", "sa_layer_norm"),
      ...withBias("feedForward.up", "feedForward.upBias", "ffn.lin1"),
      ...withBias("feedForward.down", "feedForward.downBias", "ffn.lin2"),
      ...normed("feedForwardNorm", "output_layer_norm"),
    },
    below: bertEmbeddings,
    whole: {
      ...withBias("head.dense", "head.denseBias", "vocab_transform"),
      ...normed("head.norm", "vocab_layer_norm"),
      ...withBias("head.output", "head.outputBias", "vocab_projector"),
    },
  },
};
