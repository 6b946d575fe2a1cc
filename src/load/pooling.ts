/** How a sentence encoder makes one vector of a text, after sentence-transformers (Reimers & Gurevych 2019). */
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";

/** Ways to make one vector of a text's states; several are joined in this order. */
export const POOLING_MODES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"] as const;
export type PoolingMode = (typeof POOLING_MODES)[number];

export const DENSE_ACTIVATIONS = ["Identity", "Tanh", "ReLU", "GELU", "Sigmoid", "SiLU"] as const;

/** A linear layer on a text's vector; `weight` is [out, in]. */
export interface DenseModule {
  readonly kind: "dense";
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly activation: (typeof DENSE_ACTIVATIONS)[number];
  readonly residual: boolean;
}

export type SentenceModule =
  | { readonly kind: "pooling"; readonly modes: readonly PoolingMode[] }
  | { readonly kind: "normalize" }
  | DenseModule;

/** What a sentence encoder does to a text before the transformer, and to its states after it. */
export interface Pooling {
  readonly modules: readonly SentenceModule[];
  /** Longer texts are cut to so many tokens. */
  readonly maxTokens?: number;
  readonly lowercase?: boolean;
  /** What is put before every text. */
  readonly prompt?: string;
  /** The model's own measure of similarity, where it is not the cosine. */
  readonly similarity?: string;
  /** Whether the checkpoint says so, or this is the default. */
  readonly stated: boolean;
}

/** Why a checkpoint's modules cannot be followed; only what pools a text needs them. */
export interface RefusedPooling {
  readonly refused: string;
}

/** The mean of the last states over a text's tokens: what is done where a checkpoint says nothing. */
export const MEAN_POOLING: Pooling = { modules: [{ kind: "pooling", modes: ["mean"] }], stated: false };

/** The pooling of a checkpoint, or the mean. Throws `InputError` where the checkpoint asks for one that is not supported. */
export function poolingOf({ pooling = MEAN_POOLING }: { readonly pooling?: Pooling | RefusedPooling }): Pooling {
  if ("refused" in pooling) throw new InputError(pooling.refused);
  return pooling;
}
