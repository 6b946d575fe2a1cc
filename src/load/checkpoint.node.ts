/** Loads MODEL as the command line takes it: a directory, a `.gguf` file, a hub id, or a built-in model. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../run/errors.ts";
import { type Check, type Checkpoint, type OpenFile, readDirectory, readGguf } from "./checkpoint.ts";
import { builtinFolder } from "./files/builtin.node.ts";
import { fileOnDemand, fileSource, reason } from "./files/files.node.ts";
import { type HubModel, openHubModel } from "./files/hub.node.ts";
import { filesIn, isWithin } from "./files/listing.node.ts";
import type { Source } from "./format/source.ts";

/** Called while a file of a hub model downloads (in bytes); `waiting` gives the reason for a pause, if any. */
export type Progress = (done: number, total: number, file: string, waiting?: string) => void;

const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

const kindOf = async (path: string): Promise<"directory" | "file" | undefined> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (ABSENT.has(error.code ?? "")) return undefined;
    throw new InputError(`${path}: ${reason(error)}`);
  });
  return found && (found.isDirectory() ? "directory" : "file");
};

/** Loads `model`: a directory, a `.gguf` file, `org/name[@revision]` from the hub, or `builtin:NAME`. Throws `InputError`. */
export const loadCheckpoint = (model: string, options: LoadOptions & { check?: Check<Checkpoint> } = {}): Promise<Checkpoint> =>
  fromModel(
    model,
    {
      directory: (id, open) => readDirectory(id, open, options.check),
      gguf: (id, source, beside) => readGguf(id, source, beside, options.check),
    },
    options,
  );

/** Readers of a model's files, one for each kind of model; the files are closed afterwards. */
export interface Readers<T> {
  readonly directory: (id: string, open: OpenFile) => Promise<T>;
  readonly gguf: (id: string, source: Source, beside: OpenFile) => Promise<T>;
}

/** Returns the result of `read` on `model`, named as for `loadCheckpoint`. */
export async function fromModel<T>(model: string, read: Readers<T>, options: LoadOptions): Promise<T> {
  if ((await kindOf(model)) !== "file") return fromDirectory(model, read.directory, options);
  if (!/\.gguf$/i.test(model)) throw new InputError(`${model}: not a model; name a directory, a .gguf file or a hub id`);
  const source = await fileSource(model);
  try {
    return await read.gguf(basename(model), source, filesOf(dirname(model)));
  } finally {
    await source.close();
  }
}

export interface LoadOptions {
  readonly progress?: Progress;
}

/**
 * Returns the result of `read` on the files of `model`: a directory, a hub id or a built-in model. The files are closed
 * afterwards.
 */
export async function fromDirectory<T>(
  model: string,
  read: (id: string, open: OpenFile) => Promise<T>,
  options: LoadOptions,
): Promise<T> {
  const builtin = await builtinFolder(model);
  const kind = builtin ? "directory" : await kindOf(model);
  if (kind === "file") throw new InputError(`${model}: this is a file; name the model's directory or a hub id`);
  const here = kind === "directory";
  if (!here) await refuseMissingPath(model);
  if (builtin || here) return read(builtin ? model : basename(resolve(model)), filesOf(builtin ?? model));
  const remote = await openHubModel(model, options);
  return read(model, filesOf(remote.directory, remote));
}

/** The files of a directory, each opened when it is read; files of a hub model (`remote`) are fetched on first use. */
function filesOf(directory: string, remote?: Pick<HubModel, "fetchFile" | "fetchTexts">): OpenFile {
  const open = async (name: string) => {
    await remote?.fetchFile(name);
    const path = join(directory, name);
    return (await kindOf(path)) === "file" ? fileOnDemand(path) : undefined;
  };
  const list = async () => {
    await remote?.fetchTexts();
    return filesIn(directory);
  };
  return Object.assign(open, { list, isWithin: (name: string) => isWithin(directory, name) });
}

/** Throws `InputError` if `model` is a missing path and not a hub id, before any request to the hub. */
async function refuseMissingPath(model: string): Promise<void> {
  if (!/^\w[\w.-]*\/\w[\w.-]*(@[\w./-]+)?$/.test(model) || /\.gguf$/i.test(model))
    throw new InputError(`${model}: no such directory or .gguf file, and not a hub id (org/name[@revision]); check the path`);
  const folder = dirname(model.replace(/@.*/, ""));
  if ((await kindOf(folder)) === undefined) return;
  throw new InputError(
    `${model}: no such directory, but a local ${folder} exists; check the path, or run from another directory to load ${model} from the hub`,
  );
}
