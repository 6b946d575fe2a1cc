/** Reads `config.json` of GPT-2, Llama, Mistral and Qwen2 into the configuration of our decoders. */
import { z } from "zod";
import type { TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, layers, positive } from "./config-keys.ts";
import { readStrict } from "./config-strict.ts";
import { rotaryKeys, rotaryOf } from "./rotary-config.ts";

/** Only causal decoders are supported; `is_decoder` does not matter for a decoder without an encoder. */
const fixed = { is_causal: [true], is_decoder: [true, false] };

const GPT2 = {
  schema: z.object({
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
  }),
  aliases: {
    hidden_size: "n_embd",
    max_position_embeddings: "n_positions",
    num_attention_heads: "n_head",
    num_hidden_layers: "n_layer",
  },
  fixed,
  neutral: ["reorder_and_upcast_attn"], // only the order of a product
};

const llamaSchema = z.object({
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

const LLAMA = {
  schema: llamaSchema.extend({ attention_bias: z.boolean().default(false), mlp_bias: z.boolean().default(false) }),
  fixed,
};

const kinds = z.array(z.enum(["full_attention", "sliding_attention"])).nullish();
const windowed = llamaSchema.extend({ sliding_window: count.nullable().default(4096), layer_types: kinds });

const MISTRAL = {
  schema: windowed.extend({
    num_key_value_heads: count.nullable().default(8),
    intermediate_size: count.default(14336),
    max_position_embeddings: count.default(131072),
  }),
  fixed: { ...fixed, attention_bias: [false], mlp_bias: [false] },
};

const QWEN2 = {
  schema: windowed.extend({
    num_key_value_heads: count.nullable().default(32),
    intermediate_size: count.default(22016),
    vocab_size: count.default(151936),
    max_position_embeddings: count.default(32768),
    use_sliding_window: z.boolean().default(false),
    max_window_layers: z.int().default(28),
  }),
  fixed: { ...fixed, attention_bias: [true], qkv_bias: [true], mlp_bias: [false] },
};

export function fromGpt2(json: unknown, where: string): TransformerConfig {
  const c = readStrict(GPT2, json, "gpt2", where);
  checkHeads(c.n_layer, c.n_head, where);
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
  const c = readStrict(LLAMA, json, "llama", where);
  const bias = { inputBias: c.attention_bias, outputBias: c.attention_bias, feedForwardBias: c.mlp_bias };
  return { ...llamaLike(c, "llama", where), ...bias };
}

/** Reads Mistral's config: a window in all layers, or with `layer_types` (Ministral) in the layers they list. */
export function fromMistral(json: unknown, where: string): TransformerConfig {
  const c = readStrict(MISTRAL, json, "mistral", where);
  const types = c.layer_types ?? all(c.num_hidden_layers, c.sliding_window === null ? "full_attention" : "sliding_attention");
  return { ...llamaLike(c, "mistral", where), windows: windowsOf(c, types, c.sliding_window, where) };
}

/** Reads Qwen2's config: input biases, and if enabled a window from `max_window_layers` up or by `layer_types`. */
export function fromQwen2(json: unknown, where: string): TransformerConfig {
  const c = readStrict(QWEN2, json, "qwen2", where);
  const window = c.use_sliding_window ? c.sliding_window : null;
  const kindOf = (l: number) => (window !== null && l >= c.max_window_layers ? "sliding_attention" : "full_attention");
  const types = c.layer_types ?? Array.from({ length: c.num_hidden_layers }, (_, l) => kindOf(l));
  return { ...llamaLike(c, "qwen2", where), inputBias: true, windows: windowsOf(c, types, window, where) };
}

function llamaLike(c: LlamaKeys, architecture: string, where: string): TransformerConfig {
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
    architecture,
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
function windowsOf(
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
