/** The model that a lab is opened with: found and looked into before anything is served, with its weights left alone. */
import { dirname } from "node:path";
import { fromModel } from "../../load/checkpoint.node.ts";
import { neededConfig, type OpenFile, openTensors, readJson } from "../../load/checkpoint.ts";
import { openGguf } from "../../load/format/gguf.ts";
import type { Source } from "../../load/format/source.ts";
import { InputError } from "../../run/errors.ts";
import { createProgress, fetching } from "../terminal/progress.ts";
import { type LabModel, modelFile } from "./lab-models.ts";

/** `model` as other commands take it. Throws `InputError` where it is not there, or a file of it is missing or broken. */
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

/** A page has to get what is there, or its errors would not be about this folder. */
async function served(model: LabModel, names: readonly string[], open: OpenFile): Promise<void> {
  for (const name of names) {
    if ((await modelFile(model, name)) !== undefined || !(await open(name))) continue;
    throw new InputError(
      `${model.id}: ${name} is not served: it links to a place outside of the folder, or is no model-N-of-N.safetensors: copy it`,
    );
  }
}

async function gguf(id: string, source: Source): Promise<LabModel> {
  await openGguf(source);
  return { id, kind: "gguf", path: source.name };
}
