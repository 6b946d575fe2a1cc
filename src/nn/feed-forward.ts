/** The feed-forward layer: two projections around a non-linear function, or gated (Shazeer 2020). */
import { scoped, type Value } from "../graph/value.ts";
import { gelu, relu, silu } from "../ops/activation.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { type Leaf, type Spec, spec } from "../params/tree.ts";

/** Axes: m model width, f feed-forward width. */
export interface FeedForwardParameters<T extends Leaf = Value> {
  /** m f */
  readonly up: T;
  readonly upBias?: T;
  /** m f: present in gated layers */
  readonly gate?: T;
  /** f m */
  readonly down: T;
  readonly downBias?: T;
}

export const ACTIVATIONS = {
  gelu: (x: Value) => gelu(x),
  gelu_tanh: (x: Value) => gelu(x, "tanh"),
  relu,
  silu,
} as const;
export type Activation = keyof typeof ACTIVATIONS;

export const feedForwardParameters = (
  width: number,
  inner: number,
  { gated = false, biases = true } = {},
): FeedForwardParameters<Spec> => ({
  up: spec([width, inner]),
  upBias: biases ? spec([inner], "zeros") : undefined,
  gate: gated ? spec([width, inner]) : undefined,
  down: spec([inner, width]),
  downBias: biases ? spec([width], "zeros") : undefined,
});

const plus = (x: Value, b?: Value): Value => (b ? add(x, b) : x);

/** Computes f(x W₁ + b₁) W₂ + b₂, or (f(x W_g) ∘ x W₁) W₂ if gated; [b, i, m] → [b, i, m]. */
export function feedForward(p: FeedForwardParameters, x: Value, activation: Activation): Value {
  return scoped("feedForward", () => {
    const up = plus(einsum("b i m, m f -> b i f", x, p.up), p.upBias);
    const act = ACTIVATIONS[activation];
    const inner = p.gate ? mul(act(einsum("b i m, m f -> b i f", x, p.gate)), up) : act(up);
    return plus(einsum("b i f, f m -> b i m", inner, p.down), p.downBias);
  });
}
