/** Checksums of a checkpoint's files, by SHA-256. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "../../load/files/files.node.ts";
import { why } from "../../load/files/why.ts";
import { openSafetensors } from "../../load/format/safetensors.ts";

/** The file of a checkpoint with the SHA-256 of the others, in the format of `sha256sum --check`. */
export const SUMS_FILE = "SHA256SUMS";

/** Returns the text of that file. */
export const sumsOf = (files: Iterable<readonly [name: string, content: string | Uint8Array]>): string =>
  [...files].map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`).join("");

/** Describes the damage of the checkpoint in `path`; undefined if it is intact. */
export async function damageOf(path: string): Promise<string | undefined> {
  const sums = await readFile(join(path, SUMS_FILE), "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (typeof sums !== "string") return sums.code === "ENOENT" ? shapeDamage(path) : `${SUMS_FILE}: ${why(sums)}`;
  const lines = sums.split("\n").filter((line) => line !== "");
  if (!lines.some((line) => line.endsWith("  progress.json"))) return `${SUMS_FILE} does not list the files`;
  for (const line of lines) {
    const [, hash, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash === undefined || name === undefined) return `${SUMS_FILE} has an invalid line`;
    const is = await hashOf(join(path, name)).catch((error: unknown) => error as Error);
    if (is instanceof Error) return `${name}: ${why(is)}`;
    if (is !== hash) return `${name} has changed`;
  }
  return undefined;
}

/** Returns the SHA-256 of a file. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Checks a checkpoint without checksums: files that are missing, truncated or unreadable. */
async function shapeDamage(path: string): Promise<string | undefined> {
  try {
    JSON.parse(await readFile(join(path, "progress.json"), "utf8"));
    for (const name of ["model.safetensors", "state.safetensors"]) {
      const source = await fileSource(join(path, name));
      await openSafetensors(source).finally(() => source.close());
    }
    return undefined;
  } catch (error) {
    return why(error);
  }
}
