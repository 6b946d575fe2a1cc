/** Whole folders in a store: files are copied to a new subfolder, and the manifest that names it is written last. */
import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileSource, reason } from "../../load/files/files.node.ts";
import { writeFolder } from "../../load/files/write-folder.node.ts";
import { InputError } from "../../run/errors.ts";
import { filesBelow, partsOf } from "./local.node.ts";
import { MANIFEST, type Manifest, manifestText, readManifest } from "./manifest.ts";
import { type Blobs, checkedPath, isInternal, type Store } from "./store.ts";

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** Returns a store that checks paths and copies whole folders, over the operations of its kind. */
export function withFolders(blobs: Blobs): Store {
  return {
    place: blobs.place,
    read: async (path) => blobs.read(checkedPath(path)),
    write: async (path, content) => blobs.write(checkedPath(path), bytesOf(content)),
    create: async (path, content) => blobs.create(checkedPath(path), bytesOf(content)),
    list: async (folder) => listed(blobs, folder),
    remove: async (path) => blobs.remove(checkedPath(path)),
    putFolder: async (local, path) => putFolder(blobs, local, checkedPath(path)),
    getFolder: async (path, local) => getFolder(blobs, checkedPath(path), local),
    removeFolder: async (path) => removeFolder(blobs, checkedPath(path)),
    close: () => blobs.close(),
  };
}

const listed = async (blobs: Blobs, folder: string): Promise<string[]> =>
  (await blobs.list(folder === "" ? "" : checkedPath(folder))).filter((path) => !path.split("/").some(isInternal)).sort();

async function putFolder(blobs: Blobs, local: string, path: string): Promise<void> {
  const content = `content-${randomUUID()}`;
  const files: Manifest["files"] = [];
  try {
    for (const name of await localFiles(local)) files.push(await putFile(blobs, local, `${path}/${content}`, name));
  } catch (error) {
    await removeAll(blobs, `${path}/${content}`).catch(() => {}); // only the first error is reported
    throw error;
  }
  const replaced = await manifestOf(blobs, path).catch(() => undefined); // a damaged manifest is replaced too
  await blobs.write(`${path}/${MANIFEST}`, bytesOf(manifestText({ content, files })));
  if (replaced) await removeAll(blobs, `${path}/${replaced.content}`);
}

async function localFiles(local: string): Promise<string[]> {
  const found = await stat(local).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${local}: ${reason(error)}`);
  });
  if (!found.isDirectory()) throw new InputError(`${local}: not a folder; name a folder to copy`);
  const names = (await filesBelow(local)).filter((name) => !name.split("/").some(isInternal));
  return names.map(checkedPath).sort();
}

async function putFile(blobs: Blobs, local: string, folder: string, name: string): Promise<Manifest["files"][number]> {
  const file = await fileSource(join(local, name));
  const hash = createHash("sha256");
  async function* hashed() {
    for await (const part of partsOf(file)) {
      hash.update(part);
      yield part;
    }
  }
  try {
    await blobs.upload(`${folder}/${name}`, hashed());
    return { name, size: file.size, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

async function manifestOf(blobs: Blobs, path: string): Promise<Manifest | undefined> {
  const bytes = await blobs.read(`${path}/${MANIFEST}`);
  return bytes && readManifest(bytes, `${blobs.place}/${path}/${MANIFEST}`);
}

async function getFolder(blobs: Blobs, path: string, local: string): Promise<boolean> {
  for (;;) {
    const manifest = await manifestOf(blobs, path);
    if (!manifest) return false;
    try {
      await writeFolder(local, filesOf(blobs, path, manifest));
      return true;
    } catch (error) {
      const now = await manifestOf(blobs, path);
      if (now?.content === manifest.content) throw error; // otherwise the folder was replaced or removed during the copy
    }
  }
}

function* filesOf(blobs: Blobs, path: string, { content, files }: Manifest) {
  for (const file of files) yield [file.name, verified(blobs, `${path}/${content}/${file.name}`, file)] as const;
}

/** Yields the parts of a file; throws `InputError` at the end if they do not have its SHA-256. */
async function* verified(blobs: Blobs, path: string, { size, sha256 }: Manifest["files"][number]) {
  const hash = createHash("sha256");
  for await (const part of blobs.download(path, size)) {
    hash.update(part);
    yield part;
  }
  if (hash.digest("hex") === sha256) return;
  throw new InputError(`${blobs.place}/${path}: the file is missing or damaged (SHA-256); copy the folder to the store again`);
}

async function removeFolder(blobs: Blobs, path: string): Promise<void> {
  await blobs.remove(`${path}/${MANIFEST}`);
  await removeAll(blobs, path);
}

async function removeAll(blobs: Blobs, folder: string): Promise<void> {
  for (const path of await blobs.list(folder)) await blobs.remove(path);
}
