/** What a directory is that has no model where one is looked for, and what to do about it. */
import { show } from "./format/safetensors.ts";

const PICKLED = "pickled checkpoints are never opened; save the model as safetensors (save_pretrained)";

/** What a directory without config.json is, where its other files tell. */
export function whyNoConfig(files: readonly string[]): string | undefined {
  if (files.includes("adapter_config.json"))
    return "adapter_config.json makes this a PEFT adapter; merge it into its base model (merge_and_unload) and save that";
  const below = files.find((file) => /^[^/]+\/config\.json$/.test(file) && has(files, file.replace("config.json", "")));
  if (below) return `the model is in the folder ${show(below.split("/")[0])} in it; name that folder`;
  const gguf = files.find((file) => /^[^/]+\.gguf$/i.test(file));
  if (gguf) return `the GGUF file ${show(gguf)} is in it; name that file`;
  if (files.includes("params.json") || files.some((file) => /^consolidated.*\.(pth|safetensors)$/.test(file)))
    return "these are weights in the original Llama or Mistral form; convert them for transformers first";
  return undefined;
}

const has = (files: readonly string[], folder: string): boolean =>
  files.some((file) => file.startsWith(folder) && /\.(safetensors|bin)$/.test(file));

/** What stands in a directory that has neither model.safetensors nor an index of shards. */
export function whyNoWeights(all: readonly string[]): string {
  const files = all.filter((file) => !file.includes("/"));
  const found = WEIGHTS.find(([pattern]) => files.some((file) => pattern.test(file)));
  if (!found) return `there is no model.safetensors: ${PICKLED}`;
  const [pattern, advice] = found;
  const name = files.find((file) => pattern.test(file))!;
  return `there is no model.safetensors, but ${show(name)}: ${advice}`;
}

const WEIGHTS: readonly (readonly [RegExp, string])[] = [
  [/^model(-\d+-of-\d+)?\.\w+\.safetensors$/, "it is a variant of the weights; rename it to model.safetensors to use it"],
  [
    /^model\.safetensors\.index\.\w+\.json$/,
    "it is the index of a variant; rename it to model.safetensors.index.json to use it",
  ],
  [/^model-\d+-of-\d+\.safetensors$/, "model.safetensors.index.json, which lists the shards, is missing; download it too"],
  [/^consolidated.*\.safetensors$/, "it has Mistral's own tensor names; convert it for transformers first"],
  [/\.gguf$/i, "name that file as the model"],
  [/^(pytorch_model|consolidated).*\.(bin|pth|index\.json)$/, PICKLED],
  [/^(tf_model.*\.h5|flax_model.*\.msgpack|model\.ckpt.*)$/, "load it with transformers and save it as safetensors"],
  [/^adapter_model\.(safetensors|bin)$/, "it is a PEFT adapter; merge it into its base model and save that"],
  [/\.safetensors$/, "if these are the model's weights, rename it to model.safetensors"],
];
