/** A file of this machine as an answer to a request: where it may lie, its type, its parts, and whether it has changed. */
import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { extname, sep } from "node:path";
import { matches, type Part, readRange } from "./lab-range.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

const CHUNK = 1 << 18;

/**
 * `path` with its links followed, where it then lies in `folder` or in one of the folders that `also` gives for `folder` with
 * its own links followed; otherwise, and where there is nothing, undefined.
 */
export async function inside(
  path: string,
  folder: string,
  also: (folder: string) => readonly string[] = () => [],
): Promise<string | undefined> {
  const [real, root] = await Promise.all([path, folder].map((place) => realpath(place).catch(() => undefined)));
  if (real === undefined || root === undefined) return undefined;
  return [root, ...also(root)].some((place) => real.startsWith(place.endsWith(sep) ? place : place + sep)) ? real : undefined;
}

/** The part of a request that an answer depends on. */
export interface Asked {
  readonly method: string;
  header(name: string): string | undefined;
  /** Ends the connection, so that what has been sent does not pass for the whole. */
  abandon(): void;
}

/** Headers that do not depend on the file. */
export type FixedHeaders = Readonly<Record<string, string>>;

/** The file at `path`, which holds no link, as it is asked for under `name`; undefined where it is no file or may not be read. */
export async function fileAnswer(path: string, name: string, asked: Asked, fixed: FixedHeaders): Promise<Response | undefined> {
  // a pipe would be waited for, and a link that has been put there since leads who knows where
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(
    () => undefined,
  );
  if (!handle) return undefined;
  const answer = await opened(handle, name, asked, fixed).catch(() => undefined);
  if (!answer?.body) await handle.close();
  return answer;
}

async function opened(handle: FileHandle, name: string, asked: Asked, fixed: FixedHeaders): Promise<Response | undefined> {
  const found = await handle.stat();
  if (!found.isFile()) return undefined;
  const { size, mtimeMs } = found;
  const etag = `"${size.toString(36)}-${mtimeMs.toString(36)}"`;
  const headers = { ...fixed, ETag: etag, "Accept-Ranges": "bytes", "Content-Type": typeOf(name) };
  if (matches(asked.header("If-None-Match"), etag)) return new Response(null, { status: 304, headers });
  const part = rangeOf(asked, etag, size);
  if (part === "none") return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` } });
  const { start, length } = part ?? { start: 0, length: size };
  const body = asked.method === "HEAD" || length === 0 ? null : bytesOf(handle, { start, length }, asked.abandon);
  const range = part && { "Content-Range": `bytes ${start}-${start + length - 1}/${size}` };
  return new Response(body, {
    status: part ? 206 : 200,
    headers: { ...headers, ...range, "Content-Length": String(length) },
  });
}

const typeOf = (name: string): string => TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";

function rangeOf({ method, header }: Asked, etag: string, size: number): Part | "none" | undefined {
  const unless = header("If-Range");
  return method === "HEAD" || (unless !== undefined && unless !== etag) ? undefined : readRange(header("Range"), size);
}

/** The part of an open file, read no faster than it is taken; the file is closed at its end or when nobody wants the rest. */
function bytesOf(handle: FileHandle, { start, length }: Part, abandon: () => void): ReadableStream<Uint8Array> {
  const end = start + length;
  let at = start;
  const more = async (): Promise<Uint8Array> => {
    const chunk = new Uint8Array(Math.min(CHUNK, end - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    at += bytesRead;
    return chunk.subarray(0, bytesRead);
  };
  const pull = async (to: ReadableStreamDefaultController<Uint8Array>) => {
    const bytes = await more().catch(() => undefined);
    if (bytes?.length) to.enqueue(bytes);
    else abandon(); // the file became shorter, or its disk failed
    if (bytes?.length && at < end) return;
    to.close();
    await handle.close();
  };
  return new ReadableStream({ pull, cancel: () => handle.close() }, { highWaterMark: 0 });
}
