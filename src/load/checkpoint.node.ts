/** MODEL as the command line takes it: a directory, a `.gguf` file, a hub id, or a built-in model. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../run/errors.ts";
import { builtinFolder } from "./builtin.node.ts";
import { type Checkpoint, type OpenFile, readDirectory, readGguf } from "./checkpoint.ts";
import { fileSource } from "./files.node.ts";
import { fetchFromHub } from "./hub.node.ts";
import type { Source } from "./source.ts";

export type Progress = (done: number, total: number, file: string) => void;

const kindOf = async (path: string): Promise<"directory" | "file" | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found && (found.isDirectory() ? "directory" : "file");
};

/** Load `model`: a directory, a `.gguf` file, `org/name[@revision]` from the hub, or `builtin:NAME`. Throws `InputError`. */
export const loadCheckpoint = (model: string, options: LoadOptions = {}): Promise<Checkpoint> =>
  fromModel(model, { directory: readDirectory, gguf: readGguf }, options);

/** What is made of a model's files; they are closed afterwards. */
export interface Readers<T> {
  readonly directory: (id: string, open: OpenFile) => Promise<T>;
  readonly gguf: (id: string, source: Source, beside: OpenFile) => Promise<T>;
}

/** What `read` makes of `model`, named as for `loadCheckpoint`. */
export async function fromModel<T>(model: string, read: Readers<T>, options: LoadOptions): Promise<T> {
  if ((await kindOf(model)) !== "file") return fromDirectory(model, read.directory, options);
  if (!/\.gguf$/i.test(model))
    throw new InputError(`${model}: a model is a directory, a .gguf file or a hub id, not a single file of this kind`);
  return openingIn(dirname(model), async (open) => read.gguf(basename(model), (await open(basename(model)))!, open));
}

export interface LoadOptions {
  readonly progress?: Progress;
}

/** What `read` makes of the files of `model`, a directory, a hub id or a built-in model; they are closed afterwards. */
export async function fromDirectory<T>(
  model: string,
  read: (id: string, open: OpenFile) => Promise<T>,
  options: LoadOptions,
): Promise<T> {
  const builtin = await builtinFolder(model);
  const kind = builtin ? "directory" : await kindOf(model);
  if (kind === "file") throw new InputError(`${model}: this is a file: name the model's directory, or a hub id`);
  const here = kind === "directory";
  if (!here && !/^\w[\w.-]*\/\w[\w.-]*(@[\w./-]+)?$/.test(model)) {
    throw new InputError(`${model}: no such directory or .gguf file, and not a hub id (org/name[@revision]): check the path`);
  }
  const directory = builtin ?? (here ? model : await fetchFromHub(model, options));
  return openingIn(directory, (open) => read(here && !builtin ? basename(resolve(model)) : model, open));
}

/** What `read` makes of files of a folder, which are closed afterwards. */
async function openingIn<T>(folder: string, read: (open: OpenFile) => Promise<T>): Promise<T> {
  const opened: { close(): Promise<void> }[] = [];
  const open: OpenFile = async (name) => {
    const path = join(folder, name);
    if ((await kindOf(path)) !== "file") return undefined;
    const source = await fileSource(path);
    opened.push(source);
    return source;
  };
  try {
    return await read(open);
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}
