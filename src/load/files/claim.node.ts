/** Claims on the places that a process will write to: one process at a time, seen to be writable before any work is done. */
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../run/errors.ts";
import { clearAsides, writing } from "./aside.node.ts";
import { lockFile } from "./native.node.ts";
import { makeFolders, placeOf, refusePseudo, removeEmpty, unwritable } from "./place.node.ts";

/** A place that this process alone may write to, until it is released or the process ends. */
export interface Claim {
  release(): void;
}

const held = new Set<Claim>();

/** Gives back every claim, and clears what was being written: for a process that ends before its time. */
export function releaseAll(): void {
  for (const aside of writing) rmSync(aside, { recursive: true, force: true });
  for (const claim of [...held].reverse()) claim.release();
}
process.on("exit", releaseAll);

/**
 * Claims `path`, a file or folder to be written; devices and pipes are nobody's. Folders above it are made, and removed again on
 * release if nothing came into them. Throws `InputError` where another process has the claim, or nothing can be written.
 */
export async function claim(path: string): Promise<Claim> {
  const made: string[] = [];
  try {
    const place = await placeOf(path);
    if (place.kind === "stream") return { release() {} };
    await refusePseudo(place.path, path);
    const folder = dirname(place.path);
    await makeFolders(folder, made);
    const lockPath = join(folder, `.${basename(place.path)}.lock`);
    const file = lock(path, lockPath);
    await clearAsides(folder, file === undefined ? [] : [basename(place.path)]);
    return holding(file, lockPath, made);
  } catch (error) {
    removeEmpty(made);
    throw unwritable(path, error);
  }
}

/**
 * A locked file's descriptor; undefined where the disk has no locks. The system gives a lock back when its process ends, however
 * it ends.
 */
function lock(named: string, path: string): number | undefined {
  for (;;) {
    const file = openSync(path, "a+");
    const locked = lockFile(file);
    if (locked && isStill(file, path)) {
      ftruncateSync(file);
      writeSync(file, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}\n`);
      return file;
    }
    closeSync(file); // it is another's, or its holder removed it meanwhile
    if (locked === false) throw taken(named, path);
    if (locked === undefined) {
      rmSync(path, { force: true });
      return undefined;
    }
  }
}

function isStill(file: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === fstatSync(file).ino;
}

function taken(named: string, path: string): InputError {
  let by = "";
  try {
    by = readFileSync(path, "utf8").trim();
  } catch {
    // it has just been given back
  }
  return new InputError(
    `${named}: is being written by another headwise (${by || "just ending"}): wait for it, or choose another name`,
  );
}

function holding(file: number | undefined, path: string, made: readonly string[]): Claim {
  const own: Claim = {
    release() {
      if (!held.delete(own)) return;
      if (file !== undefined) {
        rmSync(path, { force: true }); // before the lock is given back, so that nobody locks a file that is to go
        closeSync(file);
      }
      removeEmpty(made);
    },
  };
  held.add(own);
  return own;
}
