/** Claims on output paths: one process at a time, checked to be writable before any work is done. */
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../run/errors.ts";
import { clearAsides, writing } from "./aside.node.ts";
import { lockFile } from "./native.node.ts";
import { makeFolders, placeOf, refusePseudo, removeEmpty, unwritable } from "./place.node.ts";

/** An output path that only this process may write to, until the claim is released or the process ends. */
export interface Claim {
  release(): void;
}

const held = new Set<Claim>();

/** Releases every claim and removes temporary files: for a process that ends early. */
export function releaseAll(): void {
  for (const aside of writing) rmSync(aside, { recursive: true, force: true });
  for (const claim of [...held].reverse()) claim.release();
}
process.on("exit", releaseAll);

/**
 * Claims `path`, a file or folder to be written; devices and pipes need no claim. Parent folders are created, and removed on
 * release if they are empty. Throws `InputError` if another process has the claim, or the path cannot be written.
 */
export async function claim(path: string): Promise<Claim> {
  const created: string[] = [];
  try {
    const place = await placeOf(path);
    if (place.kind === "stream") return { release() {} };
    await refusePseudo(place.path, path);
    const folder = dirname(place.path);
    await makeFolders(folder, created);
    const lockPath = join(folder, `.${basename(place.path)}.lock`);
    const file = lock(path, lockPath);
    await clearAsides(folder, file === undefined ? [] : [basename(place.path)]);
    return holding(file, lockPath, created);
  } catch (error) {
    removeEmpty(created);
    throw unwritable(path, error);
  }
}

/**
 * Returns the descriptor of a locked file; undefined if the disk has no locks. The system releases the lock when the process
 * ends.
 */
function lock(named: string, path: string): number | undefined {
  for (;;) {
    const file = openSync(path, "a+");
    const locked = lockFile(file);
    if (locked && isSameFile(file, path)) {
      ftruncateSync(file);
      writeSync(file, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}\n`);
      return file;
    }
    closeSync(file); // locked by another process, or removed by its holder in the meantime
    if (locked === false) throw claimedError(named, path);
    if (locked === undefined) {
      rmSync(path, { force: true });
      return undefined;
    }
  }
}

function isSameFile(file: number, path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.ino === fstatSync(file).ino;
}

function claimedError(named: string, path: string): InputError {
  let holder = "";
  try {
    holder = readFileSync(path, "utf8").trim();
  } catch {
    // released in the meantime
  }
  return new InputError(
    `${named}: another headwise process is writing here (${holder || "just ending"}); wait for it to finish, or choose another name`,
  );
}

function holding(file: number | undefined, path: string, created: readonly string[]): Claim {
  const own: Claim = {
    release() {
      if (!held.delete(own)) return;
      if (file !== undefined) {
        rmSync(path, { force: true }); // before the lock is released, so that no process locks a removed file
        closeSync(file);
      }
      removeEmpty(created);
    },
  };
  held.add(own);
  return own;
}
