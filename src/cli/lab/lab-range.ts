/** The byte range that an HTTP request asks for (RFC 9110, 14). */

/** `length` bytes from `start`. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

/**
 * Parses a `Range` header for a file of `size` bytes. Returns undefined if the whole file should be sent (no header, an invalid
 * one, or several ranges), and "none" if the range lies outside the file.
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

/** Returns true if an `If-None-Match` header matches `etag`; the weak tag of a compressed response also matches. */
export const matches = (header: string | undefined, etag: string): boolean =>
  header?.split(",").some((word) => word.trim() === "*" || word.trim().replace(/^W\//, "") === etag) ?? false;
