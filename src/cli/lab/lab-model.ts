/** The model that the lab opens: located and validated before anything is served, without reading its weights. */
import { dirname } from "node:path";
import { fromModel } from "../../load/checkpoint.node.ts";
import { neededConfig, type OpenFile, openTensors, readJson } from "../../load/checkpoint.ts";
import { openGguf } from "../../load/format/gguf.ts";
import type { Source } from "../../load/format/source.ts";
import { InputError } from "../../run/errors.ts";
import { createProgress, fetching } from "../terminal/progress.ts";
import { type LabModel, modelFile } from "./lab-models.ts";

/** Opens `model` as other commands do. Throws `InputError` if it does not exist or one of its files is missing or damaged. */
export async function openLabModel(model: string): Promise<LabModel> {
  let bar: ReturnType<typeof createProgress> | undefined;
  const progress = fetching({ update: (stage, share) => (bar ??= createProgress()).update(stage, share) });
  try {
    return await fromModel(model, { directory, gguf }, { progress });
  } finally {
    bar?.stop();
  }
}

async function directory(id: string, open: OpenFile): Promise<LabModel> {
  const names: string[] = [];
  const note = (name: string) => {
    names.push(name);
    return open(name);
  };
  const noting: OpenFile = Object.assign(note, { list: open.list });
  const config = await neededConfig(id, noting);
  await readJson(config);
  await openTensors(id, noting);
  const model: LabModel = { id, kind: "directory", folder: dirname(config.name) };
  await served(model, names, open);
  return model;
}

/** Throws `InputError` if the page could not load a file that exists; the errors it shows would then be misleading. */
async function served(model: LabModel, names: readonly string[], open: OpenFile): Promise<void> {
  for (const name of names) {
    if ((await modelFile(model, name)) !== undefined || !(await open(name))) continue;
    throw new InputError(
      `${model.id}: ${name} cannot be served, because it links outside the folder or is not named model-N-of-N.safetensors; copy it into the folder under such a name`,
    );
  }
}

async function gguf(id: string, source: Source): Promise<LabModel> {
  await openGguf(source);
  return { id, kind: "gguf", path: source.name };
}
