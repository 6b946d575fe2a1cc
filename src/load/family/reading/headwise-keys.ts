/**
 * What `config.json` says of a model that no stock loader can build: the remaining heads of a pruned model, and the features of
 * its attentions. With features, `model_type` has a prefix, so that stock loaders refuse the model instead of computing another
 * function.
 */
import { z } from "zod";
import { ownKeyValueHeads } from "../../../models/features-of.ts";
import { type AnyConfig, type Site, sitesOf, withHeads } from "../../../models/sites.ts";
import { routingFault } from "../../../nn/features/routing/routing.ts";
import { InputError } from "../../../run/errors.ts";
import { firstIssue } from "../../format/json.ts";
import { show } from "../../format/safetensors.ts";
import { checkFixed } from "./check-fixed.ts";
import { featureFault, featureKeys } from "./feature-keys.ts";

const heads = z.array(z.number().int().nonnegative());
const PREFIX = "headwise-";
const schema = z.looseObject({
  headwise: z
    .strictObject({ heads: z.record(z.string(), heads).optional(), attention: z.record(z.string(), featureKeys).optional() })
    .optional(),
  pruned_heads: z.record(z.string(), heads).nullish(),
  model_type: z.string().optional(),
});

/** Returns the `model_type` of stock loaders that the model has apart from its features. */
export const baseType = (modelType: string): string =>
  modelType.startsWith(PREFIX) ? modelType.slice(PREFIX.length) : modelType;

/**
 * Returns the configuration with the features in `json.headwise.attention`, and only the heads in `json.headwise.heads`, or
 * without those in `json.pruned_heads` (written by transformers 4); unchanged without these keys. Throws `InputError`.
 */
export function withHeadwiseKeys<C extends AnyConfig>(config: C, json: unknown, where: string): C {
  const read = schema.safeParse(json);
  if (!read.success) throw malformed(firstIssue(read.error), where);
  const { headwise, pruned_heads: pruned, model_type: modelType } = read.data;
  const features = headwise?.attention;
  if (!features && modelType?.startsWith(PREFIX))
    throw new InputError(
      `${where}: "model_type" is ${show(modelType)}, but "headwise.attention" is missing; use the config.json that came with the weights`,
    );
  const whole = features ? withFeatures(config, features, where) : config;
  return headwise?.heads || pruned ? withRemaining(whole, headwise?.heads, pruned, where) : whole;
}

function malformed(
  { path, keys, message }: { path: readonly PropertyKey[]; keys?: readonly string[]; message: string },
  where: string,
) {
  const [first, second] = path;
  if (first === "pruned_heads" || second === "heads" || (first === "headwise" && path.length === 1 && !keys))
    return new InputError(
      `${where}: "${first === "pruned_heads" ? "pruned_heads" : "headwise.heads"}" is malformed; give a list of heads for each layer`,
    );
  const key = [...path, ...(keys ?? []).slice(0, 1)].join(".");
  const why = keys ? "is not known" : `is malformed (${message})`;
  return new InputError(`${where}: "${key}" ${why}; use the config.json that came with the weights, or a newer Headwise`);
}

function withFeatures<C extends AnyConfig>(config: C, features: NonNullable<C["features"]>, where: string): C {
  const sites = sitesOf(config);
  const names = sites.map(({ name }) => name);
  const unknown = Object.keys(features).find((name) => !names.includes(name));
  for (const site of sites) {
    const fitting = { ...site, positions: config.maxPositions, cross: site.name.startsWith("cross.") };
    const [key, fault] = featureFault(features[site.name] ?? {}, fitting) ?? [];
    if (fault) throw new InputError(`${where}: "headwise.attention.${site.name}.${key}" ${fault}`);
  }
  if (unknown === undefined) {
    checkFixed({ ...config, features }, where);
    checkRouting(sites, features, where);
    return withSharedKeys({ ...config, features });
  }
  throw new InputError(
    `${where}: "headwise.attention": there is no layer ${unknown}; use ${names.length > 1 ? `${names[0]} to ${names.at(-1)}` : names[0]}`,
  );
}

function checkRouting(sites: readonly Site[], features: NonNullable<AnyConfig["features"]>, where: string): void {
  for (const { name, heads } of sites) {
    const routing = features[name]?.routing;
    const fault = routing && routingFault(routing, heads);
    if (fault) throw new InputError(`${where}: "headwise.attention.${name}": ${fault}`);
  }
}

/** Returns the configuration with one key/value head where heads are experts that share it. */
function withSharedKeys<C extends AnyConfig>(config: C): C {
  if (config.family === "encoder-decoder") return config;
  const keyValueHeads = sitesOf(config).map((site) =>
    site.features.routing?.kind === "moa" ? ownKeyValueHeads(site.features, site.heads) : site.keyValueHeads,
  );
  return { ...config, keyValueHeads };
}

function withRemaining<C extends AnyConfig>(
  config: C,
  kept: Readonly<Record<string, readonly number[]>> | undefined,
  pruned: Readonly<Record<string, readonly number[]>> | null | undefined,
  where: string,
): C {
  if (kept) return naming("headwise.heads", where, () => withHeads(config, new Map(Object.entries(kept))));
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

/** Returns the `model_type` of a model with features. */
export const featuredType = (modelType: string): string => `${PREFIX}${modelType}`;

/** Returns the additional keys of `config.json` for a pruned model, and for one with features; empty for others. */
export const headwiseJson = ({
  architecture,
  originalHeads: heads,
  features: attention,
}: AnyConfig): Record<string, unknown> => ({
  ...(attention && { model_type: featuredType(architecture) }),
  ...((heads || attention) && { headwise: { ...(heads && { heads }), ...(attention && { attention }) } }),
});
