/** Rotary positions as `config.json` says them: their base, and how they are stretched. */
import { z } from "zod";
import type { Rotary, RotaryScaling } from "../nn/position.ts";
import { InputError } from "../run/errors.ts";

const count = z.number().int().positive();
const positive = z.number().positive();

/** The keys under `rope_scaling` or `rope_parameters`. */
export const ropeParameters = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: positive.optional(),
  factor: positive.optional(),
  low_freq_factor: positive.optional(),
  high_freq_factor: positive.optional(),
  original_max_position_embeddings: count.optional(),
});

/** What a configuration says of rotary positions, under its older and its newer keys. */
interface RotaryKeys {
  readonly rope_parameters?: z.infer<typeof ropeParameters> | null;
  readonly rope_scaling?: z.infer<typeof ropeParameters> | null;
  readonly rope_theta?: number | null;
  readonly max_position_embeddings: number;
}

/** The rotary positions of a configuration. Throws `InputError` for a scaling that is not known. */
export function rotaryOf(c: RotaryKeys, where: string): Rotary {
  const given = c.rope_parameters ?? c.rope_scaling ?? {};
  const base = given.rope_theta ?? c.rope_theta ?? 10000;
  return { base, scaling: scalingOf(given, c.max_position_embeddings, where) };
}

function scalingOf(given: z.infer<typeof ropeParameters>, positions: number, where: string): RotaryScaling {
  const kind = given.rope_type ?? given.type ?? "default";
  const needed = (value: number | undefined, key: string): number => {
    if (value === undefined) throw new InputError(`${where}: rope type "${kind}" needs "${key}"`);
    return value;
  };
  // dynamic scaling only acts beyond the trained length, which texts never exceed here
  if (kind === "default" || kind === "dynamic") return { kind: "none" };
  if (kind === "linear") return { kind, factor: needed(given.factor, "factor") };
  if (kind !== "llama3")
    throw new InputError(`${where}: unknown rope type "${kind}": known are default, dynamic, linear and llama3`);
  return {
    kind,
    factor: needed(given.factor, "factor"),
    lowFrequencyFactor: needed(given.low_freq_factor, "low_freq_factor"),
    highFrequencyFactor: needed(given.high_freq_factor, "high_freq_factor"),
    originalPositions: given.original_max_position_embeddings ?? positions,
  };
}
