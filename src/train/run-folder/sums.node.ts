/** What a checkpoint's files were when they were written, by their SHA-256. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "../../load/files/files.node.ts";
import { why } from "../../load/files/why.ts";
import { openSafetensors } from "../../load/format/safetensors.ts";

/** The file of a checkpoint that holds the SHA-256 of the others, as `sha256sum --check` reads it. */
export const SUMS = "SHA256SUMS";

/** The text of that file. */
export const sumsOf = (files: Iterable<readonly [name: string, content: string | Uint8Array]>): string =>
  [...files].map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`).join("");

/** What is wrong with the checkpoint in `path`; undefined where it is whole. */
export async function damageOf(path: string): Promise<string | undefined> {
  const sums = await readFile(join(path, SUMS), "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (typeof sums !== "string") return sums.code === "ENOENT" ? shapeDamage(path) : `${SUMS}: ${why(sums)}`;
  const lines = sums.split("\n").filter((line) => line !== "");
  if (!lines.some((line) => line.endsWith("  progress.json"))) return `${SUMS} does not list the files`;
  for (const line of lines) {
    const [, hash, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash === undefined || name === undefined) return `${SUMS} has a line that is no SHA-256 and name`;
    const is = await hashOf(join(path, name)).catch((error: unknown) => error as Error);
    if (is instanceof Error) return `${name}: ${why(is)}`;
    if (is !== hash) return `${name} is not what was written`;
  }
  return undefined;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** What can be seen of a checkpoint from before there were sums: files that are missing, cut short or no longer readable. */
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
