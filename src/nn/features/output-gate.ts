/**
 * Output gates (Qiu et al. 2025, "Gated Attention for Large Language Models"): zₕ · σ(x Wₕᴳ), where x is the input of the
 * queries. A head can thus be closed for a single query, without resting on the first token.
 * Axes: b batch, i query, m model width, h head.
 */
import type { Value } from "../../graph/value.ts";
import { sigmoid } from "../../ops/activation.ts";
import { einsum } from "../../ops/einsum.ts";
import { type Spec, spec } from "../../params/tree.ts";
import type { FeatureSizes } from "./sizes.ts";

/** W_G: m h; initialized as W_Q, so that gates start near ½. */
export const outputGateParameters = ({ width, heads }: FeatureSizes): Spec =>
  spec([width, heads], undefined, { heads: { axis: 1, of: "query" } });

/** Computes the gates of x [b, i, m]: [b, i, h], from 0 to 1. */
export const outputGates = (wg: Value, x: Value): Value => sigmoid(einsum("b i m, m h -> b i h", x, wg));
