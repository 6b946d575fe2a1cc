/** MODEL as the command line takes it: a directory, a `.gguf` file, or a hub id. */
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { InputError } from "../run/errors.ts";
import { type Checkpoint, readDirectory, readGguf } from "./checkpoint.ts";
import { fileSource } from "./files.node.ts";
import { fetchFromHub } from "./hub.node.ts";

export type Progress = (done: number, total: number, file: string) => void;

const kindOf = async (path: string): Promise<"directory" | "file" | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found && (found.isDirectory() ? "directory" : "file");
};

/** Load `model`: a directory, a `.gguf` file, or `org/name[@revision]` from the hub. Throws `InputError`. */
export async function loadCheckpoint(model: string, options: { readonly progress?: Progress } = {}): Promise<Checkpoint> {
  const kind = await kindOf(model);
  if (kind === "directory") return fromDirectory(basename(resolve(model)), model);
  if (kind === "file") {
    if (!/\.gguf$/i.test(model))
      throw new InputError(`${model}: a model is a directory, a .gguf file or a hub id, not a single file of this kind`);
    const source = await fileSource(model);
    try {
      return await readGguf(basename(model), source);
    } finally {
      await source.close();
    }
  }
  if (/^\w[\w.-]*\/\w[\w.-]*(@[\w./-]+)?$/.test(model)) return fromDirectory(model, await fetchFromHub(model, options));
  throw new InputError(`${model}: no such directory or .gguf file, and not a hub id (org/name[@revision]): check the path`);
}

async function fromDirectory(id: string, directory: string): Promise<Checkpoint> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    return await readDirectory(id, async (name) => {
      const path = join(directory, name);
      if ((await kindOf(path)) !== "file") return undefined;
      const source = await fileSource(path);
      opened.push(source);
      return source;
    });
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}
