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
  short_factor: z.array(positive).optional(),
  long_factor: z.array(positive).optional(),
  attention_factor: positive.optional(),
});

/** What a configuration says of rotary positions, under its older and its newer keys. */
interface RotaryKeys {
  readonly rope_parameters?: z.infer<typeof ropeParameters> | null;
  readonly rope_scaling?: z.infer<typeof ropeParameters> | null;
  readonly rope_theta?: number | null;
  readonly max_position_embeddings: number;
}

/** The rotary positions of a configuration. Throws `InputError` for a scaling that is not known, or of another head width. */
export function rotaryOf(c: RotaryKeys, headWidth: number, where: string): Rotary {
  const given = c.rope_parameters ?? c.rope_scaling ?? {};
  const base = given.rope_theta ?? c.rope_theta ?? 10000;
  const scaling = scalingOf(given, c.max_position_embeddings, where);
  if (scaling.kind === "divisors" && scaling.divisors.length !== headWidth / 2) {
    throw new InputError(
      `${where}: ${scaling.divisors.length} divisors of frequencies, but heads of ${headWidth} dimensions have ${headWidth / 2}`,
    );
  }
  return { base, scaling };
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
  if (kind === "longrope") return { kind: "divisors", divisors: divisorsOf(given, where) };
  if (kind !== "llama3")
    throw new InputError(`${where}: unknown rope type "${kind}": known are default, dynamic, linear, llama3 and longrope`);
  return {
    kind,
    factor: needed(given.factor, "factor"),
    lowFrequencyFactor: needed(given.low_freq_factor, "low_freq_factor"),
    highFrequencyFactor: needed(given.high_freq_factor, "high_freq_factor"),
    originalPositions: given.original_max_position_embeddings ?? positions,
  };
}

/** LongRoPE with one set of factors for texts of any length is a divisor for each frequency, and no more. */
function divisorsOf({ short_factor, long_factor, attention_factor }: z.infer<typeof ropeParameters>, where: string): number[] {
  const same = short_factor?.length === long_factor?.length && short_factor?.every((x, k) => x === long_factor?.[k]);
  if (short_factor && same && attention_factor === 1) return short_factor;
  throw new InputError(
    `${where}: rope type "longrope" is read only where "short_factor" is "long_factor" and "attention_factor" is 1`,
  );
}
