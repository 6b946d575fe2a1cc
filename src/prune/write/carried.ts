/** The files of a model directory that remain valid for a pruned model and are copied, and the reasons for the others. */

import type { OpenFile } from "../../load/checkpoint.ts";
import { readJson } from "../../load/checkpoint.ts";
import { asRecord } from "../../params/keyed.ts";

/** A file that is not copied to a pruned model. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** Files copied unchanged to a pruned model, and those that are not. */
export interface Carried {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly leftOut: readonly LeftOut[];
}

/** The maximum size of a copied file, since files are held in memory during pruning. */
const LARGEST = 256 * 2 ** 20;

/** Files to try by name if a folder cannot be listed. */
const KNOWN = [
  ...["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json"],
  ...["merges.txt", "spiece.model", "tokenizer.model", "sentencepiece.bpe.model", "source.spm", "target.spm"],
  ...["chat_template.jinja", "chat_template.json", "generation_config.json", "processor_config.json"],
  ...[
    "preprocessor_config.json",
    "image_processor_config.json",
    "feature_extractor_config.json",
    "video_preprocessor_config.json",
  ],
  ...["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json"],
  ...["README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE", "NOTICE.txt"],
];

const STAYS = [
  new RegExp(`^(${KNOWN.map((name) => name.replace(/[.]/g, "\\.")).join("|")})$`),
  /^(sentence_\w+_config\.json|[\w-]+\.(spm|tiktoken)|(target_)?vocab\.(txt|json)|additional_chat_templates\/[\w-]+\.jinja)$/,
  /^(LICEN[CS]E|NOTICE|COPYING|USE_POLICY)([.-][\w.-]+)?$/i,
];

/** Files that are written anew, or read into `prune.json`. */
const REPLACED = /^(config\.json|prune\.json|model(-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json)$/;

/** The reasons for not copying a file: the first match applies. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(checkpoint-[^/]*|runs|logs)\/|(^|\/)(optimizer|scheduler|scaler|rng_state|training_args|trainer_state)\b/,
    "training state",
  ],
  [/\.(bin|pt|pth|ckpt|pkl|pickle)(\.index\.json)?$/, "pickled weights of the original model"],
  [
    /^(onnx|openvino|coreml|flax|tf)\/|\.(onnx|onnx_data|h5|msgpack|tflite|ot|gguf|ggml|npz|mlmodel|safetensors)$|^openvino_/,
    "weights of the original model in another file",
  ],
  [/\.py$/, "code of the original model"],
  [/^\.|\/\./, "not part of the model"],
];
const UNKNOWN = "not known to be valid for a pruned model";

const whyNot = (name: string): string => REASONS.find(([known]) => known.test(name))?.[1] ?? UNKNOWN;

/** Reads the files of the directory behind `open` to copy to a pruned model. If it cannot be listed, known names are tried. */
export async function carriedFiles(open: OpenFile): Promise<Carried> {
  const folders = await moduleFolders(open);
  const names = (await open.list?.()) ?? [...KNOWN, ...folders.flatMap((folder) => [`${folder}/config.json`])];
  const files = new Map<string, Uint8Array>();
  const leftOut: LeftOut[] = [];
  for (const name of [...names].sort()) {
    if (REPLACED.test(name)) continue;
    const wanted = stays(name, folders) && ((await open.isWithin?.(name)) ?? true);
    const source = wanted ? await open(name) : undefined;
    if (!source && !open.list) continue;
    if (!source) leftOut.push({ name, why: stays(name, folders) ? "a link outside the folder, or not a file" : whyNot(name) });
    else if (source.size > LARGEST) leftOut.push({ name, why: `over the limit of ${LARGEST / 2 ** 20} MiB` });
    else files.set(name, await source.read(0, source.size));
  }
  return { files, leftOut };
}

const stays = (name: string, folders: readonly string[]): boolean =>
  STAYS.some((known) => known.test(name)) || folders.some((folder) => name.startsWith(`${folder}/`) && !/(^|\/)\./.test(name));

/** Returns the folders of sentence-transformers' modules, without the transformer's own (the directory itself). */
async function moduleFolders(open: OpenFile): Promise<string[]> {
  const source = await open("modules.json");
  const modules = source && (await readJson(source));
  if (!Array.isArray(modules)) return [];
  const paths = modules.map((module: unknown) => asRecord(module).path);
  return paths.filter((path): path is string => typeof path === "string" && /^[\w-][\w.-]*$/.test(path));
}
