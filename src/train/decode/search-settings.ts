/** The settings of a search, with transformers' defaults. */
import type { Generation } from "../../load/generation/generation-config.ts";
import { InputError } from "../../run/errors.ts";
import type { Decoding } from "./decode.ts";

/** Defaults: 4 beams, the model's start, end and positions, and no padding; `readGeneration` reads a model's own settings. */
export interface SearchOptions extends Generation {
  /**
   * The length penalty for n tokens, including the end: log p / n^α, or as in the Transformer paper log p / ((5 + n) / 6)^α.
   */
  readonly penalty?: "length" | "paper";
}

export type Settings = Required<Omit<SearchOptions, "forcedFirst" | "decay">> & Pick<SearchOptions, "forcedFirst" | "decay">;

/** Returns every setting of a search. Throws `InputError` for invalid values. */
export function settingsOf(
  { config, renormalize = false }: Pick<Decoding, "config"> & Partial<Decoding>,
  options: SearchOptions,
): Settings {
  const { start, end, padding } = config.ids;
  const told = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const usual = { ...USUAL, renormalize, start, ends: [end], forcedLast: [end], badWords: [[padding]] };
  const settings: Settings = { ...usual, maxLength: config.maxPositions, ...told };
  check(settings, config.maxPositions);
  return settings;
}

const USUAL: Omit<Settings, "renormalize" | "start" | "ends" | "forcedLast" | "badWords" | "maxLength"> = {
  ...{ beams: 4, lengthPenalty: 1, penalty: "length", earlyStopping: false, minLength: 0, finite: false },
  ...{ noRepeat: 0, noRepeatOfSource: 0, repetitionPenalty: 1, sourceRepetitionPenalty: 1 },
  ...{ suppress: [], suppressFirst: [], sequenceBias: [] },
};

function check({ beams, lengthPenalty, maxLength }: Settings, positions: number): void {
  if (!(Number.isInteger(beams) && beams >= 1)) throw new InputError(`beams is ${beams}; give a whole number from 1`);
  if (!Number.isFinite(lengthPenalty)) throw new InputError(`the length penalty is ${lengthPenalty}; give a finite number`);
  if (!(Number.isInteger(maxLength) && maxLength >= 2 && maxLength <= positions)) {
    throw new InputError(`the maximum length is ${maxLength}; give 2 to ${positions} tokens (the model's positions)`);
  }
}

/** Returns the divisor of log p: n^α, or ((5 + n) / 6)^α (Wu et al. 2016). */
export const divisor = ({ penalty, lengthPenalty }: Settings, n: number): number =>
  (penalty === "length" ? n : (5 + n) / 6) ** lengthPenalty;
