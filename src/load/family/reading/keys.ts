/** Shared parts of the readers of `config.json`: checked keys, activations, head widths. */
import { z } from "zod";
import type { Activation } from "../../../nn/feed-forward.ts";
import { valueAt } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { firstIssue } from "../../format/json.ts";
import { show } from "../../format/safetensors.ts";

/** Limits: sizes have to fit an int32, and layers and heads into lists that are built before any tensor is read. */
const [SIZE_LIMIT, LAYER_LIMIT, HEAD_LIMIT] = [2 ** 31 - 1, 10_000, 1_000_000];
export const count = z.int().positive().max(SIZE_LIMIT);
export const layers = z.int().positive().max(LAYER_LIMIT);
export const positive = z.number().positive();
/** A token id. */
export const id = z.int().nonnegative();
export const activation = z.enum([
  ...(["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_accurate"] as const),
  ...(["gelu_pytorch_tanh", "gelu_python_tanh", "relu", "silu", "swish"] as const),
]);
export const ACTIVATION: Readonly<Record<z.infer<typeof activation>, Activation>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu_accurate: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  gelu_python_tanh: "gelu_tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};

/** Returns a list with `value` for each of `layers` layers. */
export const all = <T>(layers: number, value: T): T[] => Array.from({ length: layers }, () => value);

/** Throws `InputError` if layers times heads exceed any plausible model. */
export function checkHeads(layers: number, heads: number, where: string): void {
  if (layers * heads <= HEAD_LIMIT) return;
  throw new InputError(
    `${where}: ${layers} layers of ${heads} heads are over the limit of ${HEAD_LIMIT} heads; use the config.json that came with the weights`,
  );
}

/** Returns width / heads; throws `InputError` if it is not a whole number. */
export function headWidthOf(width: number, heads: number, where: string): number {
  if (width % heads === 0) return width / heads;
  throw new InputError(`${where}: ${heads} heads do not divide the width ${width}; use a number of heads that divides it`);
}

/** Returns validated `json`; throws `InputError` that names the first wrong key and its value. */
export function read<S extends z.ZodType>(schema: S, json: unknown, where: string): z.infer<S> {
  const result = schema.safeParse(json, { error: ({ input }) => (input === undefined ? "it is missing" : undefined) });
  if (result.success) return result.data;
  const { path, message } = firstIssue(result.error);
  const key = path.length > 0 ? `"${path.join(".")}": ` : "";
  const given = valueAt(json, path);
  const value = path.length === 0 || given === undefined ? "" : ` (it is ${show(given)})`;
  throw new InputError(`${where}: ${key}${message}${value}; use the config.json that came with the weights`);
}

/** Keys of causal decoders with their allowed values; `is_decoder` does not matter for a decoder without an encoder. */
export const causalFixed = { is_causal: [true], is_decoder: [true, false] };
