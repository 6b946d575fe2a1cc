/** The features of a model's attentions, for the heads that they have. */
import { type AttentionFeatures, featuresOfHeads } from "../nn/features/features.ts";
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
export function featuresOf({ features, originalHeads }: Featured, name: string): AttentionFeatures {
  const [stated = {}, heads] = [features?.[name], originalHeads?.[name]];
  return heads ? featuresOfHeads(stated, heads) : stated;
}

/**
 * Returns the index of each head's own queries and keys in its attention's weights. These are the heads themselves, but a pruned
 * attention whose heads talk has the queries and keys of all original heads.
 */
export function scoreHeadsAt(config: Featured, name: string, heads: number): readonly number[] {
  const all = Array.from({ length: heads }, (_, head) => head);
  return featuresOf(config, name).talking ? (config.originalHeads?.[name] ?? all) : all;
}
