/** Resolves output paths: links are followed, and devices and pipes are distinguished from files, which are replaced. */
import { rmdirSync } from "node:fs";
import { mkdir, readlink, realpath, stat, statfs } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf, InputError } from "../../run/errors.ts";
import { why } from "./why.ts";

/**
 * The target of a path: a regular file or nothing yet; a folder; or a device or pipe, which is written to and never replaced.
 */
export type Place =
  | { readonly kind: "file" | "folder" | "nothing"; readonly path: string }
  | { readonly kind: "stream"; readonly path: string; readonly descriptor?: number };

/** The number of links that Linux follows. */
const LINKS = 40;
/** File systems of kernel data: proc, sysfs, cgroup 1 and 2, debugfs, tracefs, securityfs, bpf, devpts, mqueue. */
const PSEUDO: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11, 0x1cd1, 0x19800202,
]);

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === "ENOENT") return undefined;
  throw error;
};

/** Follows the links of `path` to the end, which need not exist. Throws the system's errors. */
export async function placeOf(path: string): Promise<Place> {
  let at = resolve(path);
  for (let links = 0; links < LINKS; links++) {
    const open = descriptorOf(at);
    if (open !== undefined) return { kind: "stream", path, descriptor: open };
    const folder = await realpath(dirname(at)).catch(absent);
    if (folder !== undefined) at = join(folder, basename(at));
    const inside = descriptorOf(at);
    if (inside !== undefined) return { kind: "stream", path, descriptor: inside };
    const target = await readlink(at).catch((error: NodeJS.ErrnoException) =>
      error.code === "EINVAL" || error.code === "UNKNOWN" ? undefined : absent(error),
    );
    if (target === undefined) return kindOf(at);
    at = resolve(dirname(at), target);
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}

/** Returns the descriptor of an open file of this process: `/dev/stdout` and `>(command)` lead to one. */
function descriptorOf(path: string): number | undefined {
  const found = /^(?:\/dev|\/proc\/(self|\d+)(?:\/task\/\d+)?)\/fd\/(\d+)$/.exec(path);
  if (!found || (found[1] !== undefined && found[1] !== "self" && Number(found[1]) !== process.pid)) return undefined;
  return Number(found[2]);
}

async function kindOf(path: string): Promise<Place> {
  const found = await stat(path).catch(absent);
  if (found === undefined) return { kind: "nothing", path };
  if (found.isDirectory()) return { kind: "folder", path };
  return { kind: found.isFile() ? "file" : "stream", path };
}

/**
 * Creates a folder and its missing parents, and adds the created ones to `created`. (Node's own `recursive` never ends below
 * /proc.) Throws the system's errors.
 */
export async function makeFolders(path: string, created: string[] = []): Promise<void> {
  const code = await makeFolder(path, created);
  if (code === undefined) return;
  if (code !== "ENOENT" || dirname(path) === path) throw Object.assign(new Error(code), { code });
  await makeFolders(dirname(path), created);
  const again = await makeFolder(path, created);
  if (again !== undefined) throw Object.assign(new Error(again), { code: again });
}

/** Creates one folder; returns undefined if it exists now, else the system's error code. */
async function makeFolder(path: string, created: string[]): Promise<string | undefined> {
  try {
    await mkdir(path);
    created.push(path);
    return undefined;
  } catch (error) {
    const code = codeOf(error) ?? "EIO";
    if (code !== "EEXIST") return code;
    const found = await stat(path).catch(absent);
    return found?.isDirectory() ? undefined : "ENOTDIR";
  }
}

/** Removes the folders that `makeFolders` created, innermost first, up to the first that is not empty. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      return; // not empty
    }
  }
}

/** Throws `InputError` if `path` is in a file system of kernel data. */
export async function refusePseudo(path: string, named: string): Promise<void> {
  if (process.platform !== "linux") return;
  let at = path;
  for (;;) {
    const found = await statfs(at).catch(() => undefined);
    if (found && PSEUDO.has(found.type)) {
      throw new InputError(`${named}: cannot be written (${at} is a file system of kernel data); choose another place`);
    }
    if (found || dirname(at) === at) return;
    at = dirname(at);
  }
}

/** Returns the target of a file to be written as a whole, links followed; throws `InputError` if no file can be there. */
export async function filePlace(path: string): Promise<Place> {
  try {
    const place = await placeOf(path);
    if (place.kind === "folder") throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    if (place.kind !== "stream") await refusePseudo(place.path, path);
    return place;
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Returns the error for a path that cannot be written to. */
export const unwritable = (path: string, error: unknown, advice = "choose another place"): Error =>
  error instanceof InputError ? error : new InputError(`${path}: cannot be written (${why(error)}); ${advice}`);
