/** Text files of this machine, plain or gzipped, read as they are needed. */

import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type FileSource, fileSource } from "../load/files.node.ts";
import { InputError } from "../run/errors.ts";
import { readConllu } from "./conllu.ts";
import { type DocumentEnd, documents } from "./documents.ts";
import { decodeLines } from "./lines.ts";
import { type Pair, pairLines } from "./parallel.ts";

/**
 * The lines of a file in UTF-8, gzipped where its name ends in `.gz`. Throws `InputError` with the path where the file is
 * missing or empty, where bytes are not UTF-8, and where the gzipped data is cut off or damaged.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const file = await fileSource(path);
  try {
    const bytes = chunks(file);
    yield* decodeLines(path.endsWith(".gz") && file.size > 0 ? unzipped(bytes, path) : bytes, path);
  } finally {
    await file.close();
  }
}

/** The pairs of two files of the same number of lines; throws as `readLines` and `pairLines` do. */
export const readParallel = (source: string, target: string): AsyncGenerator<Pair> =>
  pairLines(readLines(source), readLines(target), { source, target });

/** The documents of a file: the sentences of CoNLL-U (`.conllu`, `.conllu.gz`), else plain text cut at `end`. */
export async function* readDocuments(path: string, end: DocumentEnd = "blank-line"): AsyncGenerator<string> {
  if (!/\.conllu(\.gz)?$/.test(path)) yield* documents(readLines(path), path, end);
  else for await (const { text } of readConllu(readLines(path), path)) yield text;
}

const CHUNK = 1 << 18;

async function* chunks(file: FileSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK) yield await file.read(at, Math.min(CHUNK, file.size - at));
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const zipped = Readable.from(bytes);
  const plain = createGunzip();
  pipeline(zipped, plain, () => {}); // what fails comes out of the loop
  try {
    for await (const chunk of plain) yield chunk;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR") throw new InputError(`${path}: the gzipped data is cut off; copy the file again`);
    if (code === "Z_DATA_ERROR")
      throw new InputError(`${path}: the gzipped data is damaged or no gzip at all; copy the file again`);
    throw error;
  } finally {
    zipped.destroy();
  }
}
