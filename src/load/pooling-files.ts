/** Reads a checkpoint's pooling from the files of sentence-transformers: modules.json and the folders that it names. */

import { asRecord, isRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";
import { parseJson } from "./format/json.ts";
import { openSafetensors } from "./format/safetensors.ts";
import type { Source } from "./format/source.ts";
import {
  DENSE_ACTIVATIONS,
  type DenseModule,
  MEAN_POOLING,
  POOLING_MODES,
  type Pooling,
  type PoolingMode,
  type RefusedPooling,
  type SentenceModule,
} from "./pooling.ts";

/** Opens a file of a model directory by name. */
type OpenFile = (name: string) => Promise<Source | undefined>;
type Json = Readonly<Record<string, unknown>>;

/** Reads modules.json and the files that it names; undefined if a model directory has none of these files. */
export async function readPooling(id: string, open: OpenFile): Promise<Pooling | RefusedPooling | undefined> {
  try {
    const reading = await readingOf(open);
    const file = await open("modules.json");
    if (!file) return reading && { ...MEAN_POOLING, ...reading };
    const list = await jsonOf(file);
    if (!Array.isArray(list)) throw new InputError("modules.json: not a list of modules");
    return { modules: await modulesOf(list, open), ...reading, stated: true };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      refused: `${id}: its sentence embeddings cannot be computed (${error.message}); use a task other than similarity and labels`,
    };
  }
}

/** Older names of the file with the transformer's own options. */
const OPTIONS = ["bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"];

async function readingOf(open: OpenFile): Promise<Omit<Pooling, "modules" | "stated"> | undefined> {
  const own = await firstJson(
    OPTIONS.map((name) => `sentence_${name}_config.json`),
    open,
  );
  const whole = await firstJson(["config_sentence_transformers.json"], open);
  if (!own && !whole) return undefined;
  const length = own?.max_seq_length ?? (await firstJson(["tokenizer_config.json"], open))?.model_max_length;
  const known = typeof length === "number" && length > 0 ? { maxTokens: Math.min(length, 2 ** 31) } : {};
  const similarity = whole?.similarity_fn_name;
  return {
    ...known,
    ...(own?.do_lower_case === true && { lowercase: true }),
    ...promptOf(whole),
    ...(typeof similarity === "string" && similarity !== "cosine" && { similarity }),
  };
}

function promptOf(whole: Json | undefined): { readonly prompt?: string } {
  const name = whole?.default_prompt_name;
  if (name === undefined || name === null) return {};
  const prompt = asRecord(whole?.prompts)[`${name}`];
  if (typeof prompt === "string") return prompt === "" ? {} : { prompt };
  throw new InputError(`config_sentence_transformers.json: default_prompt_name is "${name}", but no prompt has this name`);
}

async function firstJson(names: readonly string[], open: OpenFile): Promise<Json | undefined> {
  for (const name of names) {
    const file = await open(name);
    if (!file) continue;
    const json = await jsonOf(file);
    if (isRecord(json)) return json;
    throw new InputError(`${name}: not a JSON object`);
  }
  return undefined;
}

const jsonOf = async (source: Source): Promise<unknown> =>
  parseJson(new TextDecoder().decode(await source.read(0, source.size)), source.name);

async function modulesOf(list: readonly unknown[], open: OpenFile): Promise<SentenceModule[]> {
  const modules: SentenceModule[] = [];
  for (const [k, module] of list.entries()) {
    const { type, path } = asRecord(module);
    if (typeof type !== "string" || typeof path !== "string")
      throw new InputError(`modules.json: module ${k} has no type or path`);
    if (k === 0) requireTransformer(type, path);
    else modules.push(...(await moduleOf(type, path, open)));
  }
  const pooled = modules.findIndex(({ kind }) => kind === "pooling");
  if (pooled === 0 && modules.filter(({ kind }) => kind === "pooling").length === 1) return modules;
  throw new InputError("modules.json: exactly one Pooling module has to follow the transformer");
}

/** Returns the class name of a sentence-transformers module; undefined for a class of another package. */
const nameOf = (type: string): string | undefined =>
  /^sentence_transformers\./.test(type) ? type.split(".").at(-1) : undefined;

function requireTransformer(type: string, path: string): void {
  if (nameOf(type) !== "Transformer") throw new InputError(`modules.json: the first module is "${type}", not a Transformer`);
  if (path !== "") throw new InputError(`modules.json: the transformer is in the folder "${path}"`);
}

