/** Decodes bytes to lines as a stream: strict UTF-8, with at most a chunk and a line in memory. */

import { InputError } from "../run/errors.ts";

/** A sequence of texts: a list, or a stream such as the lines of a file. */
export type Texts = Iterable<string> | AsyncIterable<string>;

/**
 * Streams the lines of a UTF-8 text without line ends (`\n` or `\r\n`) and byte order mark; text after the last line end is a
 * line unless it is empty. Throws `InputError` with `name` if there is no byte at all, and with the line if bytes are not UTF-8
 * or a line has more than `longest` bytes.
 */
export async function* decodeLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  name: string,
  longest: number = LONGEST_LINE,
): AsyncGenerator<string> {
  let open: Uint8Array[] = []; // the incomplete line; no UTF-8 character contains the byte of a line feed
  let [number, held] = [1, 0];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      const lines = decodeBlock(concat([...open, chunk.subarray(0, end)]), name, number);
      [open, held] = [[], 0];
      number += lines.length - 1;
      for (const line of lines.slice(0, -1)) yield line;
    }
    if (end < chunk.length) open.push(chunk.slice(end));
    held += chunk.length - end;
    if (held > longest) throw new InputError(`${name}: line ${number} is longer than ${longest} bytes; break it into lines`);
  }
  if (open.length > 0) yield* decodeBlock(concat(open), name, number);
  else if (number === 1) throw new InputError(`${name}: the file is empty; give a file with text`);
}

const LINE_FEED = 0x0a;
/** Half the maximum length of a string. */
const LONGEST_LINE = 2 ** 28;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Decodes some bytes to lines, the first of which is the file's line `first`. */
function decodeBlock(bytes: Uint8Array, name: string, first: number): string[] {
  const text = decodeStrictly(bytes);
  if (text === undefined) {
    const line = first + badLine(bytes);
    throw new InputError(`${name}: line ${line} has bytes that are not UTF-8; write the file in UTF-8`);
  }
  return (first === 1 ? text.replace(/^\ufeff/, "") : text).split("\n").map((line) => line.replace(/\r$/, ""));
}

function badLine(bytes: Uint8Array): number {
  let [line, from] = [0, 0];
  for (let to = bytes.indexOf(LINE_FEED); to >= 0; to = bytes.indexOf(LINE_FEED, from)) {
    if (decodeStrictly(bytes.subarray(from, to)) === undefined) break;
    from = to + 1;
    line++;
  }
  return line;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
