/** Marian (Junczys-Dowmunt et al. 2018): a post-norm encoder–decoder with computed positions and a bias of the logits. */
import { z } from "zod";
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { sinusoids } from "../../nn/sinusoid.ts";
import { InputError } from "../../run/errors.ts";
import type { TensorFile } from "../format/tensors.ts";
import type { TranslationFamily } from "./family.ts";
import { bartAliases, bartConfig, bartFixed, bartJson, bartSchema, bartTensors, type Variant } from "./kin/bart.ts";
import { activation, count, id } from "./reading/keys.ts";

const schema = bartSchema.extend({
  vocab_size: count.default(58101),
  activation_function: activation.default("gelu"),
  scale_embedding: z.boolean().default(false),
  pad_token_id: id.default(58100),
  eos_token_id: id.default(0),
  decoder_start_token_id: id.default(58100),
  decoder_vocab_size: count.nullish(),
  share_encoder_decoder_embeddings: z.literal(true).default(true),
});

const VARIANT: Variant = {
  architecture: "marian",
  className: "MarianMTModel",
  normFirst: false,
  finalLogitsBias: true,
  spacing: "paper",
  start: 0,
};

/** The stored positions, which stock loaders read from the file if present. */
const POSITIONS = ["model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight"];

export const marian: TranslationFamily<typeof schema> = {
  modelType: "marian",
  keys: {
    schema,
    aliases: bartAliases,
    fixed: { ...bartFixed, static_position_embeddings: [true], normalize_before: [false], add_final_layer_norm: [false] },
  },
  configOf(c, { where }) {
    if ((c.decoder_vocab_size ?? c.vocab_size) !== c.vocab_size) {
      throw new InputError(
        `${where}: "decoder_vocab_size" is ${c.decoder_vocab_size} and "vocab_size" ${c.vocab_size}; use a model with one shared vocabulary`,
      );
    }
    return bartConfig(c, VARIANT, where);
  },
  configJson: (config) =>
    bartJson(config, VARIANT, { share_encoder_decoder_embeddings: true, decoder_vocab_size: config.vocabulary }),
  tensors: bartTensors,
  async checkFile(config, file) {
    for (const name of POSITIONS) await checkPositions(config, file, name);
  },
};

/** The tolerance for positions: half precision keeps three digits of a sine. */
const HALF = 2e-3;

async function checkPositions({ width, positions }: EncoderDecoderConfig, file: TensorFile, name: string): Promise<void> {
  if (!file.tensors.has(name)) return;
  const { shape, data } = await file.read(name);
  const computed = sinusoids(shape[0] ?? 0, width, positions);
  if (data.length === computed.length && computed.every((x, i) => Math.abs(x - Number(data[i])) <= HALF)) return;
  throw new InputError(
    `${file.name}: the positions in ${JSON.stringify(name)} are not the sinusoids that Marian models compute; remove the tensor or use another model`,
  );
}
