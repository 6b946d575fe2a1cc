/** A checkpoint from its parts: configuration, tensors, tokenizer. Files are found by `checkpoint.node.ts` or by a page. */
import type { Transformer } from "../models/transformer.ts";
import { InputError } from "../run/errors.ts";
import { readConfig } from "./config.ts";
import { openGguf } from "./gguf.ts";
import { configJsonFromGguf, ggufNames } from "./gguf-model.ts";
import { openSafetensors, openSharded } from "./safetensors.ts";
import type { Source } from "./source.ts";
import type { TensorFile } from "./tensors.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";
import { tokenizerFilesFromGguf } from "./tokenizer-gguf.ts";
import { readWeights } from "./weights.ts";

/** A model that is ready to run, with what turns text into its input. */
export interface Checkpoint extends Transformer {
  /** What it is called: a hub id, or the name of its folder or file. */
  readonly id: string;
  readonly tokenizer: Tokenizer;
}

/** The files of a model directory, by name; undefined where there is none. */
export type OpenFile = (name: string) => Promise<Source | undefined>;

/** The JSON in `source`; throws `InputError` where it is none. */
export async function readJson(source: Source): Promise<unknown> {
  const text = new TextDecoder().decode(await source.read(0, source.size));
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

export const CONFIG_NEEDED = "a model directory needs config.json, model.safetensors and tokenizer.json";

/** A Hugging Face model directory. Throws `InputError` naming the file that is missing or wrong. */
export async function readDirectory(id: string, open: OpenFile): Promise<Checkpoint> {
  const configFile = await needed(id, open, "config.json", CONFIG_NEEDED);
  const json = await readJson(configFile);
  const config = readConfig(json, configFile.name);
  const { tokenizer, name } = await readTokenizer(id, open, json);
  const weights = await readWeights(config, await openTensors(id, open));
  checkVocabulary(tokenizer, config.vocabulary, name);
  return { id, config, weights, tokenizer };
}

/** The tokenizer that transformers makes of the directory's files (`config` is config.json), and the name of tokenizer.json. */
export async function readTokenizer(
  id: string,
  open: OpenFile,
  config: unknown,
): Promise<{ tokenizer: Tokenizer; name: string }> {
  const why = "save the tokenizer with transformers' save_pretrained (fast tokenizers write it)";
  const file = await needed(id, open, "tokenizer.json", why);
  const optional = async (name: string) => {
    const source = await open(name);
    return source && (await readJson(source));
  };
  const { model_type, tokenizer_class } = (config ?? {}) as Readonly<Record<string, unknown>>;
  const tokenizer = createTokenizer(await readJson(file), await optional("tokenizer_config.json"), {
    ...(typeof model_type === "string" && { modelType: model_type }),
    ...(typeof tokenizer_class === "string" && { tokenizerClass: tokenizer_class }),
    specialTokensMap: await optional("special_tokens_map.json"),
    addedTokens: await optional("added_tokens.json"),
  });
  return { tokenizer, name: file.name };
}

/** The weights in model.safetensors or in its shards. */
export async function openTensors(id: string, open: OpenFile): Promise<TensorFile> {
  const single = await open("model.safetensors");
  if (single) return openSafetensors(single);
  const index = await open("model.safetensors.index.json");
  if (index) {
    const shard = async (name: string): Promise<Source> => {
      const source = await open(name);
      if (!source) throw new InputError(`${id}: the shard ${name} that model.safetensors.index.json names is missing`);
      return source;
    };
    return openSharded(shard, await readJson(index));
  }
  throw new InputError(
    `${id}: there is no model.safetensors: pickled checkpoints are never opened; save the model as safetensors`,
  );
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
  const weights = await readWeights(config, ggufNames(config, file));
  const files = tokenizerFilesFromGguf(file.metadata);
  const tokenizer = createTokenizer(files["tokenizer.json"], files["tokenizer_config.json"]);
  checkVocabulary(tokenizer, config.vocabulary, source.name);
  return { checkpoint: { id, config, weights, tokenizer }, files: { "config.json": json, ...files } };
}

type GgufFileName = "config.json" | "tokenizer.json" | "tokenizer_config.json";

export function checkVocabulary(tokenizer: { readonly vocabularySize: number }, vocabulary: number, where: string): void {
  if (tokenizer.vocabularySize <= vocabulary) return;
  throw new InputError(
    `${where}: the tokenizer has ids up to ${tokenizer.vocabularySize - 1}, but the model embeds only ${vocabulary}: they do not belong together`,
  );
}
