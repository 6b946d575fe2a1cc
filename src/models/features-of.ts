/** The features of a model's attentions, for the heads that they have. */
import { type AttentionFeatures, featuresOfHeads } from "../nn/features/features.ts";
import type { TransformerConfig } from "./config.ts";
import type { EncoderDecoderConfig } from "./encoder-decoder-config.ts";

type Featured = Pick<TransformerConfig | EncoderDecoderConfig, "features" | "originalHeads">;

/** Returns the features of the attention with this name (`3`; `cross.2` in encoder–decoders); none without any. */
export function featuresOf({ features, originalHeads }: Featured, name: string): AttentionFeatures {
  const [stated = {}, heads] = [features?.[name], originalHeads?.[name]];
  return heads ? featuresOfHeads(stated, heads) : stated;
}
