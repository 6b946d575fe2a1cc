/** The files that a reader drops or chooses, and the model among them. */
import { InputError } from "../src/run/errors.ts";
import type { DroppedModel } from "./engine/protocol.ts";

/** A file with its path: from the folder that was dropped or chosen on, or its name alone. */
export type FoundFile = readonly [path: string, file: File];

/** How deep folders are read: a model in the hub's cache is two folders down, its modules one more. */
const DEPTH = 3;
const IS_MODULE = /^\d+_\w+$/;
const WANTED = "open a model’s folder (config.json, model.safetensors, tokenizer.json) or a .gguf file";

/** Returns the files chosen with a file dialog. */
export const chosenFiles = (files: Iterable<File>): FoundFile[] =>
  Array.from(files, (file) => [file.webkitRelativePath || file.name, file]);

/** Returns the dropped files. Throws `InputError` if there is none; must be called before the drop event has ended. */
export async function droppedFiles(data: DataTransfer | null): Promise<FoundFile[]> {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === "file");
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files =
    entries.length > 0 ? (await Promise.all(entries.map((entry) => filesOf(entry)))).flat() : chosenFiles(data?.files ?? []);
  if (files.length > 0) return files;
  const empty = entries[0] ? `the folder ${entries[0].name} is empty` : "what was dropped is not a file";
  throw new InputError(`${empty}; ${WANTED}`);
}

/** Lists the files of an entry and of its folders. */
async function filesOf(entry: FileSystemEntry, within = ""): Promise<FoundFile[]> {
  const path = `${within}${entry.name}`;
  if (entry.isFile) return [[path, await fileOf(entry as FileSystemFileEntry)]];
  if (path.split("/").length > DEPTH + 1) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // a reader returns at most a hundred entries per call
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((one) => filesOf(one, `${path}/`)))).flat();
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

/**
 * Finds the model among files: the uppermost folder with a config.json, or a .gguf file. Its files keep their paths within that
 * folder. Throws `InputError` if there is none, or more than one.
 */
export function modelAmong(files: readonly FoundFile[]): DroppedModel {
  const paths = files.map(([path]) => path);
  const roots = highest(paths.filter((path) => nameOf(path) === "config.json")).map(folderOf);
  const root = only(roots, `there are ${roots.length} models (${roots.join(", ")})`, "open the folder of one of them");
  const ggufs = highest(paths.filter((path) => /\.gguf$/i.test(path)));
  const weights = paths.some((path) => /\.safetensors$/.test(path));
  if (root !== undefined && (weights || ggufs.length === 0)) return folderModel(files, root);
  const whole = [...new Set(ggufs.map((path) => path.replace(/-\d{5}-of-(\d{5})\.gguf$/i, "-of-$1.gguf")))];
  only(whole, `there are ${whole.length} .gguf files (${whole.map(nameOf).join(", ")})`, "open one of them");
  if (ggufs[0] === undefined) throw new InputError(whyNoModel(paths));
  const folder = folderOf(ggufs[0]);
  return {
    id: nameOf(ggufs[0]),
    files: files.filter(([path]) => ggufs.includes(path)).map(([path, file]) => [path.slice(folder.length), file]),
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
/** Returns the folder of a path, with its last slash. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const depthOf = (path: string): number => path.split("/").length;

/** Returns those in the uppermost folders; folders of modules, such as `1_Pooling`, are parts of the model above them. */
function highest(paths: readonly string[]): string[] {
  const isPart = (path: string) =>
    IS_MODULE.test(nameOf(folderOf(path).slice(0, -1))) && paths.some((other) => isAbove(other, path));
  const models = paths.filter((path) => !isPart(path));
  const least = Math.min(...models.map(depthOf));
  return models.filter((path) => depthOf(path) === least);
}

/** Returns true if a path lies in a folder that the other one's folder contains. */
const isAbove = (path: string, other: string): boolean =>
  folderOf(other) !== folderOf(path) && folderOf(other).startsWith(folderOf(path));

function only<T>(all: readonly T[], several: string, advice: string): T | undefined {
  if (all.length > 1) throw new InputError(`${several}; ${advice}`);
  return all[0];
}

function folderModel(files: readonly FoundFile[], root: string): DroppedModel {
  const own = files
    .filter(([path]) => path.startsWith(root))
    .map(([path, file]): FoundFile => [path.slice(root.length), file])
    .filter(([path]) => IS_MODULE.test(path.split("/")[0]!) || !path.includes("/"));
  return { id: nameOf(root.slice(0, -1)) || "opened files", files: own };
}

/** Says what files without a model are, and what to do. */
function whyNoModel(paths: readonly string[]): string {
  const [first = ""] = paths;
  const what =
    paths.length === 1
      ? nameOf(first)
      : first.includes("/")
        ? `the folder ${first.split("/")[0]}`
        : `these ${paths.length} files`;
  const has = (ending: RegExp) => paths.some((path) => ending.test(path));
  if (has(/\.safetensors$/)) return `${what}: config.json is missing; open it together with the weights and tokenizer.json`;
  if (has(/\.(bin|pt|pth|ckpt|pkl)$/)) return `${what}: pickled weights are not read; save the model as safetensors`;
  if (has(/\.onnx$/)) return `${what}: ONNX files are not read; open the folder of the model that was exported`;
  if (has(/\.(zip|tar|gz|tgz)$/)) return `${what}: archives are not read; unpack it and open the model’s folder`;
  return `${what}: there is no config.json and no .gguf file; ${WANTED}`;
}
