/** Models from folders as the lab has them open, on Node's runtime. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEdited } from "../../lab/engine/edited.ts";
import type { Current } from "../../lab/engine/engine.ts";
import { isWorldModel } from "../../lab/engine/world.ts";
import { bytesSource } from "../../src/load/format/source.ts";
import { readForCutting } from "../../src/prune/write/opened.ts";
import type { Runtime } from "../../src/run/runtime.ts";

/** The folder of a model that comes with Headwise. */
export const builtin = (name: string): string => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));

/** Opens the files of a folder. */
export async function openFolder(runtime: Runtime, folder: string, id = "builtin:relations-8"): Promise<Current> {
  const opened = await readForCutting(id, async (name) =>
    existsSync(join(folder, name)) ? bytesSource(name, new Uint8Array(readFileSync(join(folder, name)))) : undefined,
  );
  return {
    ...{ opened, runtime, world: isWorldModel(opened.checkpoint), edited: createEdited(runtime, opened.checkpoint) },
    patterns: () => Promise.reject(new Error("no patterns are looked at here")),
  };
}
