/** The features of a model's attentions, for the heads that they have. */
import { type AttentionFeatures, featuresOfHeads } from "../nn/features/features.ts";
import type { Routing } from "../nn/features/routing/routing.ts";
import { mapValues } from "../params/keyed.ts";
import type { TransformerConfig } from "./config.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";

type Featured = Pick<TransformerConfig | EncoderDecoderConfig, "features" | "originalHeads">;

/** Returns the configuration with learned heads in the places of fixed ones. */
export const withoutFixed = <C extends Featured>(config: C): C =>
  config.features && Object.values(config.features).some(({ fixed }) => fixed)
    ? { ...config, features: mapValues(config.features, ({ fixed: _, ...others }) => others) }
    : config;

/** Returns the features of the attention with this name (`3`; `cross.2` in encoder–decoders); none without any. */
export function featuresOf({ features = {}, originalHeads }: Featured, name: string): AttentionFeatures {
  const [stated = {}, kept] = [features[name], originalHeads?.[name]];
  const { routing, ...own } = kept ? featuresOfHeads(stated, kept) : stated;
  if (!routing) return own;
  return { ...own, routing: { ...routing, balance: balanceOf(routing, features), ...(kept && { kept }) } };
}

/**
 * Returns the index of each head's own queries and keys in its attention's weights. These are the heads themselves, but a pruned
 * attention whose heads talk has the queries and keys of all original heads.
 */
export function scoreHeadsAt(config: Featured, name: string, heads: number): readonly number[] {
  const all = Array.from({ length: heads }, (_, head) => head);
  return featuresOf(config, name).talking ? (config.originalHeads?.[name] ?? all) : all;
}

/** The balance losses of MoH are averaged over its layers, those of MoA are summed, as in their authors' code. */
function balanceOf({ kind, balance }: Routing, features: NonNullable<Featured["features"]>): number {
  if (kind === "moa") return balance;
  return balance / Object.values(features).filter(({ routing }) => routing?.kind === kind).length;
}

/** Returns the configuration of the same function that computes only the picked (token, head) pairs of routed attentions. */
export const withSparseRouting = <C extends Featured>(config: C): C =>
  config.features
    ? {
        ...config,
        features: mapValues(config.features, ({ routing, ...own }) => ({
          ...own,
          ...(routing && { routing: { ...routing, sparse: true } }),
        })),
      }
    : config;

/** Returns the number of key/value heads of an attention that would have one for each of its heads; MoA's heads share one. */
export const ownKeyValueHeads = ({ routing }: AttentionFeatures, heads: number): number =>
  routing?.kind === "moa" ? Math.min(1, heads) : heads;
