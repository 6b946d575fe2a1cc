/** The models that the lab serves, and the files of each that a page may load: only those that a loader reads. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { builtinModels } from "../../load/files/builtin.node.ts";
import { inside } from "./lab-files.ts";

/** A model directory, or a `.gguf` file under its given name. */
export type LabModel =
  | { readonly id: string; readonly kind: "directory"; readonly folder: string }
  | { readonly id: string; readonly kind: "gguf"; readonly path: string };

/** A model in models.json: `files` are relative to the address `base`; `served` marks the model named on the command line. */
export interface ListedModel {
  readonly id: string;
  readonly kind: LabModel["kind"];
  readonly base: string;
  readonly files: readonly string[];
  readonly served: boolean;
}

// loaders refuse target_vocab.json; without it, the page would use the wrong vocabulary
const NAMES = [
  /^(config|generation_config|tokenizer|tokenizer_config|vocab|target_vocab)\.json$/,
  // files that are copied into a pruned model
  /^(special_tokens_map|added_tokens|sentence_bert_config|config_sentence_transformers|chat_template)\.json$/,
  /^(vocab\.txt|merges\.txt|chat_template\.jinja|spiece\.model|tokenizer\.model|README\.md|LICENSE(\.txt|\.md)?|NOTICE(\.txt)?)$/,
  /^model(-\d+-of-\d+)?\.safetensors$/,
  /^model\.safetensors\.index\.json$/,
  /^(source|target)\.spm$/,
  /^(modules|config_sentence_transformers|sentence_[\w-]+_config)\.json$/,
  /^\d+_\w+\/(config\.json|model\.safetensors)$/, // pooling modules
];

/** Returns the resolved path of a model's file `name`, or undefined if the file is not part of the model or lies outside it. */
export async function modelFile(model: LabModel, name: string): Promise<string | undefined> {
  if (model.kind === "gguf") return name === basename(model.path) ? realpath(model.path).catch(() => undefined) : undefined;
  if (!NAMES.some((known) => known.test(name))) return undefined;
  return inside(join(model.folder, name), model.folder, blobsOf);
}

/** The Hugging Face cache stores contents in `models--ORG--NAME/blobs`; a snapshot is a folder of links to them. */
function blobsOf(folder: string): string[] {
  const [snapshots, repo] = [dirname(folder), dirname(dirname(folder))];
  return basename(snapshots) === "snapshots" && /^models--/.test(basename(repo)) ? [join(repo, "blobs")] : [];
}

/** Lists the names of a model's files in order. */
async function modelFiles(model: LabModel): Promise<string[]> {
  if (model.kind === "gguf") return [basename(model.path)];
  const own = (await readdir(model.folder).catch(() => [])).sort();
  const within = (name: string) => [`${name}/config.json`, `${name}/model.safetensors`];
  const names = own.flatMap((name) => (/^\d+_\w+$/.test(name) ? within(name) : [name]));
  const there = await Promise.all(names.map(async (name) => isFile(await modelFile(model, name))));
  return names.filter((_, i) => there[i]);
}

const isFile = async (path: string | undefined): Promise<boolean> =>
  path !== undefined && ((await stat(path).catch(() => undefined))?.isFile() ?? false);

/** The built-in models by folder name. */
export const builtinLabModels = async (): Promise<ReadonlyMap<string, LabModel>> =>
  new Map((await builtinModels()).map(({ name, folder }) => [name, { id: `builtin:${name}`, kind: "directory", folder }]));

/** Returns the content of models.json: the model of the command line first, then the others. */
export async function listModels(
  builtins: ReadonlyMap<string, LabModel>,
  served?: LabModel,
): Promise<{ models: ListedModel[] }> {
  const list = async (model: LabModel, base: string): Promise<ListedModel> => {
    const { id, kind } = model;
    return { id, kind, base, files: await modelFiles(model), served: model === served };
  };
  const others = [...builtins].filter(([, { id }]) => id !== served?.id);
  return {
    models: await Promise.all([
      ...(served ? [list(served, "model/")] : []),
      ...others.map(([name, model]) => list(model, `models/${encodeURIComponent(name)}/`)),
    ]),
  };
}
