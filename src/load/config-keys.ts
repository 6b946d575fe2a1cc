/** What the readers of every `config.json` share: checked keys, activations, head widths. */
import { z } from "zod";
import type { Activation } from "../nn/feed-forward.ts";
import { InputError } from "../run/errors.ts";

export const count = z.number().int().positive();
export const positive = z.number().positive();
export const activation = z.enum([
  "gelu",
  "gelu_new",
  "gelu_pytorch_tanh",
  "gelu_python",
  "gelu_fast",
  "relu",
  "silu",
  "swish",
]);
export const ACTIVATION: Readonly<Record<z.infer<typeof activation>, Activation>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};
export const all = <T>(layers: number, value: T): T[] => Array.from({ length: layers }, () => value);

/** Whole head widths only: the same explanation wherever a width is not divided by its heads. */
export function headWidthOf(width: number, heads: number, where: string): number {
  if (width % heads === 0) return width / heads;
  throw new InputError(
    `${where}: ${heads} heads do not divide the width ${width}: each head needs a whole number of dimensions`,
  );
}

/** Validated `json`, or an `InputError` that names the first key that is wrong. */
export function read<S extends z.ZodType>(schema: S, json: unknown, where: string): z.infer<S> {
  const result = schema.safeParse(json, { error: ({ input }) => (input === undefined ? "it is missing" : undefined) });
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const key = path.length > 0 ? `"${path.join(".")}": ` : "";
  throw new InputError(`${where}: ${key}${message}; is this the config.json that came with the weights?`);
}
