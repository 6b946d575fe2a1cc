/** A new model's `config.json` in Hugging Face's format, from the sizes of a training run. */
import { featureFault } from "../load/family/reading/feature-keys.ts";
import { featuredType } from "../load/family/reading/headwise-keys.ts";
import { ownKeyValueHeads } from "../models/features-of.ts";
import type { AttentionFeatures } from "../nn/features/features.ts";
import { InputError } from "../run/errors.ts";
import type { TrainConfig } from "./config.ts";
import { headPlan } from "./heads.ts";

/** The settings determined by the tokenizer. */
export interface TokenFacts {
  readonly vocabulary: number;
  /** Ids of special tokens, if present. */
  readonly start?: number;
  readonly end?: number;
  readonly padding?: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns the `config.json` of the model that `config` describes; cross-attentions have all features but spans. Throws
 * `InputError` if heads do not divide the width, or if the features do not fit the model.
 */
export function hubConfig(config: TrainConfig, tokens: TokenFacts, where: string): Json {
  const { attention, heads, layers, decoderLayers = layers } = config.model;
  const { count: headCount, fixed } = headPlan(heads, config.task === "translation", where);
  const plain = plainConfig(config, headCount, tokens, where);
  checkFeatures(config, headCount, where);
  const { span: _, ...cross } = attention;
  const featuresOf = (prefix: string): AttentionFeatures => ({
    ...(prefix === "cross." ? cross : attention),
    ...(fixed[prefix]?.length && { fixed: fixed[prefix] }),
  });
  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, l) => [`${prefix}${l}`, featuresOf(prefix)] as const);
  const names =
    config.task === "translation"
      ? [...named("encoder.", layers), ...named("decoder.", decoderLayers), ...named("cross.", decoderLayers)]
      : named("", layers);
  const featured = names.filter(([, features]) => Object.keys(features).length > 0);
  if (featured.length === 0) return plain;
  return { ...plain, model_type: featuredType(`${plain.model_type}`), headwise: { attention: Object.fromEntries(featured) } };
}

/** Throws if the features do not fit the model. */
function checkFeatures({ model, batch }: TrainConfig, heads: number, where: string): void {
  const { architecture, attention } = model;
  const keyValueHeads = architecture === "llama" ? (model.keyValueHeads ?? heads) : heads;
  const fitting = { heads, keyValueHeads, positions: model.positions ?? batch.length, cross: false };
  const [key, fault] = featureFault(attention, fitting) ?? [];
  if (fault) throw new InputError(`${where}: "model.attention.${key}" ${fault}`);
}

/** Returns the `config.json` of the model without features. */
function plainConfig(config: TrainConfig, heads: number, tokens: TokenFacts, where: string): Json {
  const { model, batch, task } = config;
  const { layers, width, innerWidth = 4 * width } = model;
  const { keyValueHeads = ownKeyValueHeads(model.attention, heads) } = model;
  const positions = model.positions ?? batch.length;
  if (positions < batch.length) {
    throw new InputError(
      `${where}: "batch.length" is ${batch.length}, longer than the model's ${positions} positions ("model.positions"); lower "batch.length" or raise "model.positions"`,
    );
  }
  if (width % heads !== 0)
    throw new InputError(`${where}: ${heads} heads do not divide the width ${width}; choose a number of heads that does`);
  const architecture = model.architecture ?? { causal: "gpt2", masked: "bert", translation: "marian" }[task];
  const ids = { bos_token_id: tokens.start, eos_token_id: tokens.end, pad_token_id: tokens.padding };
  const common = { model_type: architecture, vocab_size: tokens.vocabulary, ...ids };
  if (architecture === "gpt2") {
    const sizes = { n_embd: width, n_layer: layers, n_head: heads, n_inner: innerWidth, n_positions: positions };
    return { ...common, architectures: ["GPT2LMHeadModel"], ...sizes, activation_function: model.activation ?? "gelu_new" };
  }
  if (architecture === "marian") {
    const first = model.normFirst ? tokens.end : tokens.padding; // as in both model families
    const start = { decoder_start_token_id: first, forced_eos_token_id: tokens.end };
    return { ...common, ...translator(config, heads, positions), ...start };
  }
  const sizes = {
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: innerWidth,
    max_position_embeddings: positions,
  };
  if (architecture === "bert")
    return { ...common, architectures: ["BertForMaskedLM"], ...sizes, hidden_act: model.activation ?? "gelu_new" };
  const tied = { tie_word_embeddings: true, rope_theta: 10000 };
  const act = { hidden_act: model.activation ?? "silu" };
  return { ...common, architectures: ["LlamaForCausalLM"], ...sizes, num_key_value_heads: keyValueHeads, ...tied, ...act };
}

/** Returns the original Transformer: in Marian's format, or in M2M-100's if norms come first. */
function translator({ model, dropout }: TrainConfig, heads: number, positions: number) {
  const { layers, decoderLayers = layers, width, innerWidth = 4 * width, normFirst } = model;
  return {
    model_type: normFirst ? "m2m_100" : "marian",
    architectures: [normFirst ? "M2M100ForConditionalGeneration" : "MarianMTModel"],
    d_model: width,
    ...{ encoder_layers: layers, encoder_attention_heads: heads, encoder_ffn_dim: innerWidth },
    ...{ decoder_layers: decoderLayers, decoder_attention_heads: heads, decoder_ffn_dim: innerWidth },
    max_position_embeddings: positions,
    activation_function: model.activation ?? "relu",
    ...{ dropout: dropout.residual, attention_dropout: dropout.attention },
    ...{ scale_embedding: true, is_encoder_decoder: true, tie_word_embeddings: true },
    ...(!normFirst && { static_position_embeddings: true, share_encoder_decoder_embeddings: true }),
  };
}
