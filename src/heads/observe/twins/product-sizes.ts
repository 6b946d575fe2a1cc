/** The sizes of the weights of twins: those whose products, such as W_Q W_Kᵀ, are as large as in the model. */
import { dimAt } from "../../../graph/shape.ts";
import type { TransformerConfig } from "../../../models/config.ts";
import { ofLayer } from "../../../models/layer.ts";
import type { TransformerParameters } from "../../../models/transformer.ts";
import { normals, random } from "../../../params/random.ts";
import { floats, type Tensor } from "../../../run/tensor.ts";
import { rowOf } from "../../../stats/sums.ts";

/** The number of random directions that estimate the size of a product of matrices. */
const PROBES = 8;

/**
 * Computes the standard deviations of a layer's attention weights, by name; a change of basis within a head changes none of
 * them.
 */
export function productSizes(
  { layers }: TransformerParameters<Tensor>,
  layer: number,
  { width: m, headWidth: d, heads }: TransformerConfig,
  seed: string,
): Readonly<Record<string, number | undefined>> {
  if (ofLayer(heads, layer) === 0) return {};
  const { wq, wk, wv, wo, bq, bk, bv } = ofLayer(layers, layer).attention;
  const [scoring, writing] = [dimAt(wq.shape, 1), dimAt(wo.shape, 0)];
  // each [m, d] of one head out of `count`, which may share it; W_O is [h, d, m] in memory
  const into = (leaf: Tensor, count: number) => {
    const own = dimAt(leaf.shape, 1);
    return (head: number): HeadMatrix => ({
      ...{ data: floats(leaf), first: Math.floor((head * own) / count) * d, rowStep: own * d, columnStep: 1 },
    });
  };
  const outOf = (head: number): HeadMatrix => ({ data: floats(wo), first: head * d * m, rowStep: 1, columnStep: m });
  const probes = Array.from({ length: PROBES }, (_, p) => normals(random(`${seed}/probe ${p}`), m));
  const overHeads = (count: number, of: (head: number) => number) =>
    Array.from({ length: count }, (_, head) => of(head)).reduce((a, b) => a + b, 0) / count;
  /** Computes the mean ‖A Bᵀ‖² over m² d: the product of both variances if they are drawn independently. */
  const product = (count: number, a: (head: number) => HeadMatrix, b: (head: number) => HeadMatrix) =>
    overHeads(
      count,
      (head) => probes.reduce((s, probe) => s + square(times(a(head), pull(b(head), probe, m, d), m)), 0) / PROBES,
    ) /
    (m * m * d);
  /** Computes the standard deviation of a bias that a matrix of variance `variance` reads. */
  const bias = (leaf: Tensor | undefined, count: number, reader: (head: number) => HeadMatrix, variance: number) => {
    if (!leaf || dimAt(leaf.shape, 0) === 0 || variance === 0) return leaf && 0;
    const own = (head: number) => rowOf(floats(leaf), Math.floor((head * dimAt(leaf.shape, 0)) / count), d);
    const read = (head: number) => square(times(reader(head), Float64Array.from(own(head)), m));
    return Math.sqrt(overHeads(count, read) / (m * d) / variance);
  };
  const [q, k, v] = [into(wq, scoring), into(wk, scoring), into(wv, writing)] as const;
  // without a learned head any size will do, since queries are scaled to the wanted spread
  const scores = scoring > 0 ? Math.sqrt(product(scoring, q, k)) : 1 / m;
  const values = Math.sqrt(product(writing, v, outOf));
  const names = {
    ...{ wq: Math.sqrt(scores), wk: Math.sqrt(scores), wv: Math.sqrt(values), wo: Math.sqrt(values) },
    ...{ bq: bias(bq, scoring, k, scores), bk: bias(bk, scoring, q, scores), bv: bias(bv, writing, outOf, values) },
  };
  return Object.fromEntries(Object.entries(names).map(([name, size]) => [`attention.${name}`, size]));
}

/** A head's matrix [m, d] within a tensor; steps count numbers. */
interface HeadMatrix {
  readonly data: Float32Array;
  readonly first: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Computes Bᵀ x: [d]. */
function pull({ data, first, rowStep, columnStep }: HeadMatrix, x: Float32Array, m: number, d: number): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < m; i++) {
    const row = first + i * rowStep;
    for (let k = 0; k < d; k++) out[k]! += data[row + k * columnStep]! * x[i]!;
  }
  return out;
}

/** Computes A y: [m]. */
function times({ data, first, rowStep, columnStep }: HeadMatrix, y: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const row = first + i * rowStep;
    for (let k = 0; k < y.length; k++) out[i]! += data[row + k * columnStep]! * y[k]!;
  }
  return out;
}

const square = (xs: Float64Array): number => xs.reduce((s, x) => s + x * x, 0);
