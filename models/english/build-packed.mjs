/** Writes a text of this folder compressed with Brotli. */
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

/** Returns the sizes in words. */
export function writePacked(name, text) {
  const bytes = Buffer.from(text);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const packed = brotliCompressSync(bytes, { params });
  writeFileSync(new URL(name, import.meta.url), packed);
  return `${bytes.length} bytes, ${packed.length} compressed`;
}
