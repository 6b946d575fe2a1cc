/** Lists the files of a model's folder and its subfolders, and checks that links do not lead out of it. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

/** Limits of the listing: depth of folders, and number of files. */
const DEEPEST = 4;
const MOST = 10_000;

/** Lists the files in `folder` by relative path, with `/` between folders; links to folders are not followed. */
export async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  const visit = async (at: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const name = at ? `${at}/${entry.name}` : entry.name;
      if (names.length >= MOST || entry.name === ".git") continue;
      if (!entry.isDirectory()) names.push(name);
      else if (depth < DEEPEST) await visit(name, depth + 1);
    }
  };
  await visit("", 1);
  return names.sort();
}

/** Returns true if `name` is a file whose content is in `folder`, or in the hub's cache of the same model. */
export async function isWithin(folder: string, name: string): Promise<boolean> {
  const path = await realpath(join(folder, name)).catch(() => undefined);
  if (path === undefined || !(await stat(path)).isFile()) return false;
  const root = await realpath(folder);
  return [root, ...blobsOf(root)].some((allowed) => path.startsWith(allowed + sep));
}

/**
 * Returns the blobs folder of a snapshot: the hub's cache keeps contents in `models--ORG--NAME/blobs`, and snapshots link to
 * them.
 */
function blobsOf(folder: string): string[] {
  const [snapshots, repo] = [dirname(folder), dirname(dirname(folder))];
  return basename(snapshots) === "snapshots" && /^models--/.test(basename(repo)) ? [join(repo, "blobs")] : [];
}
