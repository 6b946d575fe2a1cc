/** What an encoder–decoder is made of, whatever its files call it. */
import type { Activation } from "../nn/feed-forward.ts";
import type { Sinusoids } from "../nn/sinusoid.ts";

export interface EncoderDecoderConfig {
  readonly family: "encoder-decoder";
  /** Hugging Face's `model_type`: Marian's norms come after the sums, those of M2M-100 before the sub-layers. */
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
   * Of a model that was cut, the heads of the uncut one that each attention still has, by its name (`3`; `cross.2` in
   * encoder–decoders).
   */
  readonly originalHeads?: Readonly<Record<string, readonly number[]>>;
  readonly encoderInnerWidth: number;
  readonly decoderInnerWidth: number;
  /** The longest text, in tokens, of either side. */
  readonly maxPositions: number;
  readonly positions: Sinusoids;
  /** Whether norms come before the sub-layers, with one more at each end; else after the sums. */
  readonly normFirst: boolean;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Whether embeddings are multiplied by √width. */
  readonly scaleEmbedding: boolean;
  /** Whether a stored bias is added to the logits. */
  readonly finalLogitsBias: boolean;
  /** What the decoder's first input is; what ends a text; what fills short rows and is never an output. */
  readonly ids: { readonly start: number; readonly end: number; readonly padding: number };
}
