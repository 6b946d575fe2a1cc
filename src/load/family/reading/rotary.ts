/** Reads rotary positions from `config.json`: their base and scaling. */
import { z } from "zod";
import type { Rotary, RotaryScaling } from "../../../nn/position.ts";
import { isRecord } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { firstIssue } from "../../format/json.ts";
import { show } from "../../format/safetensors.ts";
import { count, positive } from "./keys.ts";

/** The keys of rotary positions in old and new files. Those within `rope_scaling` or `rope_parameters` are checked on use. */
export const rotaryKeys = {
  rope_theta: positive.optional(),
  rope_scaling: z.unknown().optional(),
  rope_parameters: z.unknown().optional(),
  original_max_position_embeddings: count.nullish(),
};

const common = { rope_type: z.string().optional(), type: z.string().optional(), rope_theta: positive.optional() };
const off = { partial_rotary_factor: z.literal(1).nullish() };
const plain = { ...common, ...off, attention_factor: z.literal(1).nullish() };
const original = count.optional();

/** The keys of each rope type; other keys are refused by name. */
const SCHEMAS = {
  default: z.strictObject({ ...plain, factor: z.literal(1).nullish(), original_max_position_embeddings: count.nullish() }),
  linear: z.strictObject({ ...plain, factor: positive, original_max_position_embeddings: count.nullish() }),
  dynamic: z.strictObject({ ...plain, factor: positive, original_max_position_embeddings: count.nullish() }),
  llama3: z.strictObject({
    ...plain,
    factor: positive,
    low_freq_factor: positive,
    high_freq_factor: positive,
    original_max_position_embeddings: original,
  }),
  longrope: z.strictObject({
    ...common,
    ...off,
    short_factor: z.array(positive),
    long_factor: z.array(positive),
    factor: positive.nullish(),
    attention_factor: z.number().nullish(),
    original_max_position_embeddings: original,
  }),
};
type Json = Readonly<Record<string, unknown>>;
type RopeType = keyof typeof SCHEMAS;
type Keys<T extends RopeType> = z.infer<(typeof SCHEMAS)[T]>;

/** A configuration's keys for rotary positions. */
interface RotaryKeys {
  readonly rope_parameters?: unknown;
  readonly rope_scaling?: unknown;
  readonly rope_theta?: number;
  readonly original_max_position_embeddings?: number | null;
  readonly max_position_embeddings: number;
}

/** Reads the rotary positions of a configuration. Throws `InputError` for an unknown scaling, or one for another head width. */
export function rotaryOf(c: RotaryKeys, headWidth: number, where: string): Rotary {
  const [key, given] = givenIn(c, where);
  const type = typeOf(given, key, where);
  const { rope_theta } = readKeys(type, given, key, where);
  const scaling = scalingOf(type, given, key, c.max_position_embeddings, where);
  if (scaling.kind === "divisors" && scaling.divisors.length !== headWidth / 2) {
    throw new InputError(
      `${where}: ${scaling.divisors.length} divisors of frequencies, but heads of ${headWidth} dimensions have ${headWidth / 2}; use the config.json that came with the weights`,
    );
  }
  checkOriginal(c, scaling, where);
  return { base: rope_theta ?? c.rope_theta ?? 10000, scaling };
}

/**
 * Returns the object in use: as in transformers, a `rope_scaling` that is not empty takes precedence over `rope_parameters`.
 */
function givenIn(c: RotaryKeys, where: string): [key: string, given: Json] {
  const keys = ["rope_scaling", "rope_parameters"] as const;
  const isSet = (value: unknown) => !(isRecord(value) && Object.keys(value).length === 0) && Boolean(value);
  const key = keys.find((k) => isSet(c[k])) ?? "rope_parameters";
  const given = c[key] ?? {};
  if (isRecord(given)) return [key, given];
  throw new InputError(`${where}: "${key}" is ${show(given)}, not an object; use the config.json that came with the weights`);
}

function typeOf(given: Json, key: string, where: string): RopeType {
  const type = Object.hasOwn(given, "rope_type") ? given.rope_type : Object.hasOwn(given, "type") ? given.type : "default";
  if (typeof type === "string" && Object.hasOwn(SCHEMAS, type)) return type as RopeType;
  throw new InputError(
    `${where}: "${key}" has an unknown rope type, ${show(type)}; use one of ${Object.keys(SCHEMAS).join(", ")}`,
  );
}

/** Returns the checked keys of one rope type. */
function readKeys<T extends RopeType>(type: T, given: Json, key: string, where: string): Keys<T> {
  const result = SCHEMAS[type].safeParse(given);
  if (result.success) return result.data as Keys<T>;
  const issue = firstIssue(result.error);
  const name = String(issue.code === "unrecognized_keys" ? issue.keys[0] : issue.path[0]);
  if (given[name] === undefined && issue.code !== "unrecognized_keys") {
    throw new InputError(`${where}: rope type "${type}" needs "${name}"; add it to "${key}"`);
  }
  const why = issue.code === "unrecognized_keys" ? `, which rope type "${type}" does not support` : ` (${issue.message})`;
  throw new InputError(`${where}: "${key}.${name}" is ${show(given[name])}${why}; use a model with other rotary positions`);
}

function scalingOf(type: RopeType, given: Json, key: string, positions: number, where: string): RotaryScaling {
  // dynamic scaling applies only beyond the trained length, which texts never exceed here
  if (type === "default" || type === "dynamic") return { kind: "none" };
  if (type === "linear") return { kind: type, factor: readKeys(type, given, key, where).factor };
  if (type === "longrope") return { kind: "divisors", divisors: divisorsOf(readKeys(type, given, key, where), where) };
  const keys = readKeys(type, given, key, where);
  return {
    kind: type,
    factor: keys.factor,
    lowFrequencyFactor: keys.low_freq_factor,
    highFrequencyFactor: keys.high_freq_factor,
    originalPositions: keys.original_max_position_embeddings ?? positions,
  };
}

/**
 * Throws `InputError` if Llama 3's trained length beside the object, which transformers prefers, differs from the one within.
 */
function checkOriginal(c: RotaryKeys, scaling: RotaryScaling, where: string): void {
  const beside = c.original_max_position_embeddings ?? undefined;
  if (beside === undefined || scaling.kind !== "llama3" || beside === scaling.originalPositions) return;
  throw new InputError(
    `${where}: "original_max_position_embeddings" is ${beside} beside the scaling and ${scaling.originalPositions} within it; delete one`,
  );
}

/** Returns a divisor per frequency: the only supported LongRoPE has one set of factors for texts of any length. */
function divisorsOf({ short_factor, long_factor, attention_factor }: Keys<"longrope">, where: string): number[] {
  const same = short_factor.length === long_factor.length && short_factor.every((x, k) => x === long_factor[k]);
  if (same && attention_factor === 1) return short_factor;
  throw new InputError(
    `${where}: rope type "longrope" is supported only if "short_factor" equals "long_factor" and "attention_factor" is 1; use another model`,
  );
}
