/** Reads `config.json` strictly: a key is read, or cannot change the function, or is refused by name. */
import { z } from "zod";
import { ownValue } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { show } from "../../format/safetensors.ts";
import { NEUTRAL, OFF } from "./key-lists.ts";
import { read } from "./keys.ts";

/** The keys of one family. */
export interface FamilyKeys<S extends z.ZodObject> {
  /** The keys that are read; a missing one gets the default of the family's class in transformers, null stays null. */
  readonly schema: S;
  /** Other names of keys that are read, as in the `attribute_map` of the family's class. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Keys that are not read, with their allowed values: in addition to, or instead of, those of `OFF`. */
  readonly fixed?: Readonly<Record<string, readonly unknown[]>>;
  /** Keys specific to this family that cannot change the function. */
  readonly neutral?: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Returns the validated keys of `json`. Throws `InputError` for a wrong value, and for a key that is neither read nor neutral.
 */
export function readStrict<S extends z.ZodObject>(keys: FamilyKeys<S>, json: unknown, type: string, where: string): z.infer<S> {
  const given = withoutAliases(read(z.looseObject({}), json, where), keys.aliases ?? {}, where);
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(keys.schema.shape, key)) checkUnread(keys, key, value, type, where);
  }
  return read(keys.schema, given, where);
}

/** Returns the keys with aliases replaced by the names that are read. */
function withoutAliases(json: Json, aliases: Readonly<Record<string, string>>, where: string): Json {
  const own = (key: string) => Object.hasOwn(json, key);
  const renamed = Object.entries(aliases).filter(([alias]) => own(alias));
  for (const [alias, key] of renamed) {
    if (!own(key) || json[alias] === json[key]) continue;
    throw new InputError(
      `${where}: "${alias}" is ${show(json[alias])} and "${key}" is ${show(json[key])}, which are the same setting; delete one`,
    );
  }
  const others = Object.entries(json).filter(([key]) => !Object.hasOwn(aliases, key));
  return Object.fromEntries([...others, ...renamed.map(([alias, key]) => [key, json[alias]] as const)]);
}

function checkUnread(keys: FamilyKeys<z.ZodObject>, key: string, value: unknown, type: string, where: string): void {
  const own = keys.fixed && ownValue(keys.fixed, key);
  if (value === undefined || (!own && (NEUTRAL.has(key) || keys.neutral?.includes(key) || value === null))) return;
  const allowed = own ?? ownValue(OFF, key) ?? [];
  if (allowed.some((off) => isSame(off, value))) return;
  const [why, fix] = ownValue(REASONS, key) ?? reason(type, allowed);
  throw new InputError(`${where}: "${key}" is ${show(value)}, ${why}; ${fix}`);
}

const reason = (type: string, allowed: readonly unknown[]): readonly [why: string, fix: string] =>
  allowed.length > 0
    ? [
        `but only ${allowed.map((off) => JSON.stringify(off)).join(" or ")} is supported for "${type}" models`,
        "use another model",
      ]
    : [
        `which is not supported for "${type}" models and could change their function`,
        "delete the key if the model was trained without it, else use another model",
      ];

const REASONS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  quantization_config: [
    "so the weights are quantized in a format that is not supported",
    "use the unquantized model or a GGUF file",
  ],
  is_causal: ["which changes the attention mask of this family", "use a model with the mask that is usual in its family"],
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
