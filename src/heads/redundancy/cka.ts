/**
 * Centered kernel alignment between head outputs (Kornblith et al. 2019), with the unbiased HSIC of Song et al. 2012: its mean
 * is 0 for independent outputs, however few tokens there are, while plain linear CKA gives about p / (n − 1 + p). Axes: h head,
 * p feature, n token.
 */

import { dims3 } from "../../graph/shape.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Runtime } from "../../run/runtime.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import { columnSums, dot, mean, product, rowOf, total } from "../../stats/sums.ts";
import { type Rows, symmetric, withPairing } from "../observe/pairs.ts";
import { entryOf, ofHead } from "./by-head.ts";
import type { HeadMatrix } from "./map-likeness.ts";

/** The estimator divides by n − 3. */
export const FEWEST_TOKENS = 4;
/** A head whose outputs vary by less than this fraction of their size is constant. */
const CONSTANT = 1e-10;

/**
 * Computes debiased linear CKA between all pairs of heads: features [h, p, n] for each layer with heads, in [−1, 1]. Invariant
 * to rotation, shift and scale. 0 with a constant head. Throws a `RangeError` for fewer than 4 tokens.
 */
export async function debiasedCka(runtime: Runtime, features: Rows): Promise<HeadMatrix> {
  const n = features[0]?.shape[2] ?? FEWEST_TOKENS;
  if (n < FEWEST_TOKENS) throw new RangeError(`debiasedCka: ${n} tokens are too few; give at least ${FEWEST_TOKENS}`);
  const centered = features.map(centeredRows);
  const sizes = centered.flatMap(sizesOf);
  const squares = await withPairing(runtime, (pairing) =>
    symmetric(centered, (i, j) => pairing([ofLayer(centered, i), ofLayer(centered, j)])),
  );
  const hsic = squares.map((row, a) => row.map((x, b) => (b < a ? 0 : unbiased(x, ofHead(sizes, a), ofHead(sizes, b)))));
  return squares.map((row, a) =>
    row.map((_, b) => {
      const [own, other] = [entryOf(hsic, a, a), entryOf(hsic, b, b)];
      if (a === b) return 1;
      return own > 0 && other > 0 ? entryOf(hsic, Math.min(a, b), Math.max(a, b)) / Math.sqrt(own * other) : 0;
    }),
  );
}

/**
 * HSIC₁ = [tr K̃L̃ + 1ᵀK̃1 · 1ᵀL̃1 / (n−1)(n−2) − 2/(n−2) 1ᵀK̃L̃1] / n(n−3), with K̃ = XXᵀ without its diagonal k, and so L̃ of Y.
 * Shifting X changes nothing, and for centered X the row sums of XXᵀ are 0: K̃1 = −k, and tr K̃L̃ = ‖XᵀY‖²_F − k·l.
 */
function unbiased(square: number, k: Float64Array, l: Float64Array): number {
  const n = k.length;
  const [both, left, right] = [dot(k, l), total(k), total(l)];
  return (square - (both * n) / (n - 2) + (left * right) / ((n - 1) * (n - 2))) / (n * (n - 3));
}

/** Subtracts each feature's mean over tokens, and normalizes each head's size. */
function centeredRows(features: Tensor): Tensor {
  const { shape } = features;
  const [h, p, n] = dims3(shape);
  const data = floats(features);
  const out = Float64Array.from(data);
  for (let row = 0; row < h * p; row++) {
    const own = rowOf(out, row, n);
    const center = mean(own);
    own.set(own.map((x) => x - center));
  }
  const scaled = new Float32Array(out.length);
  for (let head = 0; head < h; head++) {
    const [own, before] = [rowOf(out, head, p * n), rowOf(data, head, p * n)];
    const [spread, size] = [dot(own, own), dot(before, before)];
    const by = spread > CONSTANT * size ? Math.sqrt(n / spread) : 0;
    rowOf(scaled, head, p * n).set(own.map((x) => by * x));
  }
  return tensor(scaled, shape);
}

/** Computes ‖xᵢ‖² of every token, for each head. */
function sizesOf(features: Tensor): Float64Array[] {
  const [h, p, n] = dims3(features.shape);
  return Array.from({ length: h }, (_, head) => {
    const own = rowOf(floats(features), head, p * n);
    return columnSums(product(own, own), n);
  });
}
