/** Decides from a file's tensors which name each parameter has, and whether the language head is stored, tied or absent. */
import type { TransformerConfig } from "../../../models/config.ts";
import { encoderParameters } from "../../../models/encoder.ts";
import { isDecoder, type TransformerParameters } from "../../../models/transformer.ts";
import { leaves, type Spec } from "../../../params/tree.ts";
import { InputError } from "../../../run/errors.ts";
import type { Tensor } from "../../../run/tensor.ts";
import type { TensorFile } from "../../format/tensors.ts";
import { headPath, namesAt, winnerAt } from "./stored.ts";

const TABLE = "embeddings.tokens";

/**
 * Returns the name of the parameter at `path` in `file`; a tied table may be stored only as the head. Throws `InputError` if
 * two tensors match.
 */
export function found(config: TransformerConfig, file: TensorFile, path: string): { readonly name: string } | undefined {
  const winner = winnerAt(config, path);
  if (winner !== undefined && file.tensors.has(winner)) return { name: winner };
  const [name, second] = namesAt(config, path).filter((n) => file.tensors.has(n));
  if (second !== undefined) {
    const both = `${JSON.stringify(name)} and ${JSON.stringify(second)}`;
    throw new InputError(`${file.name}: the tensors ${both} are the same parameter; keep one of them`);
  }
  if (name !== undefined) return { name };
  return path === TABLE && config.tied ? found(config, file, headPath(config)) : undefined;
}

/**
 * Returns `config` with the language head of `file`: none if no tensor of it is stored, untied if it is stored beside the token
 * table (`sharesTable` compares the two after reading).
 */
export function withStoredHead(config: TransformerConfig, file: TensorFile): TransformerConfig {
  if (config.languageHead === "none") return config;
  const has = (path: string) => found({ ...config, tied: false }, file, path) !== undefined;
  const matrix = has(headPath(config));
  if (config.family === "encoder") {
    const { head = {} } = encoderParameters(config);
    const parts = leaves<Spec>({ head }).map(([path]) => path);
    if (!matrix && !parts.some(has)) return { ...config, languageHead: "none" };
  } else if (!matrix && !config.tied) return { ...config, languageHead: "none" };
  return { ...config, tied: config.tied && !(matrix && has(TABLE)) };
}

/** Returns the weights without a separate head if it equals the token table, else undefined. */
export function sharesTable(weights: TransformerParameters<Tensor>): TransformerParameters<Tensor> | undefined {
  const isShared = (matrix: Tensor | undefined) => matrix !== undefined && isEqual(matrix, weights.embeddings.tokens);
  if (isDecoder(weights)) return isShared(weights.output) ? { ...weights, output: undefined } : undefined;
  const { head } = weights;
  return head && isShared(head.output) ? { ...weights, head: { ...head, output: undefined } } : undefined;
}

/** True if two tensors hold the same numbers. */
export const isEqual = (a: Tensor, b: Tensor): boolean => {
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) return false;
  return a.data.length === b.data.length;
};
