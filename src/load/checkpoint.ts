/** A checkpoint from its parts: configuration, tensors, tokenizer. Files are found by `checkpoint.node.ts` or by a page. */
import type { Transformer } from "../models/transformer.ts";
import { InputError } from "../run/errors.ts";
import { readConfig } from "./config.ts";
import { openGguf } from "./gguf.ts";
import { configJsonFromGguf, ggufNames } from "./gguf-model.ts";
import type { Pooling, RefusedPooling } from "./pooling.ts";
import { readPooling } from "./pooling-files.ts";
import { openSafetensors, show } from "./safetensors.ts";
import { openSharded } from "./shards.ts";
import { isPointer, POINTER, type Source } from "./source.ts";
import type { TensorFile } from "./tensors.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";
import { tokenizerFilesFromGguf } from "./tokenizer-gguf.ts";
import { boundedTokenizer, checkVocabulary } from "./vocabulary.ts";
import { readModel } from "./weights.ts";
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

/** The files of a model directory, by their paths in it (`/` between folders); undefined where there is none. */
export interface OpenFile {
  (name: string): Promise<Source | undefined>;
  /** The paths of all its files; absent where they cannot be listed. */
  readonly list?: () => Promise<readonly string[]>;
  /** Whether a file lies in the directory itself, not behind a link that leads out of it; absent: all do. */
  readonly isWithin?: (name: string) => Promise<boolean>;
}

/** The JSON in `source`; throws `InputError` where it is none. */
export async function readJson(source: Source): Promise<unknown> {
  const bytes = await source.read(0, source.size);
  if (isPointer(bytes)) throw new InputError(`${source.name}: ${POINTER}`);
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${source.name}: not valid JSON (${(error as Error).message})`);
  }
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
export async function readDirectory(id: string, open: OpenFile): Promise<Checkpoint> {
  const configFile = await neededConfig(id, open);
  const config = readConfig(await readJson(configFile), configFile.name);
  const { tokenizer, name, json } = await readTokenizer(id, open);
  const bounded = boundedTokenizer(tokenizer, json, config.vocabulary, name);
  const model = await readModel(config, await openTensors(id, open));
  return { id, ...model, tokenizer: bounded, pooling: await readPooling(id, open) };
}

/** The tokenizer in tokenizer.json, with what tokenizer_config.json adds; the file's name, and what it holds. */
export async function readTokenizer(
  id: string,
  open: OpenFile,
): Promise<{ tokenizer: Tokenizer; name: string; json: unknown }> {
  const why = "save the tokenizer with transformers' save_pretrained (fast tokenizers write it)";
  const file = await needed(id, open, "tokenizer.json", why);
  const config = await open("tokenizer_config.json");
  const json = await readJson(file);
  return { tokenizer: createTokenizer(json, config && (await readJson(config))), name: file.name, json };
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

/** A GGUF file with its own tokenizer. */
export const readGguf = async (id: string, source: Source): Promise<Checkpoint> =>
  (await readGgufWithFiles(id, source)).checkpoint;

/** The same, with the JSON files that a directory of this model would have. */
export async function readGgufWithFiles(
  id: string,
  source: Source,
): Promise<{ checkpoint: Checkpoint; files: Record<GgufFileName, object> }> {
  const file = await openGguf(source);
  const json = await configJsonFromGguf(file.metadata, file, source.name);
  const config = readConfig(json, source.name);
  const files = tokenizerFilesFromGguf(file.metadata);
  const tokenizer = createTokenizer(files["tokenizer.json"], files["tokenizer_config.json"]);
  checkVocabulary(tokenizer, config.vocabulary, source.name);
  const model = await readModel(config, ggufNames(config, file));
  return { checkpoint: { id, ...model, tokenizer }, files: { "config.json": json, ...files } };
}

type GgufFileName = "config.json" | "tokenizer.json" | "tokenizer_config.json";
