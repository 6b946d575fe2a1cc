/** The shape of Hugging Face's tokenizer.json, as far as this package reads it. */

import { z } from "zod";
import { InputError } from "../run/errors.ts";

const component = z.looseObject({ type: z.string() });

/** One part of the pipeline: a type and its own settings. */
export type Component = z.infer<typeof component>;

const addedToken = z.object({
  id: z.number().int().nonnegative(),
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
});

/** A token matched in the text itself, before any splitting. */
export type AddedToken = z.infer<typeof addedToken>;

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
const vocabulary = z.custom<Readonly<Record<string, number>>>(isObject, "an object of token to id is needed");
const model = z.looseObject({ type: z.string().optional(), vocab: vocabulary });

/** The subword model: its vocabulary and settings. */
export type ModelConfig = z.infer<typeof model>;

/** The whole of tokenizer.json; its padding and truncation are left to the caller of the model. */
export const tokenizerFile = z.looseObject({
  added_tokens: z.array(addedToken).nullish(),
  normalizer: component.nullish(),
  pre_tokenizer: component.nullish(),
  post_processor: component.nullish(),
  decoder: component.nullish(),
  model,
});

/** A tokenizer.json, checked. */
export type TokenizerFile = z.infer<typeof tokenizerFile>;

/** Checks a value against a schema; the error names the place in tokenizer.json. */
export function read<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value, { error: ({ input }) => (input === undefined ? "it is missing" : undefined) });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new InputError(`tokenizer.json: ${[place, ...issue.path].filter(String).join(".")}: ${issue.message}`);
}

/** Builds a component by the rule its type names, or says which types there are. */
export function build<T>(rules: Readonly<Record<string, (config: Component) => T>>, config: unknown, place: string): T {
  const { type, ...rest } = read(component, config, place);
  if (Object.hasOwn(rules, type)) return rules[type]!({ type, ...rest });
  throw new InputError(
    `tokenizer.json: ${place} "${type}" is not supported; this package knows ${Object.keys(rules).join(", ")}`,
  );
}
