/** Writes files so that each is complete or absent: to a temporary file, synced, then renamed. */
import { renameSync } from "node:fs";
import { dirname } from "node:path";
import { asideOf } from "./aside.node.ts";
import { filePlace, type Place, unwritable } from "./place.node.ts";
import { writeStream } from "./stream.node.ts";
import { type Content, discard, exchangeFolder, type Ready, syncFolder, takeOver, writeSynced } from "./write-folder.node.ts";

/**
 * Writes a file at `path` as a whole: after a failure the old file is intact. A link stays, and its target is replaced; devices
 * and pipes are written to. Throws `InputError`.
 */
export const writeWhole = (path: string, content: Content): Promise<void> => writeTogether([[path, content]]);

/** A file on its way: the path as given, its target, and the complete temporary file (none for a device or pipe). */
interface Staged {
  readonly named: string;
  readonly place: Place;
  readonly content: Content;
  readonly aside?: string;
}

/**
 * Writes several files: all are complete before the first is moved to its target. In a folder without other files they appear
 * in one step; otherwise they are renamed one right after the other. Throws `InputError`.
 */
export async function writeTogether(files: Iterable<readonly [path: string, content: Content]>): Promise<void> {
  const staged: Staged[] = [];
  const current = { named: "" };
  try {
    for (const [path, content] of files) {
      current.named = path;
      staged.push(await stage(path, content));
    }
    await commit(staged, current);
  } catch (error) {
    throw unwritable(current.named, error);
  } finally {
    for (const { aside } of staged) if (aside !== undefined) await discard(aside);
  }
}

async function stage(path: string, content: Content): Promise<Staged> {
  const place = await filePlace(path);
  if (place.kind === "stream") return { named: path, place, content };
  const aside = asideOf(place.path);
  try {
    await writeSynced(aside, content);
    if (place.kind === "file") await takeOver(aside, place.path);
    return { named: path, place, content, aside };
  } catch (error) {
    await discard(aside);
    throw error;
  }
}

async function commit(staged: readonly Staged[], current: { named: string }): Promise<void> {
  for (const { named, place, content, aside } of staged) {
    current.named = named;
    if (aside === undefined) await writeStream(place, content);
  }
  const ready: Ready[] = staged.flatMap(({ aside, place }) => (aside === undefined ? [] : [{ aside, path: place.path }]));
  if (ready.length < 2 || !(await exchangeFolder(ready))) for (const { aside, path } of ready) renameSync(aside, path); // without a pause in between
  for (const folder of new Set(ready.map(({ path }) => dirname(path)))) await syncFolder(folder);
}
