/** The schema of Hugging Face's tokenizer.json, as far as this package reads it. */

import { z } from "zod";
import { asRecord, isRecord, ownValue } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import { firstIssue } from "../format/json.ts";

const component = z.looseObject({ type: z.string() });

/** One part of the pipeline: a type and its own settings. */
export type Component = z.infer<typeof component>;

/** The schema of one added token. */
export const addedToken = z.object({
  id: z.number().int().nonnegative(),
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
});

/** A token matched in the text, before any splitting. */
export type AddedToken = z.infer<typeof addedToken>;

const MODELS = ["WordPiece", "BPE", "WordLevel"];
const vocabulary = z.custom<Readonly<Record<string, unknown>>>(isRecord, "expected an object of token to id");
const model = z.looseObject({ type: z.string().optional(), vocab: vocabulary });

/** The subword model: its vocabulary and settings. */
export interface ModelConfig {
  readonly [setting: string]: unknown;
  readonly type?: string | undefined;
  readonly vocab: ReadonlyMap<string, number>;
}

const tokenizerFile = z.object({
  padding: z.unknown().optional(),
  added_tokens: z.array(addedToken).nullish(),
  normalizer: component.nullish(),
  pre_tokenizer: component.nullish(),
  post_processor: component.nullish(),
  decoder: component.nullish(),
  model,
});

/** A validated tokenizer.json; padding and truncation are left to the caller of the model. */
export type TokenizerFile = Omit<z.infer<typeof tokenizerFile>, "model"> & { readonly model: ModelConfig };

/** Checks a parsed tokenizer.json. Throws `InputError` with the path of the wrong value. */
export function readTokenizerFile(json: unknown): TokenizerFile {
  checkDepth(json);
  const { type } = asRecord(asRecord(json).model);
  if (type !== undefined && !MODELS.some((name) => name === type))
    throw new InputError(`tokenizer.json: model ${quote(type)} is not supported; use one of ${MODELS.join(", ")}`);
  const file = read(tokenizerFile, json, "");
  return { ...file, model: { ...file.model, vocab: readVocabulary(file.model.vocab) } };
}

const LARGEST_ID = 2 ** 32 - 1;

const isId = (id: unknown): id is number => typeof id === "number" && Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;

function readVocabulary(vocab: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(vocab)) {
    if (!isId(id)) throw badId(`${quote(token)} has the id ${quote(id)}`, "give every token a whole number from 0 on");
    if (tokens.has(id))
      throw badId(`${quote(tokens.get(id))} and ${quote(token)} share the id ${id}`, "give every token its own id");
    tokens.set(id, token);
    ids.set(token, id);
  }
  return ids;
}

const badId = (what: string, fix: string) => new InputError(`tokenizer.json: model.vocab: ${what}; ${fix}`);

/** Returns a value as JSON, truncated for a message. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const DEEPEST = 100;

// The vocabulary and the merges are checked when they are read.
function checkDepth(json: unknown): void {
  const waiting: (readonly [unknown, number])[] = [[json, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > DEEPEST)
      throw new InputError(`tokenizer.json: nested more than ${DEEPEST} levels deep; save the tokenizer again`);
    for (const [key, child] of Object.entries(value)) if (key !== "vocab") waiting.push([child, depth + 1]);
  }
}

/** Checks a value against a schema; throws `InputError` with the path in the file. */
export function read<T>(schema: z.ZodType<T>, value: unknown, place: string, name = "tokenizer.json"): T {
  const result = schema.safeParse(value, { error: ({ input }) => (input === undefined ? "it is missing" : undefined) });
  if (result.success) return result.data;
  const issue = firstIssue(result.error);
  const where = [place, ...issue.path].map(String).filter(Boolean).join(".");
  throw new InputError(`${name}: ${where && `${where}: `}${issue.message}; save the tokenizer again`);
}

/** Builds a component by the rule of its type; throws `InputError` with the supported types. */
export function build<T>(rules: Readonly<Record<string, (config: Component) => T>>, config: unknown, place: string): T {
  const { type, ...rest } = read(component, config, place);
  const rule = ownValue(rules, type);
  if (rule) return rule({ type, ...rest });
  throw new InputError(`tokenizer.json: ${place} ${quote(type)} is not supported; use one of ${Object.keys(rules).join(", ")}`);
}
