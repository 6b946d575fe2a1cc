/** A model opened for pruning: its weights, and everything else that a copy of it needs. */
import { type AnyCheckpoint, isTranslator, readAnyDirectory } from "../../load/any-checkpoint.ts";
import type { Check, Checkpoint, OpenFile } from "../../load/checkpoint.ts";
import { neededConfig, openTensors, readGgufWithFiles, readJson } from "../../load/checkpoint.ts";
import { readConfig } from "../../load/family/config.ts";
import { headwiseJson } from "../../load/family/reading/headwise-keys.ts";
import { headPath, namesAt, winnerAt } from "../../load/family/reading/stored.ts";
import { readTranslationConfig } from "../../load/family/translation-config.ts";
import { translationTensors } from "../../load/family/translation-weights.ts";
import { isBare } from "../../load/family/weights.ts";
import { writeSafetensors } from "../../load/format/safetensors-write.ts";
import type { Source } from "../../load/format/source.ts";
import type { TensorFile } from "../../load/format/tensors.ts";
import { FAST_TOKENIZER, hubTensors, withTying } from "../../load/save.ts";
import type { EncoderDecoder } from "../../load/translator.ts";
import type { AnyModel } from "../../models/any.ts";
import type { AnyConfig } from "../../models/sites.ts";
import type { Transformer } from "../../models/transformer.ts";
import { asRecord } from "../../params/keyed.ts";
import { leaves } from "../../params/tree.ts";
import type { Tensor } from "../../run/tensor.ts";
import { carriedFiles, type LeftOut } from "./carried.ts";

type Json = Readonly<Record<string, unknown>>;

/** A model with the files that a copy of it needs besides its weights. */
export interface Opened {
  readonly checkpoint: AnyCheckpoint;
  /** `config.json` as stored. */
  readonly config: Json;
  /** `prune.json` of a model that was pruned before. */
  readonly pruned?: unknown;
  /** Files that remain valid for a pruned model: the tokenizer, the card, sentence-transformers' modules. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The other files, and the reasons why they are not copied. */
  readonly leftOut: readonly LeftOut[];
  /**
   * Returns the tensors of a pruned model by their names in the file, including those that no forward pass reads (a pooler).
   */
  readonly tensorsOf: (model: AnyModel) => ReadonlyMap<string, Tensor>;
}

/** Reads a model directory of any family. Throws `InputError` with the name of a missing or invalid file. */
export async function readForCutting(id: string, open: OpenFile, check?: Check<AnyCheckpoint>): Promise<Opened> {
  const json = (await readJson(await neededConfig(id, open))) as Json;
  const record = await open("prune.json");
  const rest = { config: json, pruned: record && (await readJson(record)), ...(await carriedFiles(open)) };
  const checkpoint = await readAnyDirectory(id, open, check);
  if (isTranslator(checkpoint)) return { checkpoint, ...rest, tensorsOf: translatorTensors };
  return { checkpoint, ...rest, tensorsOf: await withOthers(checkpoint, await openTensors(id, open)) };
}

/** Reads a GGUF file, with the files that make it a model directory. */
export async function readGgufForCutting(
  id: string,
  source: Source,
  beside?: OpenFile,
  check?: Check<AnyCheckpoint>,
): Promise<Opened> {
  const { checkpoint, files } = await readGgufWithFiles(id, source, beside, check);
  const { "config.json": config, ...tokenizer } = files;
  return {
    checkpoint,
    config: JSON.parse(JSON.stringify(config)), // without the keys that the file lacks
    files: new Map(Object.entries(tokenizer).map(([name, json]) => [name, new TextEncoder().encode(JSON.stringify(json))])),
    leftOut: [],
    tensorsOf: (model) => hubTensors(...transformer(model)),
  };
}

const transformer = (model: AnyModel): [Transformer["config"], Transformer["weights"]] => {
  const { config, weights } = model as Transformer;
  return [config, weights];
};
const translatorTensors = (model: AnyModel) => {
  const { config, weights } = model as EncoderDecoder;
  return translationTensors(config, weights);
};

/** Keeps tensors of other tasks, but drops buffers that transformers creates and a head equal to the embedding table. */
async function withOthers({ config, weights }: Checkpoint, file: TensorFile): Promise<Opened["tensorsOf"]> {
  const bare = isBare(config, file);
  const paths = leaves<Tensor>(weights).map(([path]) => path);
  if (config.tied && config.languageHead !== "none") paths.push(headPath(config));
  const own = new Set(paths.flatMap((path) => [winnerAt(config, path), ...namesAt(config, path)]));
  const others = new Map<string, Tensor>();
  for (const [name, { storedAs }] of file.tensors)
    if (!own.has(name) && /^B?F/.test(storedAs) && !BUFFER.test(name)) others.set(name, await file.read(name));
  return (model) => new Map([...hubTensors(...transformer(model), bare), ...others]);
}

const BUFFER = /(inv_freq|attn\.(masked_)?bias)$/;

/** Returns the configuration of the model before any pruning. */
export function wholeConfig({ config, checkpoint }: Opened): AnyConfig {
  const { headwise, pruned_heads: _, ...plain } = config;
  const { attention } = asRecord(headwise);
  const whole = { ...plain, ...(attention !== undefined && { headwise: { attention } }) };
  return (isTranslator(checkpoint) ? readTranslationConfig : readConfig)(whole, "config.json");
}

/** Returns the files of a pruned or padded model: those of `opened`, with the smaller weights and configuration. */
export function modelFiles({ config, files, tensorsOf }: Opened, model: AnyModel): Map<string, Uint8Array | string> {
  const { headwise: _, pruned_heads: __, ...plain } = config;
  const dtype = { ["dtype" in plain ? "dtype" : "torch_dtype"]: "float32" };
  const json = { ...withTying(plain, model.config), ...dtype, ...headwiseJson(model.config) };
  return new Map<string, Uint8Array | string>([
    ...(files.has("tokenizer.json")
      ? [["tokenizer_config.json", `${JSON.stringify(FAST_TOKENIZER, null, 2)}\n`] as const]
      : []),
    ...files,
    ["config.json", `${JSON.stringify(json, null, 2)}\n`],
    ["model.safetensors", writeSafetensors(tensorsOf(model))],
  ]);
}
