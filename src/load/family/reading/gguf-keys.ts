/** The metadata keys of a GGUF file's architecture: a family reads some; others have no effect, or are off at certain values. */
import { ownValue } from "../../../params/keyed.ts";
import { InputError } from "../../../run/errors.ts";
import { numbersIn } from "../../format/gguf.ts";
import { show } from "../../format/safetensors.ts";

export type Metadata = Readonly<Record<string, unknown>>;

/** Informative keys, and settings of scalings that are refused by their type. */
const NEUTRAL = new Set([
  ...["vocab_size", "tensor_data_layout", "attention.layer_norm_epsilon", "pooling_type"],
  ...["rope.scaling.original_context_length", "rope.scaling.finetuned", "expert_used_count"],
]);

/** Keys that change the function unless they have one of these values. */
const HARMLESS: Readonly<Record<string, readonly unknown[]>> = {
  "attention.causal": [true],
  "attention.scale": [0],
  "attention.sliding_window": [0],
  "attention.clamp_kqv": [0],
  "attention.max_alibi_bias": [0],
  "attention.temperature_length": [0],
  "attention.temperature_scale": [0],
  attn_logit_softcapping: [0],
  final_logit_softcapping: [0],
  logit_scale: [0, 1],
  embedding_scale: [0, 1],
  residual_scale: [0, 1],
  "rope.scaling.attn_factor": [1],
  expert_count: [0],
  use_parallel_residual: [false],
};

/** An architecture, and the keys of it that are read. */
interface Readable {
  readonly architecture: string;
  readonly reads: readonly string[];
}

/**
 * Throws `InputError` for a key of the architecture that would change the function and is not supported. Keys with other
 * prefixes belong to other programs, and llama.cpp does not read them either.
 */
export function checkKeys(metadata: Metadata, { architecture, reads }: Readable, where: string): void {
  const type = metadata["general.type"] ?? "model";
  if (type !== "model")
    throw new InputError(`${where}: general.type is ${shown(type)}, not "model"; open the .gguf file of the model itself`);
  for (const [full, value] of Object.entries(metadata)) {
    if (!full.startsWith(`${architecture}.`)) continue;
    const key = full.slice(architecture.length + 1);
    if (reads.includes(key) || NEUTRAL.has(key)) continue;
    const harmless = ownValue(HARMLESS, key) ?? [];
    if (harmless.includes(value)) continue;
    const support = harmless.length > 0 ? `but only ${harmless.join(" or ")} is supported` : "which is not supported";
    throw new InputError(`${where}: ${show(full)} is ${shown(value)}, ${support}; convert a model without this key`);
  }
}

const shown = (value: unknown): string => {
  const list = numbersIn(value)?.slice(0, 8) ?? value;
  return typeof list === "bigint" ? `${list}` : show(list);
};

const missing = (name: string, where: string) =>
  new InputError(`${where}: the metadata key ${name} is missing; convert the model again`);

/** Reads the keys of one architecture. */
export interface KeyReader {
  /** Reads a whole number from 1; `fallback` if the key is missing. */
  count(key: string, fallback?: number): number;
  /** Reads a whole number from 1 for each of `layers` layers, from a number or a list. */
  counts(key: string, layers: number, fallback?: readonly number[]): readonly number[];
  /** Reads a positive number. */
  positive(key: string, fallback?: number): number;
  /** Reads a value of any type. */
  any(key: string): unknown;
}

export function keyReader(metadata: Metadata, architecture: string, where: string): KeyReader {
  const name = (key: string) => `${architecture}.${key}`;
  const fail = (key: string, wanted: string): never => {
    throw new InputError(`${where}: ${name(key)} is ${shown(metadata[name(key)])}, not ${wanted}; convert the model again`);
  };
  const read = <T>(key: string, fallback: T | undefined, valid: (value: unknown) => value is T, wanted: string): T => {
    const value = metadata[name(key)];
    if (value !== undefined) return valid(value) ? value : fail(key, wanted);
    if (fallback === undefined) throw missing(name(key), where);
    return fallback;
  };
  return {
    count: (key, fallback) => read(key, fallback, isCount, "a whole number from 1"),
    positive: (key, fallback) => read(key, fallback, isPositive, "a positive number"),
    any: (key) => metadata[name(key)],
    counts(key, layers, fallback) {
      const value = metadata[name(key)];
      if (isCount(value)) return Array.from({ length: layers }, () => value);
      if (value === undefined && fallback) return fallback;
      if (value === undefined) throw missing(name(key), where);
      const list = numbersIn(value)?.map(Number);
      if (list?.length === layers && list.every(isCount)) return list;
      return fail(key, `a whole number from 1, or one for each of ${layers} layers`);
    },
  };
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
const isPositive = (value: unknown): value is number =>
  typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;
