/** Maps the named tensors of a translation model to an encoder–decoder's parameter tree, and back. */
import type { EncoderDecoderConfig } from "../../models/encoder-decoder-config.ts";
import { type EncoderDecoderParameters, encoderDecoderParameters } from "../../models/encoder-decoder-parameters.ts";
import { leafAt, leaves, matrixShape, type Spec, specsByPath } from "../../params/tree.ts";
import { InputError } from "../../run/errors.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import type { TensorFile } from "../format/tensors.ts";
import { translationFamilyOf } from "./families.ts";
import type { TranslationNaming } from "./family.ts";
import { featureName, layoutOf, nameAt, type Stored } from "./reading/stored.ts";
import { isEqual } from "./reading/stored-head.ts";
import { readTree, transposed } from "./weights.ts";

function storedAt({ tables, side, layer, ...naming }: TranslationNaming, path: string, table = tables[0]): Stored {
  if (path === "embeddings.tokens") return { name: table, layout: "plain" };
  if (path === "finalLogitsBias") return { name: naming.finalLogitsBias, layout: "row" };
  const [, which = "", index, rest = ""] = /^(encoder|decoder)\.(?:layers\.(\d+)\.)?(.*)$/.exec(path) ?? [];
  const prefix = side.replace("*", which);
  if (index === undefined) return { name: prefix + nameAt(naming.perSide, rest), layout: "plain" };
  const own = featureName(rest);
  if (own) return { name: prefix + layer.replace("*", index) + own, layout: "plain" };
  return { name: prefix + layer.replace("*", index) + nameAt(naming.perLayer, rest), layout: layoutOf(path) };
}

/**
 * Reads the weights of `config` from `file`. Throws `InputError` if names or shapes do not match, if the file has more than
 * one token table, or if a tensor that the family computes is stored with other numbers.
 */
export async function readTranslationWeights(
  config: EncoderDecoderConfig,
  file: TensorFile,
): Promise<EncoderDecoderParameters<Tensor>> {
  const family = translationFamilyOf(config);
  const { tables, finalLogitsBias, computed } = family.tensors;
  const [table = tables[0], ...others] = tables.filter((name) => file.tensors.has(name));
  const specs = encoderDecoderParameters(config);
  const bias = specs.finalLogitsBias && !file.tensors.has(finalLogitsBias) ? specs.finalLogitsBias : undefined;
  const read = await readTree<EncoderDecoderParameters<Tensor>>(bias ? { ...specs, finalLogitsBias: undefined } : specs, file, {
    storedAt: (path) => storedAt(family.tensors, path, table),
    allows: (name) => tables.includes(name) || computed.test(name),
    model: `a ${config.architecture} model with ${config.encoderHeads.length} + ${config.decoderHeads.length} layers`,
  });
  for (const other of others) await checkShared(file, table, read.embeddings.tokens, other);
  await family.checkFile?.(config, file);
  return bias ? { ...read, finalLogitsBias: tensor(new Float32Array(config.vocabulary), bias.shape) } : read;
}

async function checkShared(file: TensorFile, table: string, tokens: Tensor, other: string): Promise<void> {
  if (isEqual(tokens, await file.read(other))) return;
  throw new InputError(
    `${file.name}: ${JSON.stringify(other)} differs from ${JSON.stringify(table)}, but source, target and output have to share one table; use a model that shares them`,
  );
}

/** Returns the weights with the names and layout of transformers, for `model.safetensors`. */
export function translationTensors(
  config: EncoderDecoderConfig,
  weights: EncoderDecoderParameters<Tensor>,
): Map<string, Tensor> {
  const { tensors } = translationFamilyOf(config);
  const specs = specsByPath(encoderDecoderParameters(config));
  return new Map(leaves<Tensor>(weights).map(([path, value]) => asStored(tensors, path, leafAt(specs, path), value)));
}

function asStored(naming: TranslationNaming, path: string, spec: Spec, value: Tensor): [name: string, stored: Tensor] {
  const { name, layout } = storedAt(naming, path);
  const numbers = floats(value);
  if (layout === "row") return [name, tensor(numbers, [1, numbers.length])];
  if (layout === "linear") {
    const [rows, cols] = matrixShape(spec);
    return [name, tensor(transposed(numbers, rows, cols), [cols, rows])];
  }
  return [name, tensor(numbers, spec.inputs === 0 ? [numbers.length] : value.shape)];
}
