/** The files of a dropped model: a folder, several files, or a single .gguf file. */
import type { DroppedModel } from "./engine/protocol.ts";

/** Returns the dropped model, or undefined if no file was dropped. */
export async function dropped(data: DataTransfer | null): Promise<DroppedModel | undefined> {
  if (!data) return undefined;
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files =
    entries.length > 0 ? (await Promise.all(entries.map((entry) => filesOf(entry)))).flat() : namedFiles([...data.files]);
  if (files.length === 0) return undefined;
  const id = entries[0]?.name ?? files[0]![0];
  return { id, files };
}

type NamedFile = readonly [name: string, file: File];

/** Returns files by their paths within the chosen folder: its own, and those of modules such as `1_Pooling`. */
export const namedFiles = (files: readonly File[]): NamedFile[] =>
  files
    .map((file): NamedFile => [file.webkitRelativePath.split("/").slice(1).join("/") || file.name, file])
    .filter(([name]) => /^(\d+_\w+\/)?[^/]+$/.test(name));

/** Lists the files of a folder and of its module folders, but of no other subfolders. */
async function filesOf(entry: FileSystemEntry, prefix = ""): Promise<NamedFile[]> {
  if (entry.isFile) return [[`${prefix}${entry.name}`, await fileOf(entry as FileSystemFileEntry)]];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // a reader returns at most a hundred entries per call
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  const modules = prefix === "" ? found.filter(({ isDirectory, name }) => isDirectory && /^\d+_\w+$/.test(name)) : [];
  const inModules = modules.map((folder) => filesOf(folder, `${folder.name}/`));
  const own = found.filter(({ isFile }) => isFile).map((file) => filesOf(file, prefix));
  return (await Promise.all([...own, ...inModules])).flat();
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
