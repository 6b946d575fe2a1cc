/** A checkpoint from its parts: configuration, tensors, tokenizer. Files are found by `checkpoint.node.ts` or by a page. */
import type { Transformer } from "../models/transformer.ts";
import { InputError } from "../run/errors.ts";
import { readConfig } from "./config.ts";
import { configJsonFromGguf, ggufNames } from "./gguf-model.ts";
import { type Beside, openGgufParts } from "./gguf-split.ts";
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
  const config = readConfig(await readJson(configFile), configFile.name);
  const { tokenizer, name } = await readTokenizer(id, open);
  const weights = await readWeights(config, await openTensors(id, open));
  checkVocabulary(tokenizer, config.vocabulary, name);
  return { id, config, weights, tokenizer };
}

/** The tokenizer in tokenizer.json, with what tokenizer_config.json adds, and the file's name. */
export async function readTokenizer(id: string, open: OpenFile): Promise<{ tokenizer: Tokenizer; name: string }> {
  const why = "save the tokenizer with transformers' save_pretrained (fast tokenizers write it)";
  const file = await needed(id, open, "tokenizer.json", why);
  const config = await open("tokenizer_config.json");
  return { tokenizer: createTokenizer(await readJson(file), config && (await readJson(config))), name: file.name };
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

/** A GGUF file with its own tokenizer; `beside` finds the other parts of one in parts. */
export const readGguf = async (id: string, source: Source, beside?: Beside): Promise<Checkpoint> =>
  (await readGgufWithFiles(id, source, beside)).checkpoint;

/** The same, with the JSON files that a directory of this model would have. */
export async function readGgufWithFiles(
  id: string,
  source: Source,
  beside?: Beside,
): Promise<{ checkpoint: Checkpoint; files: Record<GgufFileName, object> }> {
  const file = await openGgufParts(source, beside);
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
