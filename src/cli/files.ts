/** Reading what a user names, and writing so that a file is complete or absent. */
import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError } from "../run/errors.ts";

const why = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EISDIR: "this is a folder",
    ENOTDIR: "a part of the path is a file, not a folder",
    EACCES: "it may not be used: check its permissions",
    EROFS: "the disk is read-only",
    ENOSPC: "the disk is full",
  };
  return known[code ?? ""] ?? (error as Error).message;
};

/** The text of a file, which has to be UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error) => {
    throw new InputError(`${path}: ${why(error)}`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: this is not UTF-8 text: convert it first`);
  }
}

/** Make a folder and see that files can be put into it, before any work is done for them. */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new InputError(`${path}: cannot be written to (${why(error)}): choose another folder`);
  }
}

/** Write aside, sync, rename: what stands at `path` afterwards is the old file or the whole new one. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = join(dirname(path), `.${process.pid}.${Date.now()}.tmp`);
  try {
    const file = await open(aside, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw new InputError(`${path}: cannot be written (${why(error)}): choose another place`);
  }
}
