/** Names of what is being written beside its place: `.NAME.MACHINE.PROCESS.START.COUNT.aside`. A killed process leaves them behind. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
let asides = 0;
/** What this process is writing aside now, to be cleared where it ends before its time. */
export const writing = new Set<string>();

/** When a process started, as the system counts; "0" where it does not say; undefined where there is no such process. */
function startOf(process_: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${process_}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    try {
      process.kill(process_, 0);
      return "0";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM" ? "0" : undefined;
    }
  }
}
const START = startOf(process.pid);

/** A new name beside `path`. */
export function asideOf(path: string): string {
  const name = `.${basename(path)}.${MACHINE}.${process.pid}.${START}.${asides++}.aside`;
  const aside = join(dirname(path), name);
  writing.add(aside);
  return aside;
}

/** The name for the old folder where two folders cannot be exchanged in one step. */
export const oldOf = (aside: string): string => aside.replace(/aside$/, "old.aside");

/** Whether a name is one of those. */
export const isAside = (name: string): boolean => /^\..+\.aside$/.test(name);

/** Whether the process that was writing `name` is no more: it ran on this machine, and its number is free or another's. */
function isAbandoned(name: string): boolean {
  const found = /\.([0-9a-f]{8})\.(\d+)\.(\d+)\.\d+\.(?:old\.)?aside$/.exec(name);
  if (!found || found[1] !== MACHINE) return false;
  const start = startOf(Number(found[2]));
  return start === undefined || (start !== "0" && found[3] !== "0" && start !== found[3]);
}

/**
 * Clears a folder of what killed processes left in it; `owned` are names that only this process may write now, so that whatever
 * is left of theirs is abandoned. An old folder whose successor never came is put back.
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
