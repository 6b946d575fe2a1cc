/** How a model wants its translations to be searched: `generation_config.json`, or the same keys in older `config.json`s. */
import { z } from "zod";
import { read } from "./config-keys.ts";

/** What a search may be told; whatever is left out has the search's own default. */
export interface Generation {
  readonly beams?: number;
  /** A finished text of n tokens scores log p / n^lengthPenalty. */
  readonly lengthPenalty?: number;
  /** In tokens, the start included. */
  readonly maxLength?: number;
  /** Whether what is never said (padding) is taken out before probabilities are made, or after. */
  readonly renormalize?: boolean;
}

const generation = z.object({
  num_beams: z.number().int().positive().nullish(),
  length_penalty: z.number().nullish(),
  max_length: z.number().int().positive().nullish(),
  renormalize_logits: z.boolean().nullish(),
});

/** The search settings of a parsed JSON file; `where` names it in errors. */
export function readGeneration(json: unknown, where: string): Generation {
  const c = read(generation, json, where);
  return {
    beams: c.num_beams ?? undefined,
    lengthPenalty: c.length_penalty ?? undefined,
    maxLength: c.max_length ?? undefined,
    renormalize: c.renormalize_logits ?? undefined,
  };
}
