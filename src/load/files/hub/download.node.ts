/**
 * Downloads one file from the hub into the cache: resumed after an interruption, checked by size and hash, complete or absent.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../../../run/errors.ts";
import { HubRefusal, HubTrouble } from "./failures.ts";
import { type Answer, ask } from "./fetch.node.ts";
import { claimPart, removeParts } from "./parts.node.ts";
import type { HubLimits, HubSettings } from "./settings.node.ts";

/** Called during a download: bytes so far, bytes in total, the file's name, and the reason for a pause, if any. */
export type HubProgress = (done: number, total: number, file: string, waiting?: string) => void;

/** A file as the hub lists it. */
export interface RemoteFile {
  readonly path: string;
  readonly url: string;
  readonly size: number;
  /** SHA-256 of a large file, git's SHA-1 of a small one, in hexadecimal. */
  readonly hash: string;
}

const underway = new Map<string, Promise<void>>();

/**
 * Downloads `file` to the path `blob`. Throws `InputError` if the content differs from the listing, `HubTrouble` and
 * `HubRefusal`.
 */
export function download(settings: HubSettings, file: RemoteFile, blob: string, progress: HubProgress): Promise<void> {
  const running = underway.get(blob);
  if (running) return running;
  const started = transfer(settings, file, blob, progress).finally(() => underway.delete(blob));
  underway.set(blob, started);
  return started;
}

async function transfer(settings: HubSettings, file: RemoteFile, blob: string, progress: HubProgress): Promise<void> {
  // another call may have finished between the caller's look at the cache and now
  if (file.size > 0 && (await lengthOf(blob)) === file.size) return;
  await mkdir(dirname(blob), { recursive: true });
  const path = await claimPart(blob);
  const kept = await lengthOf(path);
  const checked = await fill(settings, file, path, progress);
  // the part of an earlier process may be broken: try once more from the start
  if (!checked && kept > 0) {
    await rm(path, { force: true });
    if (await fill(settings, file, path, progress)) return finish(path, blob);
  } else if (checked) return finish(path, blob);
  await rm(path, { force: true });
  throw new InputError(`${file.path}: the download is damaged (its hash differs from the hub's); try again`);
}

async function finish(path: string, blob: string): Promise<void> {
  await rename(path, blob);
  await removeParts(blob);
}

const lengthOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** A partial download: the bytes written so far, and their hash. */
interface Part {
  readonly handle: FileHandle;
  length: number;
  sum: Hash;
}

/** Fetches the missing bytes of `path`, with retries; false if its hash differs from the listed one. */
async function fill(settings: HubSettings, file: RemoteFile, path: string, progress: HubProgress): Promise<boolean> {
  const handle = await open(path, "a+");
  try {
    const part: Part = { handle, length: 0, sum: newSum(file) };
    await takeKept(part, file, path);
    await persist(settings.limits, file, part, progress, () => more(settings, file, part, progress));
    await handle.sync();
    return part.sum.digest("hex") === file.hash;
  } catch (error) {
    if (error instanceof InputError) await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

const newSum = ({ hash, size }: RemoteFile): Hash =>
  hash.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);

async function takeKept(part: Part, file: RemoteFile, path: string): Promise<void> {
  if ((await part.handle.stat()).size > file.size) return restart(part, file);
  for await (const chunk of createReadStream(path)) {
    part.sum.update(chunk);
    part.length += chunk.length;
  }
}

async function restart(part: Part, file: RemoteFile): Promise<void> {
  await part.handle.truncate(0);
  Object.assign(part, { length: 0, sum: newSum(file) });
}

/** Bytes after which a try counts as progress. */
const PROGRESS = 1 << 20;

/** Retries until the part is complete; only tries without progress count toward the limit. */
async function persist(
  limits: HubLimits,
  file: RemoteFile,
  part: Part,
  progress: HubProgress,
  attempt: () => Promise<void>,
): Promise<void> {
  for (let tries = 1; part.length < file.size || (file.size === 0 && tries === 1); ) {
    const before = part.length;
    try {
      await attempt();
      if (file.size === 0) return;
    } catch (error) {
      if (part.length - before >= PROGRESS) tries = 0;
      await waitAfter(error, ++tries, limits, (waiting) => progress(part.length, file.size, file.path, waiting));
    }
  }
}

/** Waits before try number `next`, or throws `error` if there should be none. */
export async function waitAfter(
  error: unknown,
  next: number,
  { attempts, pause: first, longestPause }: HubLimits,
  report: (waiting: string) => void,
): Promise<void> {
  if (!(error instanceof HubTrouble) || !error.again || next > attempts) throw error;
  const wait = error.after ?? Math.min(longestPause, first * 2 ** (next - 2) * (0.75 + Math.random() / 2));
  if (wait > longestPause) {
    throw new HubTrouble(`${error.message}; the hub asks to wait ${Math.ceil(wait / 1000)} s`, false);
  }
  report(`${error.message}; try ${next} of ${attempts} in ${Math.ceil(wait / 1000)} s`);
  await pause(wait);
}

/** Requests the missing bytes once. */
async function more(settings: HubSettings, file: RemoteFile, part: Part, progress: HubProgress): Promise<void> {
  if (file.size === 0) return;
  const range: Record<string, string> = part.length > 0 ? { range: `bytes=${part.length}-` } : {};
  const answer = await ask(settings, file.url, { "accept-encoding": "identity", ...range }).catch(async (error) => {
    if (!(error instanceof HubRefusal && error.status === 416)) throw error;
    await restart(part, file);
    throw new HubTrouble("the server does not have the requested range of the file", true);
  });
  try {
    await place(answer, file, part);
    for await (const chunk of answer.body) {
      if (part.length + chunk.length > file.size) throw tooLong(file);
      await part.handle.appendFile(chunk);
      part.sum.update(chunk);
      part.length += chunk.length;
      progress(part.length, file.size, file.path);
    }
  } finally {
    answer.close();
  }
  if (part.length < file.size) throw new HubTrouble(`the connection ended after ${part.length} of ${file.size} bytes`, true);
}

const tooLong = ({ path, size }: RemoteFile): InputError =>
  new InputError(
    `${path}: the server sends more than the ${size} bytes that the hub lists; try again, or report it to the hub`,
  );

/** Positions the part for the body that follows: at its end, or at its start if the server does not support ranges. */
async function place({ response }: Answer, file: RemoteFile, part: Part): Promise<void> {
  if (response.status !== 206) return part.length > 0 ? restart(part, file) : undefined;
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (total !== undefined && total !== "*" && Number(total) > file.size) throw tooLong(file);
  if (Number(from) === part.length) return;
  await restart(part, file);
  throw new HubTrouble("the server sent a different range of the file than requested", true);
}
