/** Files in one archive. */
import { zip } from "fflate";

/**
 * Returns a zip of a folder. Weights do not compress, so files are only stored: compression would also need extra workers,
 * which the page's policy forbids.
 */
export function zipped(folder: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const entries = [...files].map(([name, content]) => [
    `${folder}/${name}`,
    typeof content === "string" ? encoder.encode(content) : content,
  ]);
  return new Promise((resolve, reject) =>
    zip(Object.fromEntries(entries), { level: 0 }, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );
}
