/** `config.json` of each family → what our models are built from. Every key that changes the function is read or refused. */
import { z } from "zod";
import type { TransformerConfig } from "../models/config.ts";
import { InputError } from "../run/errors.ts";
import { ACTIVATION, activation, all, count, headWidthOf, positive, read } from "./config-keys.ts";
import { ropeParameters, rotaryOf } from "./rotary-config.ts";

const bert = z.object({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  type_vocab_size: count.default(2),
  layer_norm_eps: positive.default(1e-12),
  hidden_act: activation.default("gelu"),
  position_embedding_type: z.literal("absolute").default("absolute"),
  is_decoder: z.literal(false).default(false),
  pad_token_id: z.number().int().nullish(),
  tie_word_embeddings: z.boolean().default(true),
});

const distilbert = z.object({
  dim: count,
  n_layers: count,
  n_heads: count,
  hidden_dim: count,
  vocab_size: count,
  max_position_embeddings: count,
  activation: activation.default("gelu"),
  tie_word_embeddings: z.boolean().default(true),
});

const gpt2 = z.object({
  n_embd: count,
  n_layer: count,
  n_head: count,
  n_inner: count.nullish(),
  vocab_size: count,
  n_positions: count.default(1024),
  layer_norm_epsilon: positive.default(1e-5),
  activation_function: activation.default("gelu_new"),
  scale_attn_weights: z.literal(true).default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(true),
});

const llama = z.object({
  model_type: z.string(),
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count.default(2048),
  rms_norm_eps: positive.default(1e-6),
  hidden_act: activation.default("silu"),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  rope_theta: positive.nullish(),
  rope_scaling: ropeParameters.nullish(),
  rope_parameters: ropeParameters.nullish(),
  partial_rotary_factor: z.literal(1).default(1),
  sliding_window: count.nullish(),
  use_sliding_window: z.boolean().optional(),
  max_window_layers: z.number().int().nonnegative().optional(),
  layer_types: z.array(z.enum(["full_attention", "sliding_attention"])).nullish(),
  tie_word_embeddings: z.boolean().default(false),
});

/** Which kind of language head a checkpoint has, from its `architectures`. */
const languageHead = (architectures: readonly string[], suffix: RegExp, kind: "masked" | "causal") =>
  architectures.some((a) => suffix.test(a)) ? kind : "none";

export function fromBert(json: unknown, where: string, architectures: readonly string[], type: string): TransformerConfig {
  const c = read(bert, json, where);
  const roberta = type !== "bert";
  const padding = c.pad_token_id ?? 1;
  return {
    family: "encoder",
    architecture: type,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    headWidth: headWidthOf(c.hidden_size, c.num_attention_heads, where),
    heads: all(c.num_hidden_layers, c.num_attention_heads),
    keyValueHeads: all(c.num_hidden_layers, c.num_attention_heads),
    innerWidth: c.intermediate_size,
    maxPositions: roberta ? c.max_position_embeddings - padding - 1 : c.max_position_embeddings,
    positions: roberta ? { kind: "learned", offset: padding + 1, paddingId: padding } : { kind: "learned", offset: 0 },
    tokenTypes: c.type_vocab_size,
    norm: "layer",
    epsilon: c.layer_norm_eps,
    activation: ACTIVATION[c.hidden_act],
    ...(roberta && { headActivation: "gelu" as const }), // RobertaLMHead has it built in
    gated: false,
    inputBias: true,
    outputBias: true,
    feedForwardBias: true,
    languageHead: languageHead(architectures, /MaskedLM|ForPreTraining/, "masked"),
    tied: c.tie_word_embeddings,
  };
}

export function fromDistilbert(json: unknown, where: string, architectures: readonly string[]): TransformerConfig {
  const c = read(distilbert, json, where);
  const alike = {
    hidden_size: c.dim,
    num_hidden_layers: c.n_layers,
    num_attention_heads: c.n_heads,
    intermediate_size: c.hidden_dim,
    hidden_act: c.activation,
  };
  const same = {
    vocab_size: c.vocab_size,
    max_position_embeddings: c.max_position_embeddings,
    tie_word_embeddings: c.tie_word_embeddings,
  };
  return { ...fromBert({ ...alike, ...same }, where, architectures, "bert"), architecture: "distilbert", tokenTypes: 0 };
}

export function fromGpt2(json: unknown, where: string): TransformerConfig {
  const c = read(gpt2, json, where);
  return {
    family: "decoder",
    architecture: "gpt2",
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
}

export function fromLlama(json: unknown, where: string): TransformerConfig {
  const c = read(llama, json, where);
  const headWidth = c.head_dim ?? headWidthOf(c.hidden_size, c.num_attention_heads, where);
  const keyValueHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % keyValueHeads !== 0) {
    throw new InputError(`${where}: ${c.num_attention_heads} query heads cannot share ${keyValueHeads} key/value heads evenly`);
  }
  if (headWidth % 2) throw new InputError(`${where}: rotary positions need an even head width, got ${headWidth}`);
  return {
    family: "decoder",
    architecture: c.model_type,
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
    inputBias: c.model_type === "qwen2" ? true : c.attention_bias,
    outputBias: c.model_type === "qwen2" ? false : c.attention_bias,
    feedForwardBias: c.mlp_bias,
    windows: windowsOf(c),
    languageHead: "causal",
    tied: c.tie_word_embeddings,
  };
}

/** Mistral's window holds for all layers; Qwen2's only where it is switched on, and there from `max_window_layers` up. */
function windowsOf(c: z.infer<typeof llama>): (number | undefined)[] | undefined {
  const window = c.sliding_window ?? undefined;
  if (window === undefined || c.model_type === "llama" || (c.model_type === "qwen2" && !c.use_sliding_window)) return undefined;
  return Array.from({ length: c.num_hidden_layers }, (_, l) => {
    const on = c.layer_types
      ? c.layer_types[l] === "sliding_attention"
      : c.model_type !== "qwen2" || l >= (c.max_window_layers ?? 28);
    return on ? window : undefined;
  });
}
