/** Partial downloads beside their final blobs: one per process, taken over when that process has ended. */

import { createHash } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../../run/errors.ts";

/** Milliseconds without growth after which a part of another machine that shares the cache counts as abandoned. */
const ABANDONED = 60 * 60 * 1000;

const HERE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** `HASH.MACHINE-PROCESS.incomplete` */
const IS_PART = /^([0-9a-f]{40}|[0-9a-f]{64})\.([0-9a-f]{8})-(\d+)\.incomplete$/;

/** Returns the path of this process's part of `blob`, after taking over a longer part of a process that has ended. */
export async function claimPart(blob: string): Promise<string> {
  const own = `${blob}.${HERE}-${process.pid}.incomplete`;
  const left = await leftBehind(dirname(blob), basename(blob));
  const sizes = await Promise.all(left.map(async (path) => ({ path, size: await sizeOf(path) })));
  const [longest] = sizes.sort((a, b) => b.size - a.size);
  if (longest && longest.size > (await sizeOf(own))) await rename(longest.path, own).catch(() => {}); // another process was faster
  return own;
}

/** Removes abandoned parts of a blob that is complete now. */
export async function removeParts(blob: string): Promise<void> {
  for (const path of await leftBehind(dirname(blob), basename(blob))) await rm(path, { force: true });
}

/** Removes parts in a folder of blobs that have been abandoned for a week: those of older revisions. */
export async function removeStaleParts(blobs: string): Promise<void> {
  for (const path of await leftBehind(blobs)) if ((await age(path)) > 7 * 24 * ABANDONED) await rm(path, { force: true });
}

async function leftBehind(folder: string, hash?: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  const paths: string[] = [];
  for (const name of names) {
    const [, of, machine, id] = IS_PART.exec(name) ?? [];
    if (of === undefined || (hash !== undefined && of !== hash)) continue;
    const path = join(folder, name);
    const dead = machine === HERE ? Number(id) !== process.pid && !isAlive(Number(id)) : (await age(path)) > ABANDONED;
    if (dead) paths.push(path);
  }
  return paths;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0); // sends nothing
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => -1,
  );
const age = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
