/** Opening a model to prune, and checking the output folder. */
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";
import type { AnyCheckpoint } from "../../load/any-checkpoint.ts";
import { fromModel, type LoadOptions } from "../../load/checkpoint.node.ts";
import type { Check } from "../../load/checkpoint.ts";
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import { type Opened, readForCutting, readGgufForCutting } from "./opened.ts";

/** Opens MODEL for pruning: a directory, a `.gguf` file, a hub id or a built-in model. Throws `InputError`. */
export const openForCutting = (model: string, options: LoadOptions & { check?: Check<AnyCheckpoint> } = {}): Promise<Opened> =>
  fromModel(
    model,
    {
      directory: (id, open) => readForCutting(id, open, options.check),
      gguf: (id, source, beside) => readGgufForCutting(id, source, beside, options.check),
    },
    options,
  );

/**
 * Throws `InputError` if something at `out` would be lost, unless `force` is set and it is a pruned model; undefined: the command
 * has no such option.
 */
export async function checkVacant(out: string, force?: boolean): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new InputError(`${out}: ${error.code === "ENOTDIR" ? "this is a file" : why(error)}; name a folder`);
  });
  await refuseHeld(out);
  if (found.length === 0) return;
  if (!force)
    throw new InputError(
      `${out} is not empty; name another folder${force === undefined ? "" : ", or replace it with --force"}`,
    );
  if (!found.includes("prune.json"))
    throw new InputError(
      `${out} contains files that are not part of a pruned model, which --force would delete; name another folder`,
    );
}

/** A folder is replaced as a whole, which is impossible if it is the current folder or a mount point. */
async function refuseHeld(out: string): Promise<void> {
  const path = await realpath(out).catch(() => undefined);
  if (path === undefined) return;
  const held = `${process.cwd()}${sep}`.startsWith(`${path}${sep}`)
    ? "is the current folder, or above it"
    : (await stat(path)).dev !== (await stat(dirname(path))).dev && "is a mount point";
  if (held) throw new InputError(`${out} ${held}, so it cannot be replaced; name a folder inside it`);
}
