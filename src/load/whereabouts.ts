/** Advice for a directory that does not hold a model in the expected place. */
import { show } from "./format/safetensors.ts";

const PICKLED = "save the model as safetensors (save_pretrained), since pickled checkpoints are not read";

/** Returns advice for a directory without config.json, judging by its other files; undefined if they give no clue. */
export function whyNoConfig(files: readonly string[]): string | undefined {
  if (files.includes("adapter_config.json"))
    return "this is a PEFT adapter (adapter_config.json): merge it into its base model (merge_and_unload) and save that";
  const below = files.find((file) => /^[^/]+\/config\.json$/.test(file) && has(files, file.replace("config.json", "")));
  if (below) return `name the folder ${show(below.split("/")[0])} in it, which holds the model`;
  const gguf = files.find((file) => /^[^/]+\.gguf$/i.test(file));
  if (gguf) return `name the GGUF file ${show(gguf)} in it`;
  if (files.includes("params.json") || files.some((file) => /^consolidated.*\.(pth|safetensors)$/.test(file)))
    return "convert these weights, which are in the original Llama or Mistral format, for transformers first";
  return undefined;
}

const has = (files: readonly string[], folder: string): boolean =>
  files.some((file) => file.startsWith(folder) && /\.(safetensors|bin)$/.test(file));

/** Describes a directory that has neither model.safetensors nor an index of shards. */
export function whyNoWeights(all: readonly string[]): string {
  const files = all.filter((file) => !file.includes("/"));
  for (const [pattern, advice] of WEIGHTS) {
    const name = files.find((file) => pattern.test(file));
    if (name !== undefined) return `there is no model.safetensors, only ${show(name)}; ${advice}`;
  }
  return `there is no model.safetensors; ${PICKLED}`;
}

const WEIGHTS: readonly (readonly [RegExp, string])[] = [
  [/^model(-\d+-of-\d+)?\.\w+\.safetensors$/, "rename this variant of the weights to model.safetensors to use it"],
  [/^model\.safetensors\.index\.\w+\.json$/, "rename this index of a variant to model.safetensors.index.json to use it"],
  [/^model-\d+-of-\d+\.safetensors$/, "download model.safetensors.index.json too, which lists the shards"],
  [/^consolidated.*\.safetensors$/, "convert it for transformers first, since it has Mistral's own tensor names"],
  [/\.gguf$/i, "name that file as the model"],
  [/^(pytorch_model|consolidated).*\.(bin|pth|index\.json)$/, PICKLED],
  [/^(tf_model.*\.h5|flax_model.*\.msgpack|model\.ckpt.*)$/, "load it with transformers and save it as safetensors"],
  [/^adapter_model\.(safetensors|bin)$/, "merge this PEFT adapter into its base model and save that"],
  [/\.safetensors$/, "if these are the model's weights, rename it to model.safetensors"],
];
