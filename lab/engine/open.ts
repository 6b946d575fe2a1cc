/** Opens a model from a server's folder or from dropped files. */
import { type Opened, readForCutting, readGgufForCutting } from "../../src/prune/write/opened.ts";
import { InputError } from "../../src/run/errors.ts";
import { droppedFiles, servedFiles } from "./files.ts";
import type { DroppedModel, ModelEntry, Report } from "./protocol.ts";

/** Opens a model with everything that a copy of it needs. Throws `InputError` with the name of a missing or invalid file. */
export async function openForReading(model: ModelEntry | DroppedModel, report: Report): Promise<Opened> {
  const open = "base" in model ? servedFiles(model, report) : droppedFiles(model);
  const names: readonly string[] = "base" in model ? model.files : model.files.map(([name]) => name);
  const gguf = names.find((name) => /\.gguf$/i.test(name));
  if (gguf) return readGgufForCutting(model.id, (await open(gguf))!, open);
  if (!names.includes("config.json")) {
    throw new InputError(`${model.id}: config.json is missing; drop a model’s folder or a .gguf file`);
  }
  return readForCutting(model.id, open);
}
