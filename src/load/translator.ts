/** A translation model from its parts: configuration, tensors, tokenizer, search settings; and the way back to files. */
import type { EncoderDecoderConfig } from "../models/encoder-decoder-config.ts";
import type { EncoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";
import { CONFIG_NEEDED, checkVocabulary, needed, type OpenFile, openTensors, readJson, readTokenizer } from "./checkpoint.ts";
import { type Generation, readGeneration } from "./generation-config.ts";
import { readTranslationConfig, translationConfigJson } from "./translation-config.ts";
import { readTranslationWeights, translationTensors } from "./translation-weights.ts";

/** What turns a source into ids, and the ids of a translation into text. */
export interface TranslationTokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  encode(text: string): { readonly ids: readonly number[] };
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string;
}

/** An encoder–decoder with its weights. */
export interface EncoderDecoder {
  readonly config: EncoderDecoderConfig;
  readonly weights: EncoderDecoderParameters<Tensor>;
}

/** A translation model that is ready to run. */
export interface Translator extends EncoderDecoder {
  /** What it is called: a hub id, or the name of its folder. */
  readonly id: string;
  readonly tokenizer: TranslationTokenizer;
  readonly generation: Generation;
}

/** A Hugging Face directory of a translation model. Throws `InputError` naming the file that is missing or wrong. */
export async function readTranslator(id: string, open: OpenFile): Promise<Translator> {
  const configFile = await needed(id, open, "config.json", CONFIG_NEEDED);
  const json = await readJson(configFile);
  const config = readTranslationConfig(json, configFile.name);
  const search = await open("generation_config.json");
  const generation = search ? readGeneration(await readJson(search), search.name) : readGeneration(json, configFile.name);
  const { tokenizer, name } = await tokenizerOf(id, open);
  const weights = await readTranslationWeights(config, await openTensors(id, open));
  checkVocabulary(tokenizer, config.vocabulary, name);
  return { id, config, weights, tokenizer, generation };
}

async function tokenizerOf(id: string, open: OpenFile): Promise<{ tokenizer: TranslationTokenizer; name: string }> {
  if (!(await open("tokenizer.json")) && (await open("source.spm"))) {
    throw new InputError(
      `${id}: its tokenizer is SentencePiece (source.spm), which is not read: convert it to a tokenizer.json with the ids of vocab.json`,
    );
  }
  return readTokenizer(id, open);
}

/** The files of a model, but for its tokenizer: two to be written as JSON, and the tensors of `model.safetensors`. */
export interface TranslatorFiles {
  readonly "config.json": Record<string, unknown>;
  readonly "generation_config.json": Record<string, unknown>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** How a model is searched unless told otherwise, as `generation_config.json` says it. */
export const generationConfigJson = (
  { ids: { start, end, padding }, maxPositions }: EncoderDecoderConfig,
  generation: Generation = {},
): Record<string, unknown> => ({
  bad_words_ids: [[padding]],
  decoder_start_token_id: start,
  eos_token_id: end,
  forced_eos_token_id: end,
  pad_token_id: padding,
  max_length: generation.maxLength ?? maxPositions,
  num_beams: generation.beams ?? 4,
  length_penalty: generation.lengthPenalty ?? 1,
  renormalize_logits: generation.renormalize ?? false,
});

/**
 * A model as stock transformers loads it, MarianMTModel where norms come after the sums and
 * M2M100ForConditionalGeneration where they come first. Throws `InputError` where neither is the same function.
 */
export const translatorFiles = ({ config, weights }: EncoderDecoder, generation: Generation = {}): TranslatorFiles => ({
  "config.json": translationConfigJson(config),
  "generation_config.json": generationConfigJson(config, generation),
  tensors: translationTensors(weights),
});
