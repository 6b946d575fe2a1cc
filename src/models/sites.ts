/** The attentions of a model with name, parameters and heads, and configurations with fewer heads. */

import type { AttentionFeatures } from "../nn/features/features.ts";
import { InputError } from "../run/errors.ts";
import type { TransformerConfig } from "./config.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";
import { featuresOf, ownKeyValueHeads } from "./features-of.ts";
import { headName, unitName } from "./head-names.ts";
import { ofLayer } from "./layer.ts";

export type AnyConfig = TransformerConfig | EncoderDecoderConfig;

/** One attention of a model. */
export interface Site {
  /** The prefix of its heads' names: `3` in `3.0`, `cross.2` in `cross.2.7`. */
  readonly name: string;
  /** The path of its parameters, which is also the prefix of its probe sites. */
  readonly path: string;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly features: AttentionFeatures;
}

/** Lists every attention of a model in order of execution. */
export function sitesOf(config: AnyConfig): Site[] {
  if (config.family !== "encoder-decoder") {
    return config.heads.map((heads, l) => ({
      ...{ name: `${l}`, path: `layers.${l}.attention`, heads },
      keyValueHeads: ofLayer(config.keyValueHeads, l),
      features: featuresOf(config, `${l}`),
    }));
  }
  const site = (name: string, path: string, heads: number): Site => {
    const features = featuresOf(config, name);
    return { name, path, heads, keyValueHeads: ownKeyValueHeads(features, heads), features };
  };
  return [
    ...config.encoderHeads.map((heads, l) => site(`encoder.${l}`, `encoder.layers.${l}.attention`, heads)),
    ...config.decoderHeads.flatMap((heads, l) => [
      site(`decoder.${l}`, `decoder.layers.${l}.attention`, heads),
      site(`cross.${l}`, `decoder.layers.${l}.cross`, ofLayer(config.crossHeads, l)),
    ]),
  ];
}

/** Returns the number of heads of all attentions. */
export const headCount = (config: AnyConfig): number => sitesOf(config).reduce((sum, { heads }) => sum + heads, 0);

/** The heads to keep, ascending, by site name; a site that is not listed keeps all of its heads. */
export type Kept = ReadonlyMap<string, readonly number[]>;

/** Returns the key/value heads that these query heads use. */
export function sharedBy({ heads, keyValueHeads }: Site, queries: readonly number[]): number[] {
  return [...new Set(queries.map((head) => Math.floor(head / (heads / keyValueHeads))))];
}

/** Query heads that can only be removed together. */
export interface Unit {
  /** `3.0` for a single head, `3.0-2` for heads that share a key/value head. */
  readonly name: string;
  readonly site: string;
  readonly heads: readonly number[];
}

/** Lists the units that can be removed separately: single heads, or groups that share keys and values. */
export function unitsOf(config: AnyConfig): Unit[] {
  return sitesOf(config).flatMap(({ name, heads, keyValueHeads }) => {
    const size = heads === 0 || keyValueHeads === 1 ? 1 : heads / keyValueHeads;
    return Array.from({ length: heads / size }, (_, k) => {
      const first = k * size;
      return {
        name: unitName(name, first, first + size - 1),
        site: name,
        heads: Array.from({ length: size }, (_, r) => first + r),
      };
    });
  });
}

/** Lists every head as its own unit, for methods that change heads without removing them. */
export const singleHeads = (config: AnyConfig): Unit[] =>
  sitesOf(config).flatMap(({ name, heads }) =>
    Array.from({ length: heads }, (_, head) => ({ name: headName(name, head), site: name, heads: [head] })),
  );

/**
 * Returns the configuration of a model with only the heads in `kept`. If query heads share keys and values, a group is removed
 * with its key/value head; the one key/value head of multi-query attention stays as long as any query head does. Throws
 * `InputError` for an unknown head, a broken group, or a model without heads.
 */
export function withHeads<C extends AnyConfig>(config: C, kept: Kept): C {
  const sites = sitesOf(config);
  checkKept(sites, kept);
  const left = (site: Site) => kept.get(site.name) ?? Array.from({ length: site.heads }, (_, head) => head);
  const named = (prefix: string) => sites.filter(({ name }) => name.startsWith(prefix));
  const counts = (prefix: string) => named(prefix).map((site) => left(site).length);
  const before = config.originalHeads;
  const originalHeads = Object.fromEntries(
    sites.map((site) => [site.name, left(site).map((head) => before?.[site.name]?.[head] ?? head)]),
  );
  const same = { ...config, ...(config.features && { features: statedFor(sites, config.features) }), originalHeads };
  if (config.family === "encoder-decoder") {
    const [encoderHeads, decoderHeads, crossHeads] = ["encoder.", "decoder.", "cross."].map(counts);
    return { ...same, encoderHeads, decoderHeads, crossHeads };
  }
  const keyValueHeads = sites.map((site) => sharedBy(site, left(site)).length);
  return { ...same, heads: counts(""), keyValueHeads };
}

/** Returns the features with the number of original heads where heads talk or are routed, for a configuration with fewer heads. */
function statedFor(sites: readonly Site[], features: NonNullable<AnyConfig["features"]>): AnyConfig["features"] {
  const heads = new Map(sites.map((site) => [site.name, site.heads]));
  return Object.fromEntries(
    Object.entries(features).map(([name, { routing, ...own }]) => [
      name,
      {
        ...own,
        ...(own.talking === true && { talking: heads.get(name) ?? true }),
        ...(routing && { routing: { ...routing, heads: routing.heads ?? heads.get(name) } }),
      },
    ]),
  );
}

function checkKept(sites: readonly Site[], kept: Kept): void {
  const unknown = [...kept.keys()].find((name) => !sites.some((site) => site.name === name));
  if (unknown !== undefined) {
    throw new InputError(`there is no layer ${unknown}; use one of ${sites.map(({ name }) => name).join(", ")}`);
  }
  for (const site of sites) checkSite(site, kept.get(site.name));
  if (sites.every(({ name, heads }) => (kept.get(name)?.length ?? heads) === 0)) {
    throw new InputError("no head would be left; keep at least one");
  }
}

/** Returns the error for a missing head, with the heads of its layer. */
export const noSuchHead = ({ name, heads }: Site, head: number): InputError =>
  new InputError(
    `there is no head ${headName(name, head)}; ${heads === 0 ? "use a layer that has heads" : `use ${headName(name, 0)} to ${headName(name, heads - 1)}`}`,
  );

function checkSite(site: Site, queries: readonly number[] = []): void {
  const { name, heads, keyValueHeads } = site;
  const wrong = queries.find(
    (head, k) => !Number.isInteger(head) || head < 0 || head >= heads || head <= (queries[k - 1] ?? -1),
  );
  if (wrong !== undefined) {
    throw noSuchHead(site, wrong);
  }
  const size = heads / keyValueHeads;
  if (size === 1 || keyValueHeads === 1) return;
  const broken = sharedBy(site, queries).find(
    (group) => queries.filter((head) => Math.floor(head / size) === group).length < size,
  );
  if (broken === undefined) return;
  const group = Array.from({ length: size }, (_, k) => headName(name, broken * size + k)).join(", ");
  throw new InputError(`heads ${group} share key/value head ${broken}; remove all of them or none`);
}
