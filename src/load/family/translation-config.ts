/** Reads and writes `config.json` of Marian (Junczys-Dowmunt et al. 2018) and M2M-100 (Fan et al. 2020). */
import { z } from "zod";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { InputError } from "../../run/errors.ts";
import { TRANSLATION_ARCHITECTURES } from "./config.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, layers, read } from "./config-keys.ts";
import { readStrict } from "./config-strict.ts";
import { withOriginalHeads } from "./original-heads.ts";

const id = z.int().nonnegative();
const sizes = z.object({
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
});

/** Keys inherited from BART, fixed here. */
const fixed = {
  is_causal: [true],
  is_encoder_decoder: [true],
  is_decoder: [false],
  extra_pos_embeddings: [0, 2, 58101],
  add_bias_logits: [false],
  normalize_embedding: [false],
};
/** Encoder–decoders use the names of other families for the layers and heads of the encoder. */
const aliases = {
  num_attention_heads: "encoder_attention_heads",
  hidden_size: "d_model",
  num_hidden_layers: "encoder_layers",
};

const MARIAN = {
  schema: sizes.extend({
    vocab_size: count.default(58101),
    activation_function: activation.default("gelu"),
    scale_embedding: z.boolean().default(false),
    pad_token_id: id.default(58100),
    eos_token_id: id.default(0),
    decoder_start_token_id: id.default(58100),
    decoder_vocab_size: count.nullish(),
    share_encoder_decoder_embeddings: z.literal(true).default(true),
  }),
  aliases,
  fixed: { ...fixed, static_position_embeddings: [true], normalize_before: [false], add_final_layer_norm: [false] },
};

const M2M = {
  schema: sizes.extend({
    activation_function: activation.default("relu"),
    scale_embedding: z.boolean().default(true),
    pad_token_id: id.default(1),
    eos_token_id: id.default(2),
    decoder_start_token_id: id.default(2),
  }),
  aliases,
  fixed: { ...fixed, static_position_embeddings: [true, false], normalize_before: [true], add_final_layer_norm: [true] },
};

/** Reads an encoder–decoder's configuration from the parsed `config.json`; `where` names the file in errors. */
export function readTranslationConfig(json: unknown, where: string): EncoderDecoderConfig {
  const { model_type } = read(z.looseObject({ model_type: z.string() }), json, where);
  if (!TRANSLATION_ARCHITECTURES.includes(model_type)) {
    throw new InputError(
      `${where}: "${model_type}" is not a translation model; use one of ${TRANSLATION_ARCHITECTURES.join(", ")} ` +
        "(`headwise look` and `headwise report` take encoders and decoders)",
    );
  }
  return withOriginalHeads(model_type === "marian" ? fromMarian(json, where) : fromM2m(json, where), json, where);
}

function fromMarian(json: unknown, where: string): EncoderDecoderConfig {
  const c = readStrict(MARIAN, json, "marian", where);
  if ((c.decoder_vocab_size ?? c.vocab_size) !== c.vocab_size) {
    throw new InputError(
      `${where}: "decoder_vocab_size" is ${c.decoder_vocab_size} and "vocab_size" ${c.vocab_size}; use a model with one shared vocabulary`,
    );
  }
  const own = { architecture: "marian", normFirst: false, finalLogitsBias: true } as const;
  return { ...common(c, where), ...own, positions: { spacing: "paper", offset: 0 } };
}

function fromM2m(json: unknown, where: string): EncoderDecoderConfig {
  const c = readStrict(M2M, json, "m2m_100", where);
  if (c.pad_token_id === c.eos_token_id) {
    throw new InputError(
      `${where}: "pad_token_id" is "eos_token_id" (${c.pad_token_id}), but M2M-100 gives padding no position; use a separate padding id`,
    );
  }
  const own = { architecture: "m2m_100", normFirst: true, finalLogitsBias: false } as const;
  return { ...common(c, where), ...own, positions: { spacing: "tensor2tensor", offset: c.pad_token_id + 1 } };
}

function common(c: z.infer<typeof MARIAN.schema> | z.infer<typeof M2M.schema>, where: string) {
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
  } as const;
}

/** The ε of layer norms in both families. */
const EPSILON = 1e-5;
const ACTIVATION_NAMES = { gelu: "gelu", gelu_tanh: "gelu_new", relu: "relu", silu: "silu" } as const;

/**
 * Returns the `config.json` with which stock transformers builds the same model: Marian for post-norm models, M2M-100 for
 * pre-norm models. Throws `InputError` if neither computes the same function.
 */
export function translationConfigJson(config: EncoderDecoderConfig): Record<string, unknown> {
  checkStock(config);
  const { architecture, ids } = config;
  const class_ = architecture === "marian" ? "MarianMTModel" : "M2M100ForConditionalGeneration";
  return {
    architectures: [class_],
    model_type: architecture,
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
    ...(architecture === "marian" && { share_encoder_decoder_embeddings: true, decoder_vocab_size: config.vocabulary }),
    pad_token_id: ids.padding,
    eos_token_id: ids.end,
    bos_token_id: null,
    forced_eos_token_id: ids.end,
    decoder_start_token_id: ids.start,
    torch_dtype: "float32",
  };
}

/** Throws `InputError` if the configuration differs from what the architecture fixes. */
function checkStock(config: EncoderDecoderConfig): void {
  const { architecture, width, headWidth, encoderHeads, decoderHeads, crossHeads, positions, ids } = config;
  const marian = architecture === "marian";
  const heads = [...encoderHeads, ...decoderHeads, ...crossHeads];
  const problems: readonly (readonly [boolean, string])[] = [
    [encoderHeads.length === 0 || decoderHeads.length === 0, "has at least one layer in the encoder and the decoder"],
    [heads.some((h) => h * headWidth !== width), `has heads that fill the width ${width} in every layer`],
    [
      config.normFirst === marian,
      `has its norms ${marian ? "after the sums (post-norm)" : "before the sub-layers (pre-norm)"}`,
    ],
    [config.epsilon !== EPSILON, `has norms with an epsilon of ${EPSILON}`],
    [config.finalLogitsBias !== marian, `has ${marian ? "a" : "no"} final logits bias`],
    [positions.spacing !== (marian ? "paper" : "tensor2tensor"), "has positions with different frequencies"],
    [positions.offset !== (marian ? 0 : ids.padding + 1), `has positions that start at ${marian ? 0 : "the padding id + 1"}`],
    [!marian && ids.start === ids.padding, "has no position for padding, so that it cannot be the start id"],
  ];
  const problem = problems.find(([wrong]) => wrong)?.[1];
  if (problem)
    throw new InputError(`the model cannot be saved as ${architecture}: such a model ${problem}; change the configuration`);
}
