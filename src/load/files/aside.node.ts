/**
 * Names of temporary files beside their target: `.NAME.MACHINE.PROCESS.START.COUNT.aside`. A killed process leaves them behind.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../../run/errors.ts";

const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
let asides = 0;
/** Paths of the temporary files of this process, to be removed if it ends early. */
export const writing = new Set<string>();

/** Returns the start time of a process in the system's count; "0" if unknown, undefined if there is no such process. */
function startOf(process_: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${process_}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    try {
      process.kill(process_, 0);
      return "0";
    } catch (error) {
      return codeOf(error) === "EPERM" ? "0" : undefined;
    }
  }
}
const START = startOf(process.pid);

/** Returns a new temporary path beside `path`. */
export function asideOf(path: string): string {
  const name = `.${basename(path)}.${MACHINE}.${process.pid}.${START}.${asides++}.aside`;
  const aside = join(dirname(path), name);
  writing.add(aside);
  return aside;
}

/** Returns the temporary path of the old folder, used if two folders cannot be exchanged in one step. */
export const oldOf = (aside: string): string => aside.replace(/aside$/, "old.aside");

/** True for the name of a temporary file. */
export const isAside = (name: string): boolean => /^\..+\.aside$/.test(name);

/**
 * True if the process that wrote `name` has ended: it ran on this machine, and its id is free or belongs to another process.
 */
function isAbandoned(name: string): boolean {
  const found = /\.([0-9a-f]{8})\.(\d+)\.(\d+)\.\d+\.(?:old\.)?aside$/.exec(name);
  if (!found || found[1] !== MACHINE) return false;
  const start = startOf(Number(found[2]));
  return start === undefined || (start !== "0" && found[3] !== "0" && start !== found[3]);
}

/**
 * Removes the temporary files that killed processes left in a folder; `owned` are names that only this process may write now,
 * so their leftovers are abandoned. An old folder without a successor is put back.
 */
export async function clearAsides(folder: string, owned: readonly string[] = []): Promise<void> {
  const names: string[] = await readdir(folder).catch(() => []);
  const isOwned = (name: string) =>
    owned.some(
      (own) => name.startsWith(`.${own}.`) && /^[0-9a-f]{8}\.\d+\.\d+\.\d+\.(old\.)?aside$/.test(name.slice(own.length + 2)),
    );
  for (const name of names.filter(isAside)) {
    const path = join(folder, name);
    if (writing.has(path) || !(isOwned(name) || isAbandoned(name))) continue;
    const old = /^\.(.+)\.[0-9a-f]{8}\.\d+\.\d+\.\d+\.old\.aside$/.exec(name)?.[1];
    if (old !== undefined && !names.includes(old)) await rename(path, join(folder, old)).catch(() => {});
    else await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
