/** Where a model to be cut comes from, and where the smaller one may go. */
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";
import { fromModel, type LoadOptions } from "../../load/checkpoint.node.ts";
import type { Check } from "../../load/checkpoint.ts";
import { why } from "../../load/files/why.ts";
import { InputError } from "../../run/errors.ts";
import { type AnyCheckpoint, type Opened, readForCutting, readGgufForCutting } from "./opened.ts";

/** Opens MODEL for cutting: a directory, a `.gguf` file, a hub id or a built-in model. Throws `InputError`. */
export const openForCutting = (model: string, options: LoadOptions & { check?: Check<AnyCheckpoint> } = {}): Promise<Opened> =>
  fromModel(
    model,
    {
      directory: (id, open) => readForCutting(id, open, options.check),
      gguf: (id, source, beside) => readGgufForCutting(id, source, beside, options.check),
    },
    options,
  );

/** Throws `InputError` where something at `out` would be lost, unless it may be (`force`) and is a model that was cut before. */
export async function checkVacant(out: string, force: boolean): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new InputError(`${out}: ${error.code === "ENOTDIR" ? "this is a file" : why(error)}: name a folder`);
  });
  await refuseHeld(out);
  if (found.length === 0) return;
  if (!force) throw new InputError(`${out}: is not empty: name another folder, or replace it with --force`);
  if (!found.includes("prune.json"))
    throw new InputError(`${out}: holds other files than a cut model's, which --force would delete: name another folder`);
}

/** A folder is exchanged for another one as a whole, which cannot be where the shell or a disk holds on to it. */
async function refuseHeld(out: string): Promise<void> {
  const path = await realpath(out).catch(() => undefined);
  if (path === undefined) return;
  const held = `${process.cwd()}${sep}`.startsWith(`${path}${sep}`)
    ? "is the current folder, or above it"
    : (await stat(path)).dev !== (await stat(dirname(path))).dev && "is a disk of its own";
  if (held) throw new InputError(`${out}: ${held}, and cannot be replaced as a whole: name a folder in it`);
}
