/** Which part of a file an HTTP request asks for (RFC 9110, 14). */

/** `length` bytes from `start`. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

/**
 * The part that a `Range` header names, of a file of `size` bytes: undefined where it names none that is understood, so that
 * the whole is sent, and "none" where it names no byte of the file. Of several ranges none is understood.
 */
export function readRange(header: string | undefined, size: number): Part | "none" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first === "") return partOf(Math.max(0, size - Number(last)), size, size);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return partOf(Number(first), last === "" ? size : Math.min(size, Number(last) + 1), size);
}

const partOf = (start: number, end: number, size: number): Part | "none" =>
  start < size ? { start, length: end - start } : "none";

/** Whether an `If-None-Match` header holds `etag`; a compressed answer's weak one counts, too. */
export const matches = (header: string | undefined, etag: string): boolean =>
  header?.split(",").some((word) => word.trim() === "*" || word.trim().replace(/^W\//, "") === etag) ?? false;
