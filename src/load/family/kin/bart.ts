/** The common part of encoder–decoders that descend from BART (Lewis et al. 2020): keys, mapping both ways and tensor names. */
import { z } from "zod";
import type { EncoderDecoderConfig } from "../../../models/encoder-decoder-config.ts";
import { InputError } from "../../../run/errors.ts";
import type { TranslationNaming } from "../family.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, id, layers } from "../reading/keys.ts";
import { attention, normed, withBias } from "../reading/naming.ts";

/** The keys, with the defaults of M2M-100. */
export const bartSchema = z.object({
  vocab_size: count.default(128112),
  d_model: count.default(1024),
  encoder_layers: layers.default(12),
  decoder_layers: layers.default(12),
  encoder_attention_heads: count.default(16),
  decoder_attention_heads: count.default(16),
  encoder_ffn_dim: count.default(4096),
  decoder_ffn_dim: count.default(4096),
  max_position_embeddings: count.default(1024),
  tie_word_embeddings: z.literal(true).default(true),
  activation_function: activation.default("relu"),
  scale_embedding: z.boolean().default(true),
  pad_token_id: id.default(1),
  eos_token_id: id.default(2),
  decoder_start_token_id: id.default(2),
});

/** Keys inherited from BART, fixed here. */
export const bartFixed = {
  is_causal: [true],
  is_encoder_decoder: [true],
  is_decoder: [false],
  extra_pos_embeddings: [0, 2, 58101],
  add_bias_logits: [false],
  normalize_embedding: [false],
};

/** Encoder–decoders use the names of other families for the layers and heads of the encoder. */
export const bartAliases = {
  num_attention_heads: "encoder_attention_heads",
  hidden_size: "d_model",
  num_hidden_layers: "encoder_layers",
};

/** The choices that distinguish the variants. */
export interface Variant extends Pick<EncoderDecoderConfig, "architecture" | "normFirst" | "finalLogitsBias"> {
  /** The class of transformers. */
  readonly className: string;
  readonly spacing: EncoderDecoderConfig["positions"]["spacing"];
  /** The row of the first position. */
  readonly start: 0 | "the padding id + 1";
}

const offsetOf = ({ start }: Variant, padding: number): number => (start === 0 ? 0 : padding + 1);

/** The ε of layer norms in all variants. */
const EPSILON = 1e-5;

/** Maps the keys of a variant. */
export function bartConfig(c: z.infer<typeof bartSchema>, variant: Variant, where: string): EncoderDecoderConfig {
  checkHeads(c.encoder_layers + c.decoder_layers, c.encoder_attention_heads, where);
  const headWidth = headWidthOf(c.d_model, c.encoder_attention_heads, where);
  if (c.encoder_attention_heads !== c.decoder_attention_heads) {
    throw new InputError(
      `${where}: ${c.encoder_attention_heads} heads in the encoder and ${c.decoder_attention_heads} in the decoder; use a model with the same number in both`,
    );
  }
  const ids = { start: c.decoder_start_token_id, end: c.eos_token_id, padding: c.pad_token_id };
  for (const [name, value] of Object.entries(ids)) {
    if (value >= c.vocab_size)
      throw new InputError(
        `${where}: the ${name} id ${value} is not below "vocab_size" (${c.vocab_size}); correct one of them`,
      );
  }
  return {
    family: "encoder-decoder",
    vocabulary: c.vocab_size,
    width: c.d_model,
    headWidth,
    encoderHeads: all(c.encoder_layers, c.encoder_attention_heads),
    decoderHeads: all(c.decoder_layers, c.decoder_attention_heads),
    crossHeads: all(c.decoder_layers, c.decoder_attention_heads),
    encoderInnerWidth: c.encoder_ffn_dim,
    decoderInnerWidth: c.decoder_ffn_dim,
    maxPositions: c.max_position_embeddings,
    activation: ACTIVATION[c.activation_function],
    epsilon: EPSILON,
    scaleEmbedding: c.scale_embedding,
    ids,
    architecture: variant.architecture,
    normFirst: variant.normFirst,
    finalLogitsBias: variant.finalLogitsBias,
    positions: { spacing: variant.spacing, offset: offsetOf(variant, ids.padding) },
  };
}

