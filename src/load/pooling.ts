/** The pooling of a sentence encoder: one vector per text, after sentence-transformers (Reimers & Gurevych 2019). */
import { InputError } from "../run/errors.ts";
import type { Tensor } from "../run/tensor.ts";

/** Ways to pool a text's states into one vector; the vectors of several modes are concatenated in this order. */
export const POOLING_MODES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"] as const;
export type PoolingMode = (typeof POOLING_MODES)[number];

export const DENSE_ACTIVATIONS = ["Identity", "Tanh", "ReLU", "GELU", "Sigmoid", "SiLU"] as const;

/** A linear layer on the pooled vector; `weight` is [out, in]. */
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

/** The steps of a sentence encoder before the transformer (on the text) and after it (on the states). */
export interface Pooling {
  readonly modules: readonly SentenceModule[];
  /** Longer texts are truncated to this number of tokens. */
  readonly maxTokens?: number;
  readonly lowercase?: boolean;
  /** A prefix of every text. */
  readonly prompt?: string;
  /** The model's own measure of similarity, if it is not the cosine. */
  readonly similarity?: string;
  /** True if the checkpoint specifies the pooling; false for the default. */
  readonly stated: boolean;
}

/** An error message: the checkpoint's modules are not supported. It matters only to a task that pools texts. */
export interface RefusedPooling {
  readonly refused: string;
}

/** The mean of the last states over a text's tokens: the default for a checkpoint that specifies no pooling. */
export const MEAN_POOLING: Pooling = { modules: [{ kind: "pooling", modes: ["mean"] }], stated: false };

/** Returns the pooling of a checkpoint, or the mean. Throws `InputError` if the checkpoint's own pooling is not supported. */
export function poolingOf({ pooling = MEAN_POOLING }: { readonly pooling?: Pooling | RefusedPooling }): Pooling {
  if ("refused" in pooling) throw new InputError(pooling.refused);
  return pooling;
}
