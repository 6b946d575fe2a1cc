/** The models that come with Headwise: `builtin:NAME` is the folder `models/NAME` of the package. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../run/errors.ts";
import { nearest } from "./nearest.ts";

const FOLDER = fileURLToPath(new URL("../../models/", import.meta.url));

/** The folder of `builtin:NAME`; undefined where `model` is not of this form. Throws `InputError` for an unknown name. */
export async function builtinFolder(model: string): Promise<string | undefined> {
  if (!model.startsWith("builtin:")) return undefined;
  const name = model.slice("builtin:".length);
  const known = (await readdir(FOLDER).catch(() => [])).filter((n) => existsSync(join(FOLDER, n, "model.safetensors"))).sort();
  if (known.includes(name)) return join(FOLDER, name);
  throw new InputError(
    `${model}: there is no such built-in model: did you mean builtin:${nearest(name, known)}? (there are ${known.join(", ")})`,
  );
}
