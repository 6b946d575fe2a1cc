/** The response for a local file: allowed locations, content type, byte ranges and caching. */
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
 * Resolves the links of `path` and returns the result if it lies in `folder` or in a folder that `also` returns for the
 * resolved `folder`; otherwise, and if there is no such file, returns undefined.
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

/** The parts of a request that the response depends on. */
export interface Asked {
  readonly method: string;
  header(name: string): string | undefined;
  /** Closes the connection, so that a partial body is not taken for the whole file. */
  abandon(): void;
}

/** Headers that do not depend on the file. */
export type FixedHeaders = Readonly<Record<string, string>>;

/** Returns the response for the file at `path` (without links), requested as `name`; undefined if it is not a readable file. */
export async function fileAnswer(path: string, name: string, asked: Asked, fixed: FixedHeaders): Promise<Response | undefined> {
  // opening a pipe would block, and a link created in the meantime could point anywhere
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

/** Streams part of an open file at the reader's pace; the file is closed at the end or when the reader cancels. */
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
    else abandon(); // the file was truncated, or the disk failed
    if (bytes?.length && at < end) return;
    to.close();
    await handle.close();
  };
  return new ReadableStream({ pull, cancel: () => handle.close() }, { highWaterMark: 0 });
}
