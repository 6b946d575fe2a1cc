/** Writing so that what stands under a name is complete or absent: aside, sync, rename. */
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../run/errors.ts";

/** What the system says of a failure, in plain words. */
export const why = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EISDIR: "this is a folder",
    ENOTDIR: "a part of the path is a file, not a folder",
    EACCES: "it may not be used: check its permissions",
    EROFS: "the disk is read-only",
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
  };
  return known[code ?? ""] ?? (error as Error).message;
};

type Content = string | Uint8Array;

async function writeSynced(path: string, content: Content): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is only on the disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Names of what is being written aside; a killed process leaves them behind. */
export const isAside = (name: string): boolean => /^\..+\.aside$/.test(name);
let asides = 0;
const asideOf = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${Date.now()}.${asides++}.aside`);

/** What stands at `path` afterwards is the old file or the whole new one. Throws `InputError`. */
export async function writeWhole(path: string, content: Content): Promise<void> {
  const aside = asideOf(path);
  try {
    await writeSynced(aside, content);
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {}); // the first failure is the one to tell
    throw new InputError(`${path}: cannot be written (${why(error)}): choose another place`);
  }
}

/** Deletes a folder, which is there whole or not at all; nothing happens where there is none. */
export async function removeFolder(path: string): Promise<void> {
  const aside = asideOf(path);
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(aside, { recursive: true, force: true });
}

/** A new folder with files in it (a name may have a folder: `onnx/model.onnx`), which appears whole or not at all; one that is there is replaced. Throws `InputError`. */
export async function writeFolder(path: string, files: Iterable<readonly [name: string, content: Content]>): Promise<void> {
  const aside = asideOf(path);
  try {
    await mkdir(aside, { recursive: true });
    for (const [name, content] of files) {
      await mkdir(dirname(join(aside, name)), { recursive: true });
      await writeSynced(join(aside, name), content);
      await syncFolder(dirname(join(aside, name)));
    }
    await syncFolder(aside);
    await removeFolder(path);
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    throw new InputError(`${path}: cannot be written (${why(error)}): make room or choose another place`);
  }
}
