/** The part of a cut model's `config.json` that is ours: which of the heads that it names each attention still has. */
import { z } from "zod";
import { type AnyConfig, withHeads } from "../models/sites.ts";
import { InputError } from "../run/errors.ts";

const schema = z.looseObject({
  headwise: z.object({ heads: z.record(z.string(), z.array(z.number().int().nonnegative())) }).optional(),
});

/** A configuration with the heads that `json.headwise.heads` leaves it; without that key, as it is. Throws `InputError`. */
export function withOriginalHeads<C extends AnyConfig>(config: C, json: unknown, where: string): C {
  const read = schema.safeParse(json);
  if (!read.success) throw new InputError(`${where}: "headwise.heads": lists of heads by layer are needed`);
  const kept = read.data.headwise?.heads;
  if (!kept) return config;
  try {
    return withHeads(config, new Map(Object.entries(kept)));
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${where}: "headwise.heads": ${error.message}`);
    throw error;
  }
}

/** What a cut model's `config.json` has besides the keys of the whole model; nothing for whole models. */
export const originalHeadsJson = ({ originalHeads }: AnyConfig): Record<string, unknown> =>
  originalHeads ? { headwise: { heads: originalHeads } } : {};
