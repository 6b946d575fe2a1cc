/** Reads `config.json` of BERT, RoBERTa, XLM-RoBERTa and DistilBERT into the configuration of our encoders. */
import { z } from "zod";
import type { Positions, TransformerConfig } from "../../models/config.ts";
import { InputError } from "../../run/errors.ts";
import { ACTIVATION, activation, all, checkHeads, count, headWidthOf, layers, positive } from "./config-keys.ts";
import { type FamilyKeys, readStrict } from "./config-strict.ts";

const id = z.int().nonnegative();

const bertSchema = z.object({
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
type BertKeys = z.infer<typeof bertSchema>;

const robertaSchema = bertSchema.extend({ vocab_size: count.default(50265), pad_token_id: id.default(1) });

/** Only bidirectional encoders are supported. */
const fixed = { is_causal: [false], is_decoder: [false] };

const BERT = { schema: bertSchema, fixed } satisfies FamilyKeys<z.ZodObject>;
const ROBERTA = { schema: robertaSchema, fixed } satisfies FamilyKeys<z.ZodObject>;
const XLM_ROBERTA = { schema: robertaSchema.extend({ vocab_size: count.default(30522) }), fixed };

const DISTILBERT = {
  schema: z.object({
    dim: count.default(768),
    n_layers: layers.default(6),
    n_heads: count.default(12),
    hidden_dim: count.default(3072),
    vocab_size: count.default(30522),
    max_position_embeddings: count.default(512),
    activation: activation.default("gelu"),
    tie_word_embeddings: z.boolean().default(true),
    pruned_heads: z.unknown().optional(),
  }),
  aliases: { hidden_size: "dim", num_attention_heads: "n_heads", num_hidden_layers: "n_layers" },
  fixed: { ...fixed, layer_norm_eps: [1e-12], type_vocab_size: [0] },
  neutral: ["sinusoidal_pos_embds", "tie_weights_"], // the positions are stored either way
} satisfies FamilyKeys<z.ZodObject>;

/** Reads BERT's config: learned positions from 0. */
export const fromBert = (json: unknown, where: string, architectures: readonly string[]): TransformerConfig =>
  encoderOf(readStrict(BERT, json, "bert", where), "bert", { kind: "learned", offset: 0 }, where, architectures);

/** Reads the config of RoBERTa and XLM-RoBERTa: positions start after the padding id, which is required. */
export function fromRoberta(json: unknown, where: string, architectures: readonly string[], type: string): TransformerConfig {
  const c = readStrict(type === "roberta" ? ROBERTA : XLM_ROBERTA, json, type, where);
  const padding = c.pad_token_id;
  const maxPositions = c.max_position_embeddings - padding - 1;
  if (maxPositions < 1) {
    throw new InputError(
      `${where}: "max_position_embeddings" is ${c.max_position_embeddings}, but positions begin after "pad_token_id" (${padding}); use the config.json that came with the weights`,
    );
  }
  const positions = { kind: "learned", offset: padding + 1, paddingId: padding } as const;
  const encoder = encoderOf(c, type, positions, where, architectures);
  return { ...encoder, maxPositions, headActivation: "gelu" }; // RobertaLMHead has it built in
}

/** Reads DistilBERT's config: BERT without token types, with other key names. */
export function fromDistilbert(json: unknown, where: string, architectures: readonly string[]): TransformerConfig {
  const { dim, n_layers, n_heads, hidden_dim, activation, ...c } = readStrict(DISTILBERT, json, "distilbert", where);
  const sizes = { hidden_size: dim, num_hidden_layers: n_layers, num_attention_heads: n_heads, intermediate_size: hidden_dim };
  const rest = { hidden_act: activation, type_vocab_size: 1, layer_norm_eps: 1e-12, pad_token_id: 0 };
  const bert = encoderOf({ ...c, ...sizes, ...rest }, "distilbert", { kind: "learned", offset: 0 }, where, architectures);
  return { ...bert, tokenTypes: 0 };
}

function encoderOf(
  c: BertKeys,
  type: string,
  positions: Positions,
  where: string,
  architectures: readonly string[],
): TransformerConfig {
  checkHeads(c.num_hidden_layers, c.num_attention_heads, where);
  return {
    family: "encoder",
    architecture: type,
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
