/** Reads GGUF files as models of Hugging Face: the `config.json` of their metadata, and their tensors under its names. */
import { dimAt } from "../../../graph/shape.ts";
import type { TransformerConfig } from "../../../models/config.ts";
import { InputError } from "../../../run/errors.ts";
import { floats, type Tensor, tensor } from "../../../run/tensor.ts";
import { show } from "../../format/safetensors.ts";
import type { TensorFile } from "../../format/tensors.ts";
import { FAMILIES, familyOf } from "../families.ts";
import type { Family, GgufFamily } from "../family.ts";
import { checkKeys, keyReader, type Metadata } from "./gguf-keys.ts";

const SUPPORTED: ReadonlyMap<unknown, GgufFamily> = new Map(
  Object.values(FAMILIES).flatMap(({ gguf }) => (gguf ? [[gguf.architecture, gguf] as const] : [])),
);

/**
 * Returns the `config.json` that corresponds to a GGUF file's metadata, with llama.cpp's defaults for missing keys. Throws
 * `InputError` for an unsupported architecture, and for unsupported keys that would change the function.
 */
export async function configJsonFromGguf(
  metadata: Metadata,
  file: TensorFile,
  where: string,
): Promise<Record<string, unknown>> {
  const architecture = metadata["general.architecture"];
  const gguf = SUPPORTED.get(architecture);
  if (gguf === undefined) {
    const known = [...SUPPORTED.keys()].join(", ");
    throw new InputError(`${where}: unknown GGUF architecture ${show(architecture)}; use a model of ${known}`);
  }
  checkKeys(metadata, gguf, where);
  return gguf.configJson({ keys: keyReader(metadata, gguf.architecture, where), metadata, file, where });
}

function renamed(name: string, { gguf, tensors }: Family): string {
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
  const module = part && gguf?.perLayer[part];
  if (layer !== undefined && module) return `${tensors.prefix}${tensors.layer.replace("*", layer)}${module}.${kind}`;
  const [, whole, suffix] = /^(\w+)\.(\w+)$/.exec(name) ?? [];
  return whole && gguf?.whole[whole] ? `${gguf.whole[whole]}.${suffix}` : name;
}

/** Returns the tensors under Hugging Face's names, with rotated rows in Hugging Face's order and zeros for optional biases. */
export function ggufNames(config: TransformerConfig, file: TensorFile): TensorFile {
  const family = familyOf(config);
  const { paired, optionalBiases } = family.gguf ?? {};
  const stored = [...file.tensors].filter(([name]) => name !== "rope_freqs.weight");
  const original = new Map(stored.map(([name]) => [renamed(name, family), name]));
  const zeros = new Map([...(optionalBiases?.(config) ?? [])].filter(([name]) => !original.has(name)));
  const present = stored.map(([name, info]) => [renamed(name, family), info] as const);
  const added = [...zeros].map(([name, size]) => [name, { storedAs: "F32", shape: [size] }] as const);
  return {
    name: file.name,
    tensors: new Map([...present, ...added]),
    async read(name) {
      const size = zeros.get(name);
      if (size !== undefined) return tensor(new Float32Array(size), [size]);
      const read = await file.read(original.get(name) ?? name);
      return paired?.test(name) ? halvesFromPairs(read, config.headWidth) : read;
    },
  };
}

/**
 * Reorders the rows of each head: llama.cpp rotates neighboring rows together, Hugging Face the halves: [d/2, 2] → [2, d/2].
 */
function halvesFromPairs(t: Tensor, headWidth: number): Tensor {
  const row = t.shape[1] ?? 1;
  const source = floats(t);
  const data = new Float32Array(source.length);
  for (let r = 0; r < dimAt(t.shape, 0); r++) {
    const within = r % headWidth;
    const to = r - within + (within % 2) * (headWidth / 2) + Math.floor(within / 2);
    data.set(source.subarray(r * row, (r + 1) * row), to * row);
  }
  return { ...t, data };
}
