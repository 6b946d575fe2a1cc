/** Builds a checkpoint from its parts: configuration, tensors, tokenizer. `checkpoint.node.ts` or a page finds the files. */

import type { Transformer } from "../models/transformer.ts";
import { asRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { readConfig } from "./family/config.ts";
import { configJsonFromGguf, ggufNames } from "./family/reading/gguf-model.ts";
import { baseType } from "./family/reading/headwise-keys.ts";
import { readModel } from "./family/weights.ts";
import { type Beside, openGgufParts } from "./format/gguf-split.ts";
import { parseJson } from "./format/json.ts";
import { openSafetensors, show } from "./format/safetensors.ts";
import { openSharded } from "./format/shards.ts";
import { checkSize } from "./format/size.ts";
import { isPointer, POINTER, type Source } from "./format/source.ts";
import type { TensorFile } from "./format/tensors.ts";
import type { Pooling, RefusedPooling } from "./pooling.ts";
import { readPooling } from "./pooling-files.ts";
import { tokenizerFilesFromGguf } from "./tokenizer/class/gguf-tokenizer.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer/tokenizer.ts";
import { boundedTokenizer, checkVocabulary } from "./tokenizer/vocabulary.ts";
import { whyNoConfig, whyNoWeights } from "./whereabouts.ts";

/** A model that is ready to run, with its tokenizer. */
export interface Checkpoint extends Transformer {
  /** Its name: a hub id, or the name of its folder or file. */
  readonly id: string;
  readonly tokenizer: Tokenizer;
  /** Remarks on its files for the user, in sentences. */
  readonly notes?: readonly string[];
  /** The pooling of token states into one vector per text, if the files specify it. */
  readonly pooling?: Pooling | RefusedPooling;
}

/** A model without its weights. */
export type Unread<T> = T extends unknown ? Omit<T, "weights"> : never;

/** Checks a model before its weights are fetched or read; throws if they would not be usable. */
export type Check<T> = (model: Unread<T>) => void | Promise<void>;

/** Opens a file of a model directory by its path in it (`/` between folders); undefined if there is none. */
export interface OpenFile {
  (name: string): Promise<Source | undefined>;
  /** The paths of all its files; absent if they cannot be listed. */
  readonly list?: () => Promise<readonly string[]>;
  /** Returns false for a file behind a link that leads out of the directory; absent: all files are within it. */
  readonly isWithin?: (name: string) => Promise<boolean>;
}

/** Bytes of a JSON file: a tokenizer of a million tokens takes about 100 MB. */
const JSON_LIMIT = 400_000_000;

/** Returns the JSON in `source`; throws `InputError` if it is not valid. */
export async function readJson(source: Source): Promise<unknown> {
  if (source.size > JSON_LIMIT) {
    throw new InputError(
      `${source.name}: ${source.size} bytes are too many for a JSON file; check that this is the right file`,
    );
  }
  const bytes = await source.read(0, source.size);
  if (isPointer(bytes)) throw new InputError(`${source.name}: ${POINTER}`);
  return parseJson(new TextDecoder().decode(bytes), source.name);
}

/** Opens the file `name`; if there is none, throws `InputError` with the advice `fix`. */
export async function needed(id: string, open: OpenFile, name: string, fix: string): Promise<Source> {
  const source = await open(name);
  if (!source) throw new InputError(`${id}: there is no ${name}; ${fix}`);
  return source;
}

const CONFIG_NEEDED = "name a model directory with config.json, model.safetensors and tokenizer.json";

/** Opens the `config.json` of a model directory. If there is none, throws `InputError` with advice that fits its files. */
export async function neededConfig(id: string, open: OpenFile): Promise<Source> {
  const source = await open("config.json");
  if (source) return source;
  throw new InputError(`${id}: there is no config.json; ${whyNoConfig((await open.list?.()) ?? []) ?? CONFIG_NEEDED}`);
}

/**
 * Reads a Hugging Face model directory. Throws `InputError` naming the file that is missing or wrong; the configuration, the
 * tokenizer and the headers are checked before any weight is read.
 */
export async function readDirectory(id: string, open: OpenFile, check?: Check<Checkpoint>): Promise<Checkpoint> {
  const configFile = await neededConfig(id, open);
  const configJson = await readJson(configFile);
  const config = readConfig(configJson, configFile.name);
  const { tokenizer, name, json } = await readTokenizer(id, open, configJson);
  const bounded = boundedTokenizer(tokenizer, json, config.vocabulary, name);
  const pooling = await readPooling(id, open);
  await check?.({ id, config, tokenizer: bounded, pooling });
  const file = await openTensors(id, open);
  checkSize(config, file);
  const model = await readModel(config, file);
  return { id, ...model, tokenizer: bounded, pooling };
}

/**
 * Reads the tokenizer that transformers would build from the directory's files (`config` is config.json), with the name and the
 * parsed content of tokenizer.json.
 */
export async function readTokenizer(
  id: string,
  open: OpenFile,
  config: unknown,
): Promise<{ tokenizer: Tokenizer; name: string; json: unknown }> {
  const fix = "save the tokenizer with transformers' save_pretrained (fast tokenizers write it)";
  const file = await needed(id, open, "tokenizer.json", fix);
  const optional = async (name: string) => {
    const source = await open(name);
    return source && (await readJson(source));
  };
  const { model_type, tokenizer_class } = asRecord(config);
  const json = await readJson(file);
  const tokenizer = createTokenizer(json, await optional("tokenizer_config.json"), {
    ...(typeof model_type === "string" && { modelType: baseType(model_type) }),
    ...(typeof tokenizer_class === "string" && { tokenizerClass: tokenizer_class }),
    specialTokensMap: await optional("special_tokens_map.json"),
    addedTokens: await optional("added_tokens.json"),
  });
  return { tokenizer, name: file.name, json };
}

/** Opens the weights in model.safetensors or in its shards. */
export async function openTensors(id: string, open: OpenFile): Promise<TensorFile> {
  if (await open("adapter_config.json")) {
    throw new InputError(
      `${id}: adapter_config.json belongs to a PEFT adapter, which would change the model; merge the adapter (merge_and_unload) and save again, or move the file away`,
    );
  }
  const single = await open("model.safetensors");
  if (single) return openSafetensors(single);
  const index = await open("model.safetensors.index.json");
  if (!index) throw new InputError(`${id}: ${whyNoWeights((await open.list?.()) ?? [])}`);
  const shard = async (name: string): Promise<Source> => {
    const source = await open(name);
    if (source) return source;
    throw new InputError(`${id}: the shard ${show(name)} listed in model.safetensors.index.json is missing; download it too`);
  };
  return openSharded(shard, await readJson(index));
}

/** Reads a GGUF file with its own tokenizer; `beside` opens the other parts of a split file. */
export const readGguf = async (id: string, source: Source, beside?: Beside, check?: Check<Checkpoint>): Promise<Checkpoint> =>
  (await readGgufWithFiles(id, source, beside, check)).checkpoint;

/** Reads a GGUF file like `readGguf`, and returns also the JSON files that a directory of this model would have. */
export async function readGgufWithFiles(
  id: string,
  source: Source,
  beside?: Beside,
  check?: Check<Checkpoint>,
): Promise<{ checkpoint: Checkpoint; files: Record<GgufFileName, object> }> {
  const file = await openGgufParts(source, beside);
  const json = await configJsonFromGguf(file.metadata, file, source.name);
  const config = readConfig(json, source.name);
  checkSize(config, file);
  const files = tokenizerFilesFromGguf(file.metadata);
  const tokenizer = createTokenizer(files["tokenizer.json"], files["tokenizer_config.json"]);
  checkVocabulary(tokenizer, config.vocabulary, source.name);
  await check?.({ id, config, tokenizer });
  const model = await readModel(config, ggufNames(config, file));
  return { checkpoint: { id, ...model, tokenizer }, files: { "config.json": json, ...files } };
}

type GgufFileName = "config.json" | "tokenizer.json" | "tokenizer_config.json";
