/** Reads the shards of a checkpoint as one: an index lists the files, and each file lists its tensors. */
import { isRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { nothing, openSafetensors, show } from "./safetensors.ts";
import type { Source } from "./source.ts";
import type { TensorFile, TensorInfo } from "./tensors.ts";

const INDEX = "model.safetensors.index.json";

/**
 * Opens the shards of a `model.safetensors.index.json` as one checkpoint; `open` opens a file by its path relative to the
 * index. Like stock loaders, it takes every tensor of every shard, even if the index does not list it. Throws `InputError` for
 * a malformed index, a shard that cannot be opened, or a tensor in two shards.
 */
export async function openSharded(open: (file: string) => Promise<Source>, index: unknown): Promise<TensorFile> {
  const shards = new Map<string, TensorFile>();
  const tensors = new Map<string, TensorInfo>();
  for (const path of shardPaths(index)) {
    const shard = await openSafetensors(await opened(open, path));
    for (const [name, info] of shard.tensors) {
      if (shards.has(name)) throw new InputError(`${INDEX}: two shards have the tensor ${show(name)}; download them again`);
      shards.set(name, shard);
      tensors.set(name, info);
    }
  }
  return { name: INDEX, tensors, read: async (name) => (shards.get(name) ?? nothing(INDEX, tensors)).read(name) };
}

const opened = (open: (file: string) => Promise<Source>, path: string): Promise<Source> =>
  open(path).catch((error: Error) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${INDEX}: the shard ${show(path)} cannot be opened; download it again (${error.message})`);
  });

/** Returns the files listed in the index, each below its folder. */
function shardPaths(index: unknown): Set<string> {
  const map = isRecord(index) && isRecord(index.weight_map) ? Object.entries(index.weight_map) : [];
  if (map.length === 0)
    throw new InputError(`${INDEX}: there is no "weight_map" from tensors to files; download the index again`);
  const files = map.map(([, file]) => file).filter(isBelow);
  const bad = map.find(([, file]) => !isBelow(file));
  if (bad)
    throw new InputError(
      `${INDEX}: the tensor ${show(bad[0])} is in ${show(bad[1])}, which is not a .safetensors file beside the index; download the index again`,
    );
  return new Set(files);
}

/** True for a relative path that does not lead out of the folder. */
const isBelow = (file: unknown): file is string =>
  typeof file === "string" &&
  /^[^/\\:\0][^\\:\0]*\.safetensors$/.test(file) &&
  file.split("/").every((part) => part !== "" && part !== "." && part !== "..");
