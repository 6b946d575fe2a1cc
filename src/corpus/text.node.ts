/** Streams local text files, plain or gzipped. */

import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type FileSource, fileSource } from "../load/files/files.node.ts";
import { why } from "../load/files/why.ts";
import { codeOf, InputError } from "../run/errors.ts";
import { readConllu } from "./conllu.ts";
import { type DocumentEnd, documents } from "./documents.ts";
import { decodeLines } from "./lines.ts";
import { type Pair, pairLines } from "./parallel.ts";

/** The maximum bytes of text per file, unzipped: without a limit, a small file could fill the memory. */
const TEXT_LIMIT = 2 ** 31;
/** The number of bytes that always fit into one string. */
const STRING_LIMIT = 2 ** 29 - 2 ** 10;

/**
 * Streams the lines of a UTF-8 file, gzipped if its name ends in `.gz`. Throws `InputError` with the path if the file is
 * missing or empty, if bytes are not UTF-8, if the gzipped data is truncated or damaged, or if the text has more bytes than
 * `limit`.
 */
export async function* readLines(path: string, limit: number = TEXT_LIMIT): AsyncGenerator<string> {
  const file = await fileSource(path);
  try {
    const bytes = chunks(file);
    yield* decodeLines(bounded(path.endsWith(".gz") && file.size > 0 ? unzipped(bytes, path) : bytes, path, limit), path);
  } finally {
    await file.close();
  }
}

/**
 * Reads the whole text of a UTF-8 file or pipe, gzipped if its name ends in `.gz`, without a byte order mark. Throws
 * `InputError` like `readLines`, and if the text does not fit into one string.
 */
export async function readWhole(path: string, limit: number = TEXT_LIMIT): Promise<string> {
  const parts: string[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  try {
    const bytes = createReadStream(path, { highWaterMark: CHUNK });
    for await (const chunk of bounded(path.endsWith(".gz") ? unzipped(bytes, path) : bytes, path, limit)) {
      size += chunk.length;
      if (size > STRING_LIMIT) throw new InputError(`${path}: the text has more than ${STRING_LIMIT} bytes; split the file`);
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    return [...parts, decoder.decode()].join("");
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof TypeError) throw new InputError(`${path}: not UTF-8 text; convert it first`);
    throw new InputError(`${path}: ${why(error)}; check the path`);
  }
}

/** Streams the pairs of two files with the same number of lines; throws like `readLines` and `pairLines`. */
export const readParallel = (source: string, target: string, limit?: number): AsyncGenerator<Pair> =>
  pairLines(readLines(source, limit), readLines(target, limit), { source, target });

/** Streams the documents of a file: the sentences of CoNLL-U (`.conllu`, `.conllu.gz`), else plain text split at `end`. */
export async function* readDocuments(path: string, end: DocumentEnd = "blank-line", limit?: number): AsyncGenerator<string> {
  if (!/\.conllu(\.gz)?$/.test(path)) yield* documents(readLines(path, limit), path, end);
  else for await (const { text } of readConllu(readLines(path, limit), path)) yield text;
}

async function* bounded(bytes: AsyncIterable<Uint8Array>, path: string, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit)
      throw new InputError(
        `${path}: the file has more than ${limit} bytes of text; split it, or raise the limit (--text-limit; of a training run, data.textLimit)`,
      );
    yield chunk;
  }
}

const CHUNK = 1 << 18;

async function* chunks(file: FileSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK) yield await file.read(at, Math.min(CHUNK, file.size - at));
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const zipped = Readable.from(bytes);
  const plain = createGunzip();
  pipeline(zipped, plain, () => {}); // errors are thrown by the loop
  try {
    for await (const chunk of plain) yield chunk;
  } catch (error) {
    const code = codeOf(error);
    if (code === "Z_BUF_ERROR") throw new InputError(`${path}: the gzipped data is truncated; copy the file again`);
    if (code === "Z_DATA_ERROR") throw new InputError(`${path}: the gzipped data is damaged or not gzip; copy the file again`);
    throw error;
  } finally {
    zipped.destroy();
  }
}

/** Reads all lines of a file, plain or compressed. Throws `InputError`. */
export async function allLines(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file)) lines.push(line);
  return lines;
}
