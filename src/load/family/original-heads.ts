/** The part of a cut model's `config.json` that says which of the heads that it names each attention still has. */
import { z } from "zod";
import { type AnyConfig, sitesOf, withHeads } from "../../models/sites.ts";
import { InputError } from "../../run/errors.ts";

const heads = z.array(z.number().int().nonnegative());
const schema = z.looseObject({
  headwise: z.object({ heads: z.record(z.string(), heads) }).optional(),
  pruned_heads: z.record(z.string(), heads).nullish(),
});

/**
 * A configuration with the heads that `json.headwise.heads` leaves it, or without those of `json.pruned_heads`, which
 * transformers 4 wrote; without these keys, as it is. Throws `InputError`.
 */
export function withOriginalHeads<C extends AnyConfig>(config: C, json: unknown, where: string): C {
  const read = schema.safeParse(json);
  if (!read.success) {
    const key = read.error.issues[0]!.path[0] === "pruned_heads" ? "pruned_heads" : "headwise.heads";
    throw new InputError(`${where}: "${key}": lists of heads by layer are needed`);
  }
  const { headwise, pruned_heads: pruned } = read.data;
  if (headwise) return naming("headwise.heads", where, () => withHeads(config, new Map(Object.entries(headwise.heads))));
  if (!pruned || Object.values(pruned).every((gone) => gone.length === 0)) return config;
  return naming("pruned_heads", where, () => withHeads(config, leftBy(config, pruned)));
}

/** The heads that stay, where `pruned` names those that are gone. */
function leftBy(config: AnyConfig, pruned: Readonly<Record<string, readonly number[]>>): Map<string, number[]> {
  const counts = new Map(sitesOf(config).map((site) => [site.name, site.heads]));
  return new Map(
    Object.entries(pruned).map(([layer, gone]) => {
      const count = counts.get(layer) ?? 0;
      const unknown = gone.find((head) => head >= count);
      if (unknown !== undefined) throw new InputError(`there is no head ${layer}.${unknown}`);
      const cut = new Set(gone);
      return [layer, Array.from({ length: count }, (_, head) => head).filter((head) => !cut.has(head))];
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

/** What a cut model's `config.json` has besides the keys of the whole model; nothing for whole models. */
export const originalHeadsJson = ({ originalHeads }: AnyConfig): Record<string, unknown> =>
  originalHeads ? { headwise: { heads: originalHeads } } : {};
