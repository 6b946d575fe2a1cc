/** Bytes in a page: compressed with gzip, as base64, and unpacked by the page's script. */
import { gzipSync } from "fflate";

/** Returns parts, one after the other, as text that is safe inside a script element; equal bytes give equal text. */
export function packed(parts: readonly Uint8Array[]): string {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return base64(gzipSync(whole, { mtime: 0 }));
}

/** Encodes bytes as text. */
export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // String.fromCharCode accepts a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return btoa(pieces.join(""));
}

/** Defines `unpack(text)` in a page's script: a promise of the bytes. */
export const UNPACK = `async function unpack(text) {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}`;
