/** A model's files out of what was dropped: a folder, several files, or a single .gguf file. */
import type { DroppedModel } from "./engine/protocol.ts";

/** Undefined where nothing was dropped that is a file. */
export async function dropped(data: DataTransfer | null): Promise<DroppedModel | undefined> {
  if (!data) return undefined;
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = entries.length > 0 ? (await Promise.all(entries.map(filesOf))).flat() : [...data.files];
  if (files.length === 0) return undefined;
  const id = entries[0]?.name ?? files[0]!.name;
  return { id, files: files.map((file) => [file.name, file] as const) };
}

/** The files of a folder, not of those within it. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // a reader gives a hundred at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return Promise.all(found.filter(({ isFile }) => isFile).map((file) => fileOf(file as FileSystemFileEntry)));
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