async function moduleOf(type: string, path: string, open: OpenFile): Promise<SentenceModule[]> {
  const found = await firstJson([`${path}/config.json`], open);
  if (!found && nameOf(type) === "Pooling") throw new InputError(`${path}/config.json: there is no such file`);
  const config = found ?? {};
  requireKeys(config, `${path}/config.json`, KEYS[nameOf(type) ?? ""]);
  switch (nameOf(type)) {
    case "Pooling":
      return [{ kind: "pooling", modes: modesOf(config, path) }];
    case "Normalize":
      return [{ kind: "normalize" }];
    case "Dropout":
      return [];
    case "Dense":
      return [await denseOf(config, path, open)];
    default:
      throw new InputError(`modules.json: the module "${type}" is not supported`);
  }
}

const LEGACY: Readonly<Record<string, PoolingMode>> = {
  pooling_mode_cls_token: "cls",
  pooling_mode_max_tokens: "max",
  pooling_mode_mean_tokens: "mean",
  pooling_mode_mean_sqrt_len_tokens: "mean_sqrt_len_tokens",
  pooling_mode_weightedmean_tokens: "weightedmean",
  pooling_mode_lasttoken: "lasttoken",
};

const ENDS = ["module_input_name", "module_output_name"];
/** The keys that the configuration of each module can have. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Pooling: ["word_embedding_dimension", "embedding_dimension", "pooling_mode", "include_prompt", ...Object.keys(LEGACY)],
  Normalize: ENDS,
  Dropout: ["dropout"],
  Dense: ["in_features", "out_features", "bias", "activation_function", "use_residual", ...ENDS],
};

function requireKeys(config: Json, name: string, known: readonly string[] | undefined): void {
  const unknown = known && Object.keys(config).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new InputError(`${name}: the key "${unknown}" is not supported`);
  const moved = ENDS.find((key) => (config[key] ?? "sentence_embedding") !== "sentence_embedding");
  if (moved !== undefined) throw new InputError(`${name}: ${moved} ${JSON.stringify(config[moved])} is not supported`);
}

/** Returns the enabled modes, as sentence-transformers reads old and new keys; the mean if there are none. */
function modesOf(config: Json, path: string): PoolingMode[] {
  if (config.include_prompt === false) throw new InputError(`${path}/config.json: include_prompt false is not supported`);
  const on = Object.entries(LEGACY).flatMap(([key, mode]) => (config[key] ? [mode] : []));
  const given = config.pooling_mode ?? (on.length > 0 ? on : "mean");
  const asked: readonly unknown[] = Array.isArray(given) ? given : [given];
  const modes = asked.flatMap((mode) => POOLING_MODES.filter((known) => known === mode));
  const odd = asked.find((mode) => !modes.some((known) => known === mode));
  if (odd === undefined && modes.length > 0) return modes;
  throw new InputError(`${path}/config.json: the pooling mode ${JSON.stringify(odd ?? given)} is not supported`);
}

async function denseOf(config: Json, path: string, open: OpenFile): Promise<DenseModule> {
  const source = await open(`${path}/model.safetensors`);
  if (!source) throw new InputError(`${path}/model.safetensors: there is no such file, and other formats are not read`);
  const file = await openSafetensors(source);
  const read = async (name: string, shape: readonly unknown[]): Promise<Tensor> => {
    const found = file.tensors.get(name);
    if (found && `${found.shape}` === `${shape}`) return file.read(name);
    throw new InputError(`${path}/model.safetensors: ${name} is ${found ? `[${found.shape}]` : "missing"}, not [${shape}]`);
  };
  const { in_features: from, out_features: to, bias = true, use_residual: residual = false } = config;
  if (residual && from !== to) throw new InputError(`${path}/config.json: use_residual between two widths is not supported`);
  const weight = await read("linear.weight", [to, from]);
  const activation = activationOf(config.activation_function, path);
  return {
    kind: "dense",
    weight,
    ...(bias === true && { bias: await read("linear.bias", [to]) }),
    activation,
    residual: residual === true,
  };
}

/** Returns the activation that a class name stands for; tanh if there is none, as in sentence-transformers. */
function activationOf(given: unknown, path: string): DenseModule["activation"] {
  const name = `${given ?? "torch.nn.Tanh"}`;
  const found = DENSE_ACTIVATIONS.find((known) => /^torch\.nn\./.test(name) && name.endsWith(`.${known}`));
  if (found) return found;
  throw new InputError(`${path}/config.json: the activation ${JSON.stringify(given)} is not supported`);
}
