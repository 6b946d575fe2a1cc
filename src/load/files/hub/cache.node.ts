/** The cache shared with Python's `huggingface_hub`: blobs by hash, snapshots of links to them, refs to commits. */
import { copyFile, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isWeights } from "./hub-listing.node.ts";

/** One revision of one model, and its folder in the cache. */
export interface Repo {
  readonly id: string;
  readonly name: string;
  readonly revision: string;
  readonly folder: string;
}

/** True for a full commit hash. */
export const isCommit = (text: unknown): text is string => typeof text === "string" && /^[0-9a-f]{40}$/.test(text);

/** Returns the folder of one commit's files. */
export const snapshotOf = ({ folder }: Repo, commit: string): string => join(folder, "snapshots", commit);

/** Returns the path of a file's content. */
export const blobOf = ({ folder }: Repo, hash: string): string => join(folder, "blobs", hash);

/** Returns the cached snapshot of a revision if it has configuration and weights, else undefined. */
export async function cachedSnapshot(repo: Repo): Promise<string | undefined> {
  const branch = readFile(join(repo.folder, "refs", repo.revision), "utf8").catch(() => "");
  const commit = isCommit(repo.revision) ? repo.revision : (await branch).trim();
  if (!isCommit(commit)) return undefined;
  const snapshot = snapshotOf(repo, commit);
  const names: string[] = await readdir(snapshot).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(snapshot, name)))); // a link may be broken
  const files = names.filter((_, k) => sizes[k] !== undefined);
  const weights = files.filter(isWeights);
  const shards = Number(/-of-(\d{5})\./.exec(weights[0] ?? "")?.[1] ?? 1);
  return files.includes("config.json") && weights.length >= shards ? snapshot : undefined;
}

/** Returns the size of the file at `path`, links followed; undefined if there is none. */
export const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );

/** Puts a link to `blob` at `pointer`, or a copy if links are forbidden as on Windows; an existing file is replaced. */
export async function link(blob: string, pointer: string): Promise<void> {
  await mkdir(dirname(pointer), { recursive: true });
  const target = relative(dirname(pointer), blob);
  await symlink(target, pointer).catch(async (error: NodeJS.ErrnoException) => {
    const aside = `${pointer}.${process.pid}.link`;
    if (error.code === "EEXIST") await symlink(target, aside).catch(() => copyFile(blob, aside));
    else await copyFile(blob, aside);
    await rename(aside, pointer);
  });
}

/** Records that `revision` now points to `commit`. */
export async function noteRevision({ folder, revision }: Repo, commit: string): Promise<void> {
  if (revision === commit) return;
  const ref = join(folder, "refs", revision);
  await mkdir(dirname(ref), { recursive: true });
  const aside = `${ref}.${process.pid}.ref`;
  await writeFile(aside, commit);
  await rename(aside, ref);
}
