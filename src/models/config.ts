/** The configuration of a transformer, independent of file formats. */

import type { AttentionFeatures } from "../nn/features/features.ts";
import type { Activation } from "../nn/feed-forward.ts";
import type { Rotary } from "../nn/position.ts";

export type Positions =
  /**
   * A table; `offset`: the row of the first position; `paddingId`: only other tokens are counted, as in RoBERTa;
   * `skipsPadding`: only tokens that the mask keeps are counted, as in OPT.
   */
  | { readonly kind: "learned"; readonly offset: number; readonly paddingId?: number; readonly skipsPadding?: boolean }
  | { readonly kind: "rotary"; readonly rotary: Rotary };

export interface TransformerConfig {
  readonly family: "encoder" | "decoder";
  /** Hugging Face's `model_type`. */
  readonly architecture: string;
  readonly vocabulary: number;
  readonly width: number;
  readonly headWidth: number;
  /** Query heads of each layer; layers may differ, down to none. */
  readonly heads: readonly number[];
  /** Key/value heads of each layer. */
  readonly keyValueHeads: readonly number[];
  /**
   * For a pruned model, the original heads that each attention keeps, by its name (`3`; `cross.2` in encoder–decoders).
   */
  readonly originalHeads?: Readonly<Record<string, readonly number[]>>;
  /**
   * The optional features of each attention by its name, stated for its original heads; default: none. Read them with
   * `featuresOf`.
   */
  readonly features?: Readonly<Record<string, AttentionFeatures>>;
  readonly innerWidth: number;
  /** The longest text, in tokens. */
  readonly maxPositions: number;
  readonly positions: Positions;
  /** The size of the token-type table; 0: none. */
  readonly tokenTypes: number;
  readonly norm: "layer" | "rms";
  readonly epsilon: number;
  readonly activation: Activation;
  /** The activation of the masked language head, if different. */
  readonly headActivation?: Activation;
  readonly gated: boolean;
  readonly inputBias: boolean;
  readonly outputBias: boolean;
  readonly feedForwardBias: boolean;
  /** The attention window of each layer in tokens; undefined: no limit. */
  readonly windows?: readonly (number | undefined)[];
  readonly languageHead: "none" | "masked" | "causal";
  /** True if the language head, if any, shares the token table. */
  readonly tied: boolean;
}
