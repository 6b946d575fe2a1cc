/**
 * Writes folders that appear as a whole; an existing folder is exchanged for the new one in one step if the system supports it.
 */

import { type Dirent, linkSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { chmod, chown, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { codeOf } from "../../run/errors.ts";
import { asideOf, oldOf, writing } from "./aside.node.ts";
import { exchange } from "./native.node.ts";
import { makeFolders, placeOf, refusePseudo, unwritable } from "./place.node.ts";

/** The content of a file. */
export type Content = string | Uint8Array;

/** The content of a file, or its parts, so that a large one is never in memory as a whole. */
export type ContentOrParts = Content | AsyncIterable<Uint8Array>;

/** Writes a new file and syncs it to the disk. */
export async function writeSynced(path: string, content: ContentOrParts): Promise<void> {
  const file = await open(path, "w");
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Syncs a folder to the disk: a rename is only durable after that. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Deletes a temporary file or folder, or the old one that was exchanged for it. */
export async function discard(aside: string): Promise<void> {
  await rm(aside, { recursive: true, force: true }).catch(() => {}); // only the first error is reported
  writing.delete(aside);
}

/** Copies the permissions and the owner of `old` to the file or folder that replaces it. */
export async function takeOver(path: string, old: string): Promise<void> {
  const [own, like] = [await stat(path), await stat(old)];
  // only root may change owners, and some disks have none: otherwise the writer stays the owner
  if (own.uid !== like.uid || own.gid !== like.gid) await chown(path, like.uid, like.gid).catch(() => {});
  if (own.mode !== like.mode) await chmod(path, like.mode & 0o7777).catch(() => {});
}

/** Deletes a folder in one step, so that it is never partly there; does nothing if there is none. */
export async function removeFolder(path: string): Promise<void> {
  const aside = asideOf(path);
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await discard(aside);
}

/**
 * Writes a new folder of files (a name may include a folder: `onnx/model.onnx`), which appears as a whole or not at all. An
 * existing folder with all its content is exchanged for the new one in one step. Throws `InputError`.
 */
export async function writeFolder(
  path: string,
  files: Iterable<readonly [name: string, content: ContentOrParts]>,
): Promise<void> {
  let aside: string | undefined;
  try {
    const place = await placeOf(path);
    if (place.kind === "file" || place.kind === "stream") throw Object.assign(new Error("a file"), { code: "ENOTDIR" });
    await refusePseudo(place.path, path);
    await makeFolders(dirname(place.path));
    aside = asideOf(place.path);
    await fill(aside, files);
    if (place.kind === "folder") await takeOver(aside, place.path);
    replaceFolder(aside, place.path);
    await syncFolder(dirname(place.path));
  } catch (error) {
    throw unwritable(path, error, "make room or choose another place");
  } finally {
    if (aside !== undefined) await discard(aside);
  }
}

async function fill(folder: string, files: Iterable<readonly [name: string, content: ContentOrParts]>): Promise<void> {
  await mkdir(folder);
  const folders = new Set([folder]);
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (!folders.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
    folders.add(dirname(path));
    await writeSynced(path, content);
  }
  for (const one of folders) await syncFolder(one);
}

function replaceFolder(aside: string, path: string): void {
  const existing = entries(path);
  if (existing?.length === 0 && process.platform === "win32") rmdirSync(path); // other systems replace an empty folder in one step
  if (existing && existing.length > 0) {
    if (!exchange(aside, path)) replaceInTwoSteps(aside, path);
  } else renameSync(aside, path);
}

/** If the process is killed between the steps, the next claim of `path` puts the old folder back. */
function replaceInTwoSteps(aside: string, path: string): void {
  const old = oldOf(aside);
  renameSync(path, old);
  try {
    renameSync(aside, path);
  } catch (error) {
    renameSync(old, path);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function entries(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A complete temporary file and its target path. */
export interface Ready {
  readonly aside: string;
  readonly path: string;
}

/**
 * Moves several files of one folder to their targets in one step, by exchanging the folder. Returns false and changes nothing
 * if the folder has other files, is in use, or the system does not support it.
 */
export async function exchangeFolder(files: readonly Ready[]): Promise<boolean> {
  const [folder, ...others] = new Set(files.map(({ path }) => dirname(path)));
  const names = files.map(({ path }) => basename(path));
  const locks = names.map((name) => `.${name}.lock`);
  const known = new Set([...names, ...locks, ...files.map(({ aside }) => basename(aside))]);
  const isOurs = (entry: Dirent) => entry.isFile() && known.has(entry.name);
  if (folder === undefined || others.length > 0 || `${process.cwd()}${sep}`.startsWith(`${folder}${sep}`)) return false;
  const aside = asideOf(folder);
  try {
    mkdirSync(aside);
    await takeOver(aside, folder);
    for (const { aside: file, path } of files) linkSync(file, join(aside, basename(path)));
    await syncFolder(aside);
    const existing = entries(folder) ?? [];
    for (const { name } of existing.filter(({ name }) => locks.includes(name))) linkSync(join(folder, name), join(aside, name));
    if (!existing.every(isOurs) || !exchange(aside, folder)) return false;
    restoreOthers(aside, folder, known);
    return true;
  } catch {
    return false; // no hard links, or no room beside the folder
  } finally {
    await discard(aside);
  }
}

/** Moves files that another program wrote into the old folder at the last moment to the new one. */
function restoreOthers(old: string, folder: string, known: ReadonlySet<string>): void {
  for (const { name } of entries(old) ?? []) if (!known.has(name)) renameSync(join(old, name), join(folder, name));
}
