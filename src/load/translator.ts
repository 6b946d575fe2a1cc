/**
 * Builds a translation model from its parts (configuration, tensors, tokenizer, search settings), and its files from a model.
 */

import type { EncoderDecoderConfig } from "../models/encoder-decoder-config.ts";
import type { EncoderDecoderParameters } from "../models/encoder-decoder-parameters.ts";
import { asRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";
import {
  type Check,
  needed,
  neededConfig,
  type OpenFile,
  openTensors,
  readJson,
  readTokenizer,
  type Unread,
} from "./checkpoint.ts";
import { readTranslationConfig, translationConfigJson } from "./family/translation-config.ts";
import { readTranslationWeights, translationTensors } from "./family/translation-weights.ts";
import { checkSize } from "./format/size.ts";
import { type Generation, generationJson, readGeneration, readGenerationOfConfig } from "./generation/generation-config.ts";
import { asksForMarian, type MarianFiles, readMarianSettings } from "./tokenizer/class/marian-settings.ts";
import { createMarianTokenizer, type TranslationTokenizer } from "./tokenizer/class/translation-tokenizer.ts";
import { readSentencePiece } from "./tokenizer/model/sentencepiece.ts";
import { boundedTokenizer, checkVocabulary } from "./tokenizer/vocabulary.ts";

/** An encoder–decoder with its weights. */
export interface EncoderDecoder {
  readonly config: EncoderDecoderConfig;
  readonly weights: EncoderDecoderParameters<Tensor>;
}

/** A translation model that is ready to run. */
export interface Translator extends EncoderDecoder {
  /** Its name: a hub id, or the name of its folder. */
  readonly id: string;
  readonly tokenizer: TranslationTokenizer;
  readonly generation: Generation;
}

/** Reads a Hugging Face directory of a translation model. Throws `InputError` naming the file that is missing or wrong. */
export async function readTranslator(id: string, open: OpenFile, check?: Check<Translator>): Promise<Translator> {
  const configFile = await neededConfig(id, open);
  const json = await readJson(configFile);
  const config = readTranslationConfig(json, configFile.name);
  const search = await open("generation_config.json");
  const generation = search
    ? readGeneration(await readJson(search), search.name, config.vocabulary)
    : readGenerationOfConfig(json, configFile.name, config.vocabulary);
  const tokenizer = await tokenizerOf(id, open, json, config.vocabulary);
  await check?.({ id, config, tokenizer, generation });
  const file = await openTensors(id, open);
  checkSize(config, file);
  const weights = await readTranslationWeights(config, file);
  return { id, config, weights, tokenizer, generation };
}

// Reads the same files as transformers' class for the model: SentencePiece and a vocabulary for Marian, tokenizer.json for the
// others, and for Marian if there is nothing else.
async function tokenizerOf(id: string, open: OpenFile, config: unknown, vocabulary: number): Promise<TranslationTokenizer> {
  const source = await open("source.spm");
  const files = source && (await marianFiles(open, config));
  if (!source || !files || !(asksForMarian(files) || !(await open("tokenizer.json")))) {
    const { tokenizer, json, name } = await readTokenizer(id, open, config);
    return boundedTokenizer(tokenizer, json, vocabulary, name);
  }
  if (await open("target_vocab.json")) {
    throw new InputError(
      `${id}: a separate target vocabulary (target_vocab.json) is not supported; use a model with a shared vocabulary`,
    );
  }
  const file = await needed(id, open, "vocab.json", "download it too: it maps the pieces of source.spm to ids");
  const divide = readSentencePiece(await source.read(0, source.size), source.name);
  const json = await readJson(file);
  const settings = readMarianSettings(files, asRecord(json));
  const tokenizer = createMarianTokenizer(divide, json, file.name, settings);
  checkVocabulary(tokenizer, vocabulary, file.name);
  return tokenizer;
}

async function marianFiles(open: OpenFile, config: unknown): Promise<MarianFiles> {
  const names = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"] as const;
  const found: Record<string, unknown> = { config };
  for (const name of names) {
    const file = await open(name);
    if (file) found[name] = await readJson(file);
  }
  return found;
}

/** The files of a model without its tokenizer: two JSON objects, and the tensors of `model.safetensors`. */
export interface TranslatorFiles {
  readonly "config.json": Record<string, unknown>;
  readonly "generation_config.json": Record<string, unknown>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Returns a `generation_config.json` with the default search settings of a model, overridden by `generation`. */
export const generationConfigJson = (
  { ids: { start, end, padding }, maxPositions }: EncoderDecoderConfig,
  generation: Generation = {},
): Record<string, unknown> => {
  const given = Object.entries(generation).filter(([, value]) => value !== undefined);
  const usual = { ...{ start, ends: [end], forcedLast: [end], badWords: [[padding]] }, ...USUAL, maxLength: maxPositions };
  return { ...generationJson({ ...usual, ...Object.fromEntries(given) }), pad_token_id: padding };
};

/** The default search settings, which a file has to state. */
const USUAL: Generation = { beams: 4, lengthPenalty: 1, renormalize: false };

/**
 * Returns the files of a model for stock transformers: MarianMTModel for post-norm models, M2M100ForConditionalGeneration for
 * pre-norm models. Throws `InputError` if neither computes the same function.
 */
export const translatorFiles = ({ config, weights }: EncoderDecoder, generation: Generation = {}): TranslatorFiles => ({
  "config.json": translationConfigJson(config),
  "generation_config.json": generationConfigJson(config, generation),
  tensors: translationTensors(config, weights),
});

/** Returns the ids of a source with its end token; empty for an empty text. Throws `InputError` if there are too many. */
export function sourceIds(translator: Unread<Translator>, text: string, name: string): readonly number[] {
  const ids = endedIds(translator, text);
  const most = translator.config.maxPositions;
  if (ids.length <= most) return ids;
  throw new InputError(`${name} has ${ids.length} tokens, but the model reads ${most} at most; split it`);
}

/** Returns the ids of a text with its end token, without a limit; empty for an empty text. */
export function endedIds({ tokenizer, config }: Unread<Translator>, text: string): readonly number[] {
  if (text.trim() === "") return [];
  const { ids } = tokenizer.encode(text);
  return ids.at(-1) === config.ids.end ? ids : [...ids, config.ids.end];
}
