/**
 * OV copying: the degree to which a head's output from a token raises the logit of that token. The OV circuit, from embeddings
 * to logits, maps the vocabulary to itself (Elhage et al. 2021). W_E γₗ W_V W_O γ W_Uᵀ has v² entries, but its nonzero
 * eigenvalues are those of the small W_O (γ W_Uᵀ W_E γₗ) W_V. The mean over tokens is subtracted from logits, since it changes
 * no prediction.
 * Axes: v vocabulary, m and n model width, h head, g key/value head, r query head of a group, d and e head width.
 */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { dims3 } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { type DecoderParameters, decoderParameters } from "../../models/decoder.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Transformer } from "../../models/transformer.ts";
import { mul, sub } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { reshape, unsqueeze } from "../../ops/layout.ts";
import { mean } from "../../ops/reduce.ts";
import { byPath, declare } from "../../params/tree.ts";
import { releasing } from "../../run/releasing.ts";
import type { Runtime } from "../../run/runtime.ts";
import type { Tensor } from "../../run/tensor.ts";
import { predictsTokens } from "../observe/direct-effects.ts";

/** For each head, over all layers: Σ Re λ / Σ |λ|, from −1 (a token lowers its own logit) to 1 (it raises it). */
export interface Copying {
  readonly own: readonly number[];
  readonly twins: readonly (readonly number[])[];
  /** The number of eigenvalues in each score. */
  readonly eigenvalues: number;
}

/**
 * Computes the copying of a model's heads and of its twins', which share its embeddings; null if no linear head predicts
 * tokens.
 */
export async function ovCopying(runtime: Runtime, model: Transformer, twins: readonly Transformer[]): Promise<Copying | null> {
  const { config } = model;
  if (!predictsTokens(config)) return null;
  return releasing(runtime, async (program) => {
    const parameters = declare<DecoderParameters>(decoderParameters(config));
    const { tokenMap } = await (
      await program.compile({ tokenMap: tokenMapOf(config, parameters) }, { weights: byPath(model.weights) })
    ).run({});
    const circuits = circuitsOf(config, parameters);
    const scores = async ({ weights }: Transformer) => {
      const made = await (await program.compile(circuits, { weights: byPath(weights) })).run({ tokenMap: tokenMap });
      return config.heads.flatMap((_, l) => (made[l] ? eigenvalueScores(made[l]) : []));
    };
    const own = await scores(model);
    const controls: number[][] = [];
    for (const twin of twins) controls.push(await scores(twin));
    return { own, twins: controls, eigenvalues: config.headWidth };
  });
}

/**
 * Computes γ (W_U − its mean)ᵀ W_E [m, n], centered over both widths if the norms center: it maps a token's state to its own
 * logit.
 */
function tokenMapOf({ vocabulary, norm }: TransformerConfig, p: DecoderParameters): Value {
  const [into, out] = [p.embeddings.tokens, p.output ?? p.embeddings.tokens];
  const common = mul(unsqueeze(mean(out, 0), 1), unsqueeze(mean(into, 0), 0));
  const own = sub(einsum("v m, v n -> m n", out, into), mul(common, vocabulary));
  const scaled = mul(own, unsqueeze(p.norm.scale, 1));
  if (norm === "rms") return scaled;
  const written = sub(scaled, mean(scaled, 0, true));
  return sub(written, mean(written, 1, true));
}

/** Builds each layer's small matrices, [h, d, e]. */
function circuitsOf(
  { width, heads, keyValueHeads, headWidth: d }: TransformerConfig,
  p: DecoderParameters,
): Record<string, Value> {
  const tokenMap = input("tokenMap", [width, width]);
  const circuit = (l: number): Value => {
    const { wv, wo } = ofLayer(p.layers, l).attention;
    const [h, g] = [ofLayer(heads, l), ofLayer(keyValueHeads, l)];
    const read = mul(wv, unsqueeze(ofLayer(p.layers, l).attentionNorm.scale, 1, 2));
    const write = reshape(einsum("h d m, m n -> h d n", wo, tokenMap), [g, h / g, d, width]);
    return reshape(einsum("g r d n, n g e -> g r d e", write, read), [h, d, d]);
  };
  return Object.fromEntries(heads.flatMap((h, l) => (h === 0 ? [] : [[l, circuit(l)]])));
}

function eigenvalueScores({ data, shape }: Tensor): number[] {
  const [h, d] = dims3(shape);
  return Array.from({ length: h }, (_, head) => eigenvalueScore(data.subarray(head * d * d, (head + 1) * d * d), d));
}

/** Computes Σ Re λ / Σ |λ| of a matrix [d, d]; 0 if all eigenvalues are 0. */
function eigenvalueScore(matrix: Tensor["data"], d: number): number {
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(
    new Matrix(Array.from({ length: d }, (_, row) => Array.from(matrix.subarray(row * d, (row + 1) * d), Number))),
  );
  const total = re.reduce((sum, x, k) => sum + Math.hypot(x, im[k]!), 0);
  return total > 0 ? re.reduce((sum, x) => sum + x, 0) / total : 0;
}
