/** Bytes to lines, as they come: strict UTF-8, and never more than a chunk and a line in memory. */

import { InputError } from "../run/errors.ts";

/** Texts one after the other: a list, or a stream such as the lines of a file. */
export type Texts = Iterable<string> | AsyncIterable<string>;

/**
 * The lines of a text in UTF-8, without their ends (`\n` or `\r\n`); a byte order mark is left out, and what follows the last
 * end is a line where it is not empty. Throws `InputError` with `name` where there is no byte at all, and with the line
 * where bytes are not UTF-8 or a line has more than `longest` of them.
 */
export async function* decodeLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  name: string,
  longest: number = LONGEST_LINE,
): AsyncGenerator<string> {
  let open: Uint8Array[] = []; // the line that has not ended yet; no character of UTF-8 has the byte of a line's end in it
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
  else if (number === 1) throw new InputError(`${name}: the file is empty; give one with text`);
}

const LINE_FEED = 0x0a;
/** Half of what one string can hold. */
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

/** The lines of some bytes, of which the first is the file's line `first`. */
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
