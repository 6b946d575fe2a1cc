/** Claims of output files, made before any work is done. */
import { dirname } from "node:path";
import { clearAsides } from "../../load/files/aside.node.ts";
import { claim } from "../../load/files/claim.node.ts";
import { filePlace } from "../../load/files/place.node.ts";
import { InputError } from "../../run/errors.ts";
import { endOnSignal } from "../terminal/signals.ts";

/**
 * Checks that files can be written, and keeps other processes from writing them until this one ends. Throws `InputError` if one
 * cannot be written or if two are the same file. A command with its own answer to signals passes `own`.
 */
export async function claimFiles(paths: readonly string[], signals?: { readonly own: boolean }): Promise<void> {
  if (paths.length === 0) return;
  const names = new Map<string, string>();
  for (const path of paths) {
    const place = await filePlace(path);
    const other = names.get(place.path);
    if (other !== undefined) throw new InputError(`${path} is the same file as ${other}; choose a different name for each`);
    if (place.kind !== "stream") names.set(place.path, path);
  }
  if (!signals?.own) endOnSignal();
  for (const path of paths) await claim(path);
  // a folder with nothing else in it is exchanged as a whole, through a temporary folder next to it
  for (const folder of new Set([...names.keys()].map((path) => dirname(dirname(path))))) await clearAsides(folder);
}

/**
 * Keeps other processes from writing a folder until this one ends; `last` is printed if a signal ends it. Throws `InputError`.
 */
export async function claimFolder(path: string, last?: () => string): Promise<void> {
  endOnSignal(last);
  await claim(path);
}
