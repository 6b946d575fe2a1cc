/** Folders that appear whole, and are exchanged for their successors in one step where the system can. */
import { type Dirent, linkSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { chmod, chown, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { asideOf, oldOf, writing } from "./aside.node.ts";
import { exchange } from "./native.node.ts";
import { makeFolders, placeOf, refusePseudo, unwritable } from "./place.node.ts";

/** What a file holds. */
export type Content = string | Uint8Array;

/** Writes a new file down to the disk. */
export async function writeSynced(path: string, content: Content): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is only on the disk when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Deletes what was written aside, or what has changed places with it. */
export async function discard(aside: string): Promise<void> {
  await rm(aside, { recursive: true, force: true }).catch(() => {}); // the first failure is the one to tell
  writing.delete(aside);
}

/** Gives a new file or folder the permissions and the owner of the one it replaces. */
export async function takeOver(path: string, old: string): Promise<void> {
  const [own, like] = [await stat(path), await stat(old)];
  // only root may give files away, and some disks know no owners: then they are the writer's
  if (own.uid !== like.uid || own.gid !== like.gid) await chown(path, like.uid, like.gid).catch(() => {});
  if (own.mode !== like.mode) await chmod(path, like.mode & 0o7777).catch(() => {});
}

/** Deletes a folder, which is there whole or not at all; nothing happens where there is none. */
export async function removeFolder(path: string): Promise<void> {
  const aside = asideOf(path);
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await discard(aside);
}

/**
 * Writes a new folder with files in it (a name may have a folder: `onnx/model.onnx`), which appears whole or not at all. One that
 * is there, and all it holds, is exchanged for the new one in one step. Throws `InputError`.
 */
export async function writeFolder(path: string, files: Iterable<readonly [name: string, content: Content]>): Promise<void> {
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

async function fill(folder: string, files: Iterable<readonly [name: string, content: Content]>): Promise<void> {
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
  const there = entries(path);
  if (there?.length === 0 && process.platform === "win32") rmdirSync(path); // elsewhere an empty folder is replaced in one step
  if (there && there.length > 0) {
    if (!exchange(aside, path)) replaceInTwoSteps(aside, path);
  } else renameSync(aside, path);
}

/** A process that is killed between the steps leaves the old folder to be put back by the next claim of `path`. */
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A file that is written whole, and the place it is for. */
export interface Ready {
  readonly aside: string;
  readonly path: string;
}

/**
 * Lets several files of one folder take their places in one step: by exchanging the folder, which is possible where it holds
 * nothing else. False, and nothing has happened, where it does, where something works in it, or where the system cannot.
 */
export async function exchangeFolder(files: readonly Ready[]): Promise<boolean> {
  const folder = dirname(files[0]!.path);
  const names = files.map(({ path }) => basename(path));
  const locks = names.map((name) => `.${name}.lock`);
  const known = new Set([...names, ...locks, ...files.map(({ aside }) => basename(aside))]);
  const isOurs = (entry: Dirent) => entry.isFile() && known.has(entry.name);
  if (files.some(({ path }) => dirname(path) !== folder) || `${process.cwd()}${sep}`.startsWith(`${folder}${sep}`))
    return false;
  const aside = asideOf(folder);
  try {
    mkdirSync(aside);
    await takeOver(aside, folder);
    for (const { aside: file, path } of files) linkSync(file, join(aside, basename(path)));
    await syncFolder(aside);
    const there = entries(folder) ?? [];
    for (const { name } of there.filter(({ name }) => locks.includes(name))) linkSync(join(folder, name), join(aside, name));
    if (!there.every(isOurs) || !exchange(aside, folder)) return false;
    bringBack(aside, folder, known);
    return true;
  } catch {
    return false; // no links, or no place beside the folder
  } finally {
    await discard(aside);
  }
}

/** What another program put into the old folder at the last moment. */
function bringBack(old: string, folder: string, known: ReadonlySet<string>): void {
  for (const { name } of entries(old) ?? []) if (!known.has(name)) renameSync(join(old, name), join(folder, name));
}
