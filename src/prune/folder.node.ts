/** Where a model to be cut comes from, and where the smaller one may go. */
import { readdir } from "node:fs/promises";
import { fromModel, type LoadOptions } from "../load/checkpoint.node.ts";
import { InputError } from "../run/errors.ts";
import { type Opened, readForCutting, readGgufForCutting } from "./opened.ts";

/** Opens MODEL for cutting: a directory, a `.gguf` file, a hub id or a built-in model. Throws `InputError`. */
export const openForCutting = (model: string, options: LoadOptions = {}): Promise<Opened> =>
  fromModel(model, { directory: readForCutting, gguf: readGgufForCutting }, options);

/** Throws `InputError` where something at `out` would be lost, unless it may be (`force`) and is a model that was cut before. */
export async function checkVacant(out: string, force: boolean): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new InputError(`${out}: ${error.code === "ENOTDIR" ? "this is a file: name a folder" : error.message}`);
  });
  if (found.length === 0) return;
  if (!force) throw new InputError(`${out}: is not empty: name another folder, or replace it with --force`);
  if (!found.includes("prune.json"))
    throw new InputError(`${out}: holds other files than a cut model's, which --force would delete: name another folder`);
}
