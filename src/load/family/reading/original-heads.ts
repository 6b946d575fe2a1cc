/** The part of a pruned model's `config.json` that lists the remaining heads of each attention. */
import { z } from "zod";
import { type AnyConfig, sitesOf, withHeads } from "../../../models/sites.ts";
import { InputError } from "../../../run/errors.ts";
import { firstIssue } from "../../format/json.ts";

const heads = z.array(z.number().int().nonnegative());
const schema = z.looseObject({
  headwise: z.object({ heads: z.record(z.string(), heads) }).optional(),
  pruned_heads: z.record(z.string(), heads).nullish(),
});

/**
 * Returns the configuration with only the heads in `json.headwise.heads`, or without those in `json.pruned_heads` (written by
 * transformers 4); unchanged without these keys. Throws `InputError`.
 */
export function withOriginalHeads<C extends AnyConfig>(config: C, json: unknown, where: string): C {
  const read = schema.safeParse(json);
  if (!read.success) {
    const key = firstIssue(read.error).path[0] === "pruned_heads" ? "pruned_heads" : "headwise.heads";
    throw new InputError(`${where}: "${key}" is malformed; give a list of heads for each layer`);
  }
  const { headwise, pruned_heads: pruned } = read.data;
  if (headwise) return naming("headwise.heads", where, () => withHeads(config, new Map(Object.entries(headwise.heads))));
  if (!pruned || Object.values(pruned).every((removed) => removed.length === 0)) return config;
  return naming("pruned_heads", where, () => withHeads(config, remaining(config, pruned)));
}

/** Returns the remaining heads after removing those of `pruned`. */
function remaining(config: AnyConfig, pruned: Readonly<Record<string, readonly number[]>>): Map<string, number[]> {
  const counts = new Map(sitesOf(config).map((site) => [site.name, site.heads]));
  return new Map(
    Object.entries(pruned).map(([layer, heads]) => {
      const count = counts.get(layer) ?? 0;
      const unknown = heads.find((head) => head >= count);
      if (unknown !== undefined)
        throw new InputError(`there is no head ${layer}.${unknown}; use the config.json that came with the weights`);
      const removed = new Set(heads);
      return [layer, Array.from({ length: count }, (_, head) => head).filter((head) => !removed.has(head))];
    }),
  );
}

function naming<T>(key: string, where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${where}: "${key}": ${error.message}`);
    throw error;
  }
}

/** Returns the additional keys of a pruned model's `config.json`; empty for whole models. */
export const originalHeadsJson = ({ originalHeads }: AnyConfig): Record<string, unknown> =>
  originalHeads ? { headwise: { heads: originalHeads } } : {};
