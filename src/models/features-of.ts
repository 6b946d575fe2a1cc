/** The features of a model's attentions, for the heads that they have. */
import type { AttentionFeatures } from "../nn/features/features.ts";
import type { TransformerConfig } from "./config.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";

type Featured = Pick<TransformerConfig | EncoderDecoderConfig, "features" | "originalHeads">;

/** Returns the features of the attention with this name (`3`; `cross.2` in encoder–decoders); none without any. */
export const featuresOf = ({ features }: Featured, name: string): AttentionFeatures => features?.[name] ?? {};

/**
 * Returns the index of each head's own queries and keys in its attention's weights. These are the heads themselves, but a pruned
 * attention whose heads talk has the queries and keys of all original heads.
 */
export function scoreHeadsAt(config: Featured, name: string, heads: number): readonly number[] {
  const all = Array.from({ length: heads }, (_, head) => head);
  return featuresOf(config, name).talking ? (config.originalHeads?.[name] ?? all) : all;
}
