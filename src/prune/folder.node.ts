/** A cut model as a folder: Hugging Face's files, `prune.json`, and on request ONNX files. */
import { readdir } from "node:fs/promises";
import { fromDirectory, type LoadOptions } from "../load/checkpoint.node.ts";
import type { Checkpoint, OpenFile } from "../load/checkpoint.ts";
import { openTensors, readDirectory, readJson } from "../load/checkpoint.ts";
import { olderName, storedAt } from "../load/names.ts";
import { originalHeadsJson } from "../load/original-heads.ts";
import { writeSafetensors } from "../load/safetensors-write.ts";
import { hubTensors } from "../load/save.ts";
import type { TensorFile } from "../load/tensors.ts";
import { isBare } from "../load/weights.ts";
import { leaves } from "../params/tree.ts";
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";

/** A model with the files that a copy of it needs besides its weights. */
export interface Opened {
  readonly checkpoint: Checkpoint;
  /** `config.json` as it stands there. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `prune.json` of a model that was cut before. */
  readonly pruned?: unknown;
  /** The tokenizer's files, unchanged. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether the names of its tensors have no prefix, and the tensors that no forward pass of ours reads (a pooler). */
  readonly bare: boolean;
  readonly others: ReadonlyMap<string, Tensor>;
}

const CARRIED = [
  ...["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "generation_config.json"],
  ...["vocab.txt", "vocab.json", "merges.txt", "sentence_bert_config.json"],
];

/** Opens MODEL for cutting: a directory, a hub id or a built-in model. Throws `InputError`. */
export const openForCutting = (model: string, options: LoadOptions = {}): Promise<Opened> => {
  if (/\.gguf$/i.test(model)) throw new InputError(`${model}: a GGUF file cannot be cut: name a model directory or a hub id`);
  return fromDirectory(model, readWithFiles, options);
};

async function readWithFiles(id: string, open: OpenFile): Promise<Opened> {
  const checkpoint = await readDirectory(id, open);
  const json = async (name: string): Promise<unknown> => {
    const source = await open(name);
    return source && readJson(source);
  };
  const files = new Map<string, Uint8Array>();
  for (const name of CARRIED) {
    const source = await open(name);
    if (source) files.set(name, await source.read(0, source.size));
  }
  return {
    checkpoint,
    config: (await json("config.json")) as Opened["config"],
    pruned: await json("prune.json"),
    files,
    ...(await otherTensors(checkpoint, await openTensors(id, open))),
  };
}

/** Tensors besides the model's own: heads of other tasks stay with the model, buffers that transformers makes itself do not. */
async function otherTensors({ config, weights }: Checkpoint, file: TensorFile): Promise<Pick<Opened, "bare" | "others">> {
  const bare = isBare(config, file);
  const names = leaves<Tensor>(weights).map(([path]) => storedAt(config, path, bare).name);
  const own = new Set([...names, ...names.map(olderName)]);
  const others = new Map<string, Tensor>();
  for (const [name, { storedAs }] of file.tensors) {
    const again = config.tied && TIED.test(name);
    if (!own.has(name) && /^B?F/.test(storedAs) && !again && !BUFFER.test(name)) others.set(name, await file.read(name));
  }
  return { bare, others };
}

const BUFFER = /(inv_freq|attn\.(masked_)?bias)$/;
/** Second names of the token table. */
const TIED = /(^|\.)(lm_head|decoder|vocab_projector)\.weight$/;

/** The files of a model that was cut or padded: `opened`'s own, with the smaller weights and configuration. */
export function modelFiles(
  { config, files, bare, others }: Opened,
  model: Pick<Checkpoint, "config" | "weights">,
): Map<string, Uint8Array | string> {
  const { headwise: _, ...plain } = config;
  const dtype = { ["dtype" in plain ? "dtype" : "torch_dtype"]: "float32" };
  const json = { ...plain, ...dtype, ...originalHeadsJson(model.config) };
  return new Map<string, Uint8Array | string>([
    ...files,
    ["config.json", `${JSON.stringify(json, null, 2)}\n`],
    ["model.safetensors", writeSafetensors(new Map([...hubTensors(model.config, model.weights, bare), ...others]))],
  ]);
}

/** Throws `InputError` where something at `out` would be lost, unless it may be (`force`) and is a model that was cut before. */
export async function checkVacant(out: string, force: boolean): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new InputError(`${out}: ${error.code === "ENOTDIR" ? "this is a file: name a folder" : error.message}`);
  });
  if (found.length === 0) return;
  if (!force) throw new InputError(`${out}: is not empty: name another folder, or replace it with --force`);
  if (!found.includes("prune.json"))
    throw new InputError(`${out}: holds other files than a cut model's, which --force would delete: name another folder`);
}
