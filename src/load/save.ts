/** Turns a parameter tree into the named tensors of a checkpoint that stock loaders read: the inverse of `weights.ts`. */
import { dimAt } from "../graph/shape.ts";
import type { TransformerConfig } from "../models/config.ts";
import type { AnyConfig } from "../models/sites.ts";
import { type TransformerParameters, transformerParameters } from "../models/transformer.ts";
import { leafAt, leaves, matrixShape, type Spec, specsByPath } from "../params/tree.ts";
import { floats, type Tensor, tensor } from "../run/tensor.ts";
import { type Stored, storedAt, winnerAt } from "./family/reading/stored.ts";
import { transposed } from "./family/weights.ts";

/**
 * Returns the tensors of a Hugging Face checkpoint by name, fused and transposed as its family stores them; `bare`: without
 * the prefix that models with a task head have. An untied head stores its bias under both names, as stock loaders expect.
 */
export function hubTensors(
  config: TransformerConfig,
  weights: TransformerParameters<Tensor>,
  bare = false,
): Map<string, Tensor> {
  const specs = specsByPath(transformerParameters(config));
  const parts = new Map<string, { readonly stored: Stored; readonly flat: Tensor }[]>();
  for (const [path, leaf] of leaves<Tensor>(weights)) {
    const stored = storedAt(config, path, bare);
    const winner = config.tied ? undefined : winnerAt(config, path);
    for (const name of winner ? [stored.name, winner] : [stored.name])
      parts.set(name, [...(parts.get(name) ?? []), { stored, flat: flatten(leafAt(specs, path), stored, leaf) }]);
  }
  return new Map([...parts].map(([name, found]) => [name, fuse(found)]));
}

/**
 * The tokenizer_config.json for a complete tokenizer.json: without it, transformers rebuilds the tokenizer of the model's
 * class.
 */
export const FAST_TOKENIZER = Object.freeze({ tokenizer_class: "PreTrainedTokenizerFast" });

/** Returns `json` (a config.json), with the head marked as untied if the weights have a head of their own. */
export const withTying = <Json extends object>(json: Json, config: AnyConfig): Json =>
  config.family !== "encoder-decoder" && !config.tied && config.languageHead !== "none"
    ? { ...json, tie_word_embeddings: false }
    : json;

/** Returns a bias as a row, and a weight as a matrix in the file's order. */
function flatten(spec: Spec, { layout }: Stored, whole: Tensor): Tensor {
  const { data } = whole;
  if (spec.inputs === 0) return tensor(data, [data.length]);
  const [rows, cols] = matrixShape(spec);
  if (layout === "plain") return tensor(data, [rows, cols]);
  return tensor(transposed(floats(whole), rows, cols), [cols, rows]);
}

/** Concatenates the parts of a fused parameter along the last axis. */
function fuse(found: readonly { readonly stored: Stored; readonly flat: Tensor }[]): Tensor {
  const inOrder = [...found].sort((a, b) => (a.stored.part?.[0] ?? 0) - (b.stored.part?.[0] ?? 0)).map(({ flat }) => flat);
  const [first] = inOrder;
  if (!first) throw new Error("internal: a fused parameter has no parts");
  if (!found[0]?.stored.part) return first;
  const width = inOrder.reduce((sum, { shape }) => sum + dimAt(shape, -1), 0);
  const rows = first.shape.length === 1 ? 1 : dimAt(first.shape, 0);
  const out = new Float32Array(rows * width);
  let from = 0;
  for (const part of inOrder) {
    const [data, own] = [floats(part), dimAt(part.shape, -1)];
    for (let r = 0; r < rows; r++) out.set(data.subarray(r * own, (r + 1) * own), r * width + from);
    from += own;
  }
  return tensor(out, first.shape.length === 1 ? [width] : [rows, width]);
}
