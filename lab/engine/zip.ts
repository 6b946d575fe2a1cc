/** Files in one archive. */
import { zip } from "fflate";

/**
 * A zip of a folder. Weights do not get smaller, so nothing is packed: packing would also need workers of its own, which the
 * page's rules forbid.
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
