/** The configuration of an encoder–decoder, independent of file formats. */

import type { AttentionFeatures } from "../nn/features/features.ts";
import type { Activation } from "../nn/feed-forward.ts";
import type { Sinusoids } from "../nn/sinusoid.ts";

export interface EncoderDecoderConfig {
  readonly family: "encoder-decoder";
  /** Hugging Face's `model_type`: Marian is post-norm, M2M-100 pre-norm. */
  readonly architecture: "marian" | "m2m_100";
  /** One vocabulary and one table for source, target and output. */
  readonly vocabulary: number;
  readonly width: number;
  readonly headWidth: number;
  /** Heads of each layer's self-attention and of the decoder's cross-attention; layers may differ, down to none. */
  readonly encoderHeads: readonly number[];
  readonly decoderHeads: readonly number[];
  readonly crossHeads: readonly number[];
  /**
   * For a pruned model, the original heads that each attention keeps, by its name (`3`; `cross.2` in encoder–decoders).
   */
  readonly originalHeads?: Readonly<Record<string, readonly number[]>>;
  /**
   * The optional features of each attention by its name, stated for its original heads; default: none. Read them with
   * `featuresOf`.
   */
  readonly features?: Readonly<Record<string, AttentionFeatures>>;
  readonly encoderInnerWidth: number;
  readonly decoderInnerWidth: number;
  /** The longest text of either side, in tokens. */
  readonly maxPositions: number;
  readonly positions: Sinusoids;
  /** True for norms before the sub-layers, with one more at the end of each side; false for norms after the sums. */
  readonly normFirst: boolean;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Multiplies embeddings by √width. */
  readonly scaleEmbedding: boolean;
  /** Adds a stored bias to the logits. */
  readonly finalLogitsBias: boolean;
  /** The decoder's first input; the end of a text; padding, which is never an output. */
  readonly ids: { readonly start: number; readonly end: number; readonly padding: number };
}
