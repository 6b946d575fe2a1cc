/** A parameter tree → the named tensors of a checkpoint that stock loaders take: the inverse of `weights.ts`. */
import type { TransformerConfig } from "../models/config.ts";
import type { AnyConfig } from "../models/sites.ts";
import { type TransformerParameters, transformerParameters } from "../models/transformer.ts";
import { leaves, matrixShape, type Spec, specsByPath } from "../params/tree.ts";
import { type Tensor, tensor } from "../run/tensor.ts";
import { type Stored, storedAt, winnerAt } from "./family/names.ts";
import { transposed } from "./family/weights.ts";

/**
 * The tensors of a Hugging Face checkpoint by their names there, fused and transposed as its family stores them; `bare`: without
 * the prefix that models with a task head have. An untied head has its bias under both names, as stock loaders want it.
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
      parts.set(name, [...(parts.get(name) ?? []), { stored, flat: flatten(specs.get(path)!, stored, leaf) }]);
  }
  return new Map([...parts].map(([name, found]) => [name, fuse(found)]));
}

/** tokenizer_config.json of a tokenizer that tokenizer.json says all of: without it transformers builds that of the model's class. */
export const FAST_TOKENIZER = Object.freeze({ tokenizer_class: "PreTrainedTokenizerFast" });

/** `json` (a config.json), but with the head untied where the weights have another one than the table. */
export const withTying = <Json extends object>(json: Json, config: AnyConfig): Json =>
  config.family !== "encoder-decoder" && !config.tied && config.languageHead !== "none"
    ? { ...json, tie_word_embeddings: false }
    : json;

/** A bias as a row, a weight as a matrix, in the file's order. */
function flatten(spec: Spec, { layout }: Stored, { data }: Tensor): Tensor {
  if (spec.inputs === 0) return tensor(data, [data.length]);
  const [rows, cols] = matrixShape(spec);
  if (layout === "plain") return tensor(data, [rows, cols]);
  return tensor(transposed(data as Float32Array, rows, cols), [cols, rows]);
}

/** Parts of a fused parameter side by side along the last axis. */
function fuse(found: readonly { readonly stored: Stored; readonly flat: Tensor }[]): Tensor {
  const [only] = found;
  if (!only!.stored.part) return only!.flat;
  const inOrder = [...found].sort((a, b) => a.stored.part![0] - b.stored.part![0]).map(({ flat }) => flat);
  const widths = inOrder.map(({ shape }) => shape.at(-1)!);
  const width = widths.reduce((a, b) => a + b);
  const rows = inOrder[0]!.shape.length === 1 ? 1 : inOrder[0]!.shape[0]!;
  const out = new Float32Array(rows * width);
  let from = 0;
  for (const [k, { data }] of inOrder.entries()) {
    for (let r = 0; r < rows; r++)
      out.set((data as Float32Array).subarray(r * widths[k]!, (r + 1) * widths[k]!), r * width + from);
    from += widths[k]!;
  }
  return tensor(out, inOrder[0]!.shape.length === 1 ? [width] : [rows, width]);
}