const ACTIVATION_NAMES = { gelu: "gelu", gelu_tanh: "gelu_new", relu: "relu", silu: "silu" } as const;

/** A reason why a model cannot be saved: true if it applies, and the property that it violates. */
export type Problem = readonly [applies: boolean, violated: string];

/** Returns the `config.json` of a variant with its `own` keys. Throws `InputError` if its class computes another function. */
export function bartJson(
  config: EncoderDecoderConfig,
  variant: Variant,
  own: Readonly<Record<string, unknown>> = {},
  problems: readonly Problem[] = [],
): Record<string, unknown> {
  checkStock(config, variant, problems);
  const { ids } = config;
  return {
    architectures: [variant.className],
    model_type: variant.architecture,
    is_encoder_decoder: true,
    vocab_size: config.vocabulary,
    d_model: config.width,
    encoder_layers: config.encoderHeads.length,
    decoder_layers: config.decoderHeads.length,
    encoder_attention_heads: config.encoderHeads[0],
    decoder_attention_heads: config.encoderHeads[0],
    encoder_ffn_dim: config.encoderInnerWidth,
    decoder_ffn_dim: config.decoderInnerWidth,
    max_position_embeddings: config.maxPositions,
    activation_function: ACTIVATION_NAMES[config.activation],
    scale_embedding: config.scaleEmbedding,
    tie_word_embeddings: true,
    ...own,
    pad_token_id: ids.padding,
    eos_token_id: ids.end,
    bos_token_id: null,
    forced_eos_token_id: ids.end,
    decoder_start_token_id: ids.start,
    torch_dtype: "float32",
  };
}

/** Throws `InputError` if the configuration differs from what the variant fixes. */
function checkStock(config: EncoderDecoderConfig, variant: Variant, others: readonly Problem[]): void {
  const { width, headWidth, encoderHeads, decoderHeads, crossHeads, positions, ids } = config;
  const { architecture, normFirst, finalLogitsBias, spacing, start } = variant;
  const heads = [...encoderHeads, ...decoderHeads, ...crossHeads];
  const problems: readonly Problem[] = [
    [encoderHeads.length === 0 || decoderHeads.length === 0, "has at least one layer in the encoder and the decoder"],
    [heads.some((h) => h * headWidth !== width), `has heads that fill the width ${width} in every layer`],
    [
      config.normFirst !== normFirst,
      `has its norms ${normFirst ? "before the sub-layers (pre-norm)" : "after the sums (post-norm)"}`,
    ],
    [config.epsilon !== EPSILON, `has norms with an epsilon of ${EPSILON}`],
    [config.finalLogitsBias !== finalLogitsBias, `has ${finalLogitsBias ? "a" : "no"} final logits bias`],
    [positions.spacing !== spacing, "has positions with different frequencies"],
    [positions.offset !== offsetOf(variant, ids.padding), `has positions that start at ${start}`],
    ...others,
  ];
  const problem = problems.find(([applies]) => applies)?.[1];
  if (problem)
    throw new InputError(`the model cannot be saved as ${architecture}: such a model ${problem}; change the configuration`);
}

const projections = (module: string) =>
  attention(`${module}.q_proj`, `${module}.k_proj`, `${module}.v_proj`, `${module}.out_proj`);

export const bartTensors: TranslationNaming = {
  tables: [
    "model.shared.weight",
    ...["model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight"],
  ],
  finalLogitsBias: "final_logits_bias",
  side: "model.*.",
  layer: "layers.*.",
  perLayer: {
    ...projections("self_attn"),
    ...Object.fromEntries(
      Object.entries(projections("encoder_attn")).map(([path, name]) => [path.replace("attention", "cross"), name]),
    ),
    ...normed("attentionNorm", "self_attn_layer_norm"),
    ...normed("crossNorm", "encoder_attn_layer_norm"),
    ...withBias("feedForward.up", "feedForward.upBias", "fc1"),
    ...withBias("feedForward.down", "feedForward.downBias", "fc2"),
    ...normed("feedForwardNorm", "final_layer_norm"),
  },
  perSide: normed("norm", "layer_norm"),
  computed: /^model\.(en|de)coder\.embed_positions\.weights?$/,
};
