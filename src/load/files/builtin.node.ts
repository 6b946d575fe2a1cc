/** The built-in models of Headwise: `builtin:NAME` is the folder `models/NAME` of the package. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../run/errors.ts";
import { nearest } from "./nearest.ts";

const FOLDER = fileURLToPath(new URL("../../../models/", import.meta.url));

/** Returns the names of the built-in models and their folders, in order. */
export async function builtinModels(): Promise<{ name: string; folder: string }[]> {
  const names = (await readdir(FOLDER).catch(() => [])).sort();
  return names.map((name) => ({ name, folder: join(FOLDER, name) })).filter(({ folder }) => hasWeights(folder));
}

const hasWeights = (folder: string): boolean => existsSync(join(folder, "model.safetensors"));

/** Returns the folder of `builtin:NAME`; undefined if `model` is not of this form. Throws `InputError` for an unknown name. */
export async function builtinFolder(model: string): Promise<string | undefined> {
  if (!model.startsWith("builtin:")) return undefined;
  const name = model.slice("builtin:".length);
  const models = await builtinModels();
  const known = models.map((builtin) => builtin.name);
  const found = models.find((builtin) => builtin.name === name);
  if (found) return found.folder;
  const near = nearest(name, known);
  const others = known.filter((other) => other !== near).map((other) => `builtin:${other}`);
  throw new InputError(`${model}: unknown built-in model; use ${[`builtin:${near}`, ...others].join(" or ")}`);
}
