/** The features of a model's attentions, for the heads that they have. */
import type { AttentionFeatures } from "../nn/features/features.ts";
import type { Routing } from "../nn/features/routing/routing.ts";
import { mapValues } from "../params/keyed.ts";
import type { TransformerConfig } from "./config.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";

type Featured = Pick<TransformerConfig | EncoderDecoderConfig, "features" | "originalHeads">;

/** Returns the features of the attention with this name (`3`; `cross.2` in encoder–decoders); none without any. */
export function featuresOf({ features = {}, originalHeads }: Featured, name: string): AttentionFeatures {
  const { routing, ...own } = features[name] ?? {};
  if (!routing) return own;
  const kept = originalHeads?.[name];
  return { ...own, routing: { ...routing, balance: balanceOf(routing, features), ...(kept && { kept }) } };
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
