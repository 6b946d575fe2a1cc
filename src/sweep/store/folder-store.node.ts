/** A store in a folder: of this machine, or of a disk that several machines mount. */
import { linkSync, renameSync, statSync } from "node:fs";
import { readFile, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { asideOf } from "../../load/files/aside.node.ts";
import { fileSource, reason } from "../../load/files/files.node.ts";
import { makeFolders, placeOf, refusePseudo, removeEmpty, unwritable } from "../../load/files/place.node.ts";
import { type ContentOrParts, discard, syncFolder, writeSynced } from "../../load/files/write-folder.node.ts";
import { codeOf, InputError } from "../../run/errors.ts";
import { filesBelow, partsOf } from "./local.node.ts";
import type { Blobs } from "./store.ts";

/** Moves a complete temporary file to its target, or not. */
type Appear = (aside: string, target: string) => boolean;

/** Tries to create a temporary file whose folder other processes remove because it is empty. */
const TRIES = 5;

/** Opens the store in a folder, which is created with its first file. Throws `InputError` if no folder can be there. */
export async function folderBlobs(place: string): Promise<Blobs> {
  const root = resolve(place);
  await checkRoot(root, place);
  const add = (path: string, content: ContentOrParts, appear: Appear) => addFile(join(root, path), content, appear);
  return {
    place,
    read: (path) => readWhole(join(root, path)),
    write: async (path, content) => void (await add(path, content, replaceFile)),
    create: (path, content) => add(path, content, linkFile),
    list: async (folder) => (await filesIn(join(root, folder))).map((name) => (folder === "" ? name : `${folder}/${name}`)),
    remove: (path) => removeFile(root, join(root, path)),
    upload: async (path, parts) => void (await add(path, parts, replaceFile)),
    download: (path) => download(join(root, path)),
    close: async () => {},
  };
}

async function checkRoot(root: string, named: string): Promise<void> {
  try {
    const { kind } = await placeOf(root);
    if (kind === "file" || kind === "stream") throw Object.assign(new Error("a file"), { code: "ENOTDIR" });
    await refusePseudo(root, named);
  } catch (error) {
    throw unwritable(named, error);
  }
}

const isAbsent = (error: unknown): boolean => ["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(error) ?? "");

async function readWhole(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new InputError(`${path}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

const filesIn = (folder: string): Promise<string[]> =>
  filesBelow(folder).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${folder}: ${reason(error)}`);
  });

async function addFile(path: string, content: ContentOrParts, appear: Appear): Promise<boolean> {
  try {
    const aside = await startAside(path);
    try {
      await writeSynced(aside, content);
      return appear(aside, path);
    } finally {
      await discard(aside);
      await syncFolder(dirname(path)).catch(() => {}); // the folder may be removed by now; the file itself is synced
    }
  } catch (error) {
    throw unwritable(path, error, "make room or choose another place");
  }
}

/** Creates an empty temporary file, so that no other process removes the folder as an empty one. */
async function startAside(path: string): Promise<string> {
  for (let tries = TRIES; ; tries--) {
    const aside = asideOf(path);
    try {
      await makeFolders(dirname(path));
      await writeFile(aside, "");
      return aside;
    } catch (error) {
      await discard(aside);
      if (codeOf(error) !== "ENOENT" || tries === 1) throw error; // ENOENT: the folder was removed in between
    }
  }
}

function replaceFile(aside: string, target: string): boolean {
  renameSync(aside, target);
  return true;
}

/** A second link to a complete file: unlike a rename, it fails if the target exists. */
function linkFile(aside: string, target: string): boolean {
  try {
    linkSync(aside, target);
    return true;
  } catch (error) {
    // a network disk that repeats a request after a lost answer reports our own link
    if (codeOf(error) === "EEXIST") return statSync(aside).nlink > 1;
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    throw new InputError(
      `${target}: the disk has no hard links, so two workers could create the same file; choose a disk with hard links`,
    );
  }
}

async function removeFile(root: string, path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isAbsent(error)) throw unwritable(path, error, "check its permissions");
  });
  const parents: string[] = [];
  for (let at = dirname(path); at.startsWith(root + sep); at = dirname(at)) parents.unshift(at);
  removeEmpty(parents);
}

async function* download(path: string): AsyncGenerator<Uint8Array> {
  const file = await fileSource(path);
  try {
    yield* partsOf(file);
  } finally {
    await file.close();
  }
}
