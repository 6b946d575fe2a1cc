/** Lists local files, and reads them in parts. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileSource } from "../../load/files/files.node.ts";
import { codeOf } from "../../run/errors.ts";
import { PART } from "./store.ts";

/**
 * Lists all entries but folders below a folder, by relative path with `/`; links to folders are not followed. A folder that is
 * missing, or is removed meanwhile, has none. Throws the system's errors.
 */
export async function filesBelow(folder: string, at = ""): Promise<string[]> {
  const entries = await readdir(join(folder, at), { withFileTypes: true }).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return [];
    throw error;
  });
  const names: string[] = [];
  for (const entry of entries) {
    const name = at === "" ? entry.name : `${at}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesBelow(folder, name)));
    else names.push(name);
  }
  return names;
}

/** Yields the bytes of an open file part by part. */
export async function* partsOf(file: FileSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += PART) yield await file.read(at, Math.min(PART, file.size - at));
}
