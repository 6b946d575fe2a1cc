/** A checkpoint from its parts: configuration, tensors, tokenizer. Files are found by `checkpoint.node.ts` or by a page. */
import type { Transformer } from "../models/transformer.ts";
import { InputError } from "../run/errors.ts";
import { readConfig } from "./family/config.ts";
import { configJsonFromGguf, ggufNames } from "./family/gguf-model.ts";
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

/** A model that is ready to run, with what turns text into its input. */
export interface Checkpoint extends Transformer {
  /** What it is called: a hub id, or the name of its folder or file. */
  readonly id: string;
  readonly tokenizer: Tokenizer;
  /** What a user should know of its files, in sentences. */
  readonly notes?: readonly string[];
  /** How texts become vectors, where the files say so. */
  readonly pooling?: Pooling | RefusedPooling;
}

/** What is known of a model before its weights are. */
export type Unread<T> = T extends unknown ? Omit<T, "weights"> : never;

/** Looks at a model before its weights are fetched or read; throws where reading them would be for nothing. */
export type Check<T> = (model: Unread<T>) => void | Promise<void>;

/** The files of a model directory, by their paths in it (`/` between folders); undefined where there is none. */
export interface OpenFile {
  (name: string): Promise<Source | undefined>;
  /** The paths of all its files; absent where they cannot be listed. */
  readonly list?: () => Promise<readonly string[]>;
  /** Whether a file lies in the directory itself, not behind a link that leads out of it; absent: all do. */
  readonly isWithin?: (name: string) => Promise<boolean>;
}

/** Bytes of a JSON file: a tokenizer of a million tokens takes about 100 MB. */
const JSON_LIMIT = 400_000_000;

/** The JSON in `source`; throws `InputError` where it is none. */
export async function readJson(source: Source): Promise<unknown> {
  if (source.size > JSON_LIMIT) {
    throw new InputError(`${source.name}: ${source.size} bytes are too many for a JSON file; is this the right file?`);
  }
  const bytes = await source.read(0, source.size);
  if (isPointer(bytes)) throw new InputError(`${source.name}: ${POINTER}`);
  return parseJson(new TextDecoder().decode(bytes), source.name);
}

/** The file `name`; throws `InputError` where there is none, saying `why` it is needed. */
export async function needed(id: string, open: OpenFile, name: string, why: string): Promise<Source> {
  const source = await open(name);
  if (!source) throw new InputError(`${id}: there is no ${name}: ${why}`);
  return source;
}

const CONFIG_NEEDED = "a model directory needs config.json, model.safetensors and tokenizer.json";

/** The `config.json` of a model directory. Throws `InputError` saying what the directory is where there is none. */
export async function neededConfig(id: string, open: OpenFile): Promise<Source> {
  const source = await open("config.json");
  if (source) return source;
  throw new InputError(`${id}: there is no config.json: ${whyNoConfig((await open.list?.()) ?? []) ?? CONFIG_NEEDED}`);
}

/**
 * A Hugging Face model directory. Throws `InputError` naming the file that is missing or wrong; all that the configuration, the
 * tokenizer and the headers tell is checked before a weight is read.
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
 * The tokenizer that transformers makes of the directory's files (`config` is config.json), the name of tokenizer.json, and what
 * that holds.
 */
export async function readTokenizer(
  id: string,
  open: OpenFile,
  config: unknown,
): Promise<{ tokenizer: Tokenizer; name: string; json: unknown }> {
  const why = "save the tokenizer with transformers' save_pretrained (fast tokenizers write it)";
  const file = await needed(id, open, "tokenizer.json", why);
  const optional = async (name: string) => {
    const source = await open(name);
    return source && (await readJson(source));
  };
  const { model_type, tokenizer_class } = (config ?? {}) as Readonly<Record<string, unknown>>;
  const json = await readJson(file);
  const tokenizer = createTokenizer(json, await optional("tokenizer_config.json"), {
    ...(typeof model_type === "string" && { modelType: model_type }),
    ...(typeof tokenizer_class === "string" && { tokenizerClass: tokenizer_class }),
    specialTokensMap: await optional("special_tokens_map.json"),
    addedTokens: await optional("added_tokens.json"),
  });
  return { tokenizer, name: file.name, json };
}

/** The weights in model.safetensors or in its shards. */
export async function openTensors(id: string, open: OpenFile): Promise<TensorFile> {
  if (await open("adapter_config.json")) {
    throw new InputError(
      `${id}: adapter_config.json beside the model is a PEFT adapter's, which would change the model; merge it (merge_and_unload) and save again, or move it away`,
    );
  }
  const single = await open("model.safetensors");
  if (single) return openSafetensors(single);
  const index = await open("model.safetensors.index.json");
  if (!index) throw new InputError(`${id}: ${whyNoWeights((await open.list?.()) ?? [])}`);
  const shard = async (name: string): Promise<Source> => {
    const source = await open(name);
    if (source) return source;
    throw new InputError(`${id}: the shard ${show(name)} that model.safetensors.index.json names is missing; download it too`);
  };
  return openSharded(shard, await readJson(index));
}

/** A GGUF file with its own tokenizer; `beside` finds the other parts of one in parts. */
export const readGguf = async (id: string, source: Source, beside?: Beside, check?: Check<Checkpoint>): Promise<Checkpoint> =>
  (await readGgufWithFiles(id, source, beside, check)).checkpoint;

/** The same, with the JSON files that a directory of this model would have. */
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
