/** What a transformer is made of, whatever its files call it. */
import type { Activation } from "../nn/feed-forward.ts";
import type { Rotary } from "../nn/position.ts";

export type Positions =
  /** A table; `paddingId`: positions count only other tokens, as RoBERTa does; `offset`: the row of the first position. */
  | { readonly kind: "learned"; readonly offset: number; readonly paddingId?: number }
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
   * Of a model that was cut, the heads of the uncut one that each attention still has, by its name (`3`; `cross.2` in
   * encoder–decoders).
   */
  readonly originalHeads?: Readonly<Record<string, readonly number[]>>;
  readonly innerWidth: number;
  /** The longest text, in tokens. */
  readonly maxPositions: number;
  readonly positions: Positions;
  /** Sizes of the token-type table; 0: none. */
  readonly tokenTypes: number;
  readonly norm: "layer" | "rms";
  readonly epsilon: number;
  readonly activation: Activation;
  /** The masked language head's, where it is another one. */
  readonly headActivation?: Activation;
  readonly gated: boolean;
  readonly inputBias: boolean;
  readonly outputBias: boolean;
  readonly feedForwardBias: boolean;
  /** How far back each layer's queries may look; undefined: to the start. */
  readonly windows?: readonly (number | undefined)[];
  readonly languageHead: "none" | "masked" | "causal";
  /** Whether the language head, where there is one, reads the token table. */
  readonly tied: boolean;
}

export const headCount = (config: TransformerConfig): number => config.heads.reduce((n, h) => n + h, 0);
