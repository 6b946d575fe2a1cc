/**
 * The maps computed by a head's weights, in their own basis: W_Q = U_Q R_Q and so on, so that the map of its scores is W_Q W_Kᵀ
 * = U_Q C U_Kᵀ and that of its outputs W_V W_O = U_V D U_Oᵀ with small C and D. Neither changes if Q and K, or V and O, rotate
 * together (the gauge of attention), and the m × m maps are never built. Axes: m model width, h query head, g key/value head, d
 * head width, r rank (at most d and m; missing rows are zero).
 */

import { Matrix } from "ml-matrix";
import { dimAt, dims3 } from "../../graph/shape.ts";
import { featuresOf, scoreHeadsAt } from "../../models/features-of.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Transformer } from "../../models/transformer.ts";
import type { AttentionParameters } from "../../nn/attention.ts";
import { type Tensor, tensor } from "../../run/tensor.ts";
import { ofHead } from "./by-head.ts";
import { type Factored, factored } from "./subspaces.ts";

/** The maps of one layer's heads, as rows for products of pairs; fixed heads have no queries and keys, so these are zero. */
export interface LayerMaps {
  /** Orthonormal rows that span the columns of W_Q [h, r, m], of W_K and W_V [g, r, m] and the rows of W_O [h, r, m]. */
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
  readonly writes: Tensor;
  /** The number of nonzero rows: [h] or [g]. */
  readonly ranks: Readonly<Record<"queries" | "keys" | "values" | "writes", readonly number[]>>;
  /** (U_Q C)ᵀ [h, r, m] and (U_K Cᵀ)ᵀ [h, r, m]: the full QK map except for orthonormal columns on its other side. */
  readonly scoresFromQueries: Tensor;
  readonly scoresFromKeys: Tensor;
  /** (U_V D)ᵀ and (U_O Dᵀ)ᵀ [h, r, m]: the same for the OV map. */
  readonly outputsFromValues: Tensor;
  readonly outputsToWrites: Tensor;
  /** ‖W_Q W_Kᵀ‖_F and ‖W_V W_O‖_F: [h]. */
  readonly scoreNorms: readonly number[];
  readonly outputNorms: readonly number[];
  /** R_Oᵀ (see `writtenCores`). */
  readonly written: Tensor;
  /** The key/value head of each query head. */
  readonly groups: readonly number[];
}

/** Computes the maps of every layer that has heads. `progress` goes from 0 to 1. */
export function headMaps({ config, weights }: Transformer, progress: (share: number) => void = () => {}): LayerMaps[] {
  return config.heads.flatMap((heads, l) => {
    progress(l / config.heads.length);
    if (heads === 0) return [];
    const fixed = featuresOf(config, `${l}`).fixed?.length ?? 0;
    const scoring = scoreHeadsAt(config, `${l}`, heads).slice(fixed);
    return [
      layerMaps(
        ofLayer(weights.layers, l).attention,
        scoring.map((head) => head - fixed),
      ),
    ];
  });
}

/**
 * Computes, for each layer with heads, R_Oᵀ [h, d, r], where W_Oᵀ = U_O R_O: z_h R_Oᵀ is the output of head h into the residual
 * stream, in the orthonormal basis U_O.
 */
export function writtenCores({ config, weights }: Transformer): Tensor[] {
  return config.heads.flatMap((heads, l) => (heads === 0 ? [] : [coresOf(writesOf(ofLayer(weights.layers, l).attention.wo))]));
}

const writesOf = (wo: Tensor): F => everyHead(dimAt(wo.shape, 0), (head) => factored(rowsOfHead(wo, head)));

/**
 * `scoring`: the index of each learned head's own queries in W_Q; in W_K too, unless heads share keys. The heads before them are
 * fixed, and have none.
 */
function layerMaps({ wq, wk, wv, wo }: AttentionParameters<Tensor>, scoring: readonly number[]): LayerMaps {
  const [m, g, d] = dims3(wv.shape);
  const h = dimAt(wo.shape, 0);
  const fixed = everyHead(h - scoring.length, () => ({ basis: new Matrix(m, 0), core: new Matrix(0, d) }));
  const groups = Array.from({ length: h }, (_, head) => Math.floor(head / (h / g)));
  const of = (w: Tensor, heads: readonly number[]): F => heads.map((head) => factored(columnsOf(w, head)));
  const all = [...Array(g).keys()];
  const keyed = of(wk, dimAt(wk.shape, 1) === dimAt(wq.shape, 1) ? scoring : all);
  const [q, k, v] = [[...fixed, ...of(wq, scoring)], [...fixed, ...keyed], of(wv, all)];
  const o = writesOf(wo);
  const keysOf = (head: number) => ofHead(k, ofHead(groups, head));
  const valuesOf = (head: number) => ofHead(v, ofHead(groups, head));
  const scores = q.map(({ core }, head) => product(core, keysOf(head).core.transpose()));
  const outputs = o.map(({ core }, head) => product(valuesOf(head).core, core.transpose()));
  const stack = (matrices: readonly Matrix[]) => stacked(matrices, Math.min(d, m), m);
  const ranks = (of: F) => of.map(({ basis }) => basis.columns);
  return {
    ...{ queries: stack(q.map(basisOf)), keys: stack(k.map(basisOf)), values: stack(v.map(basisOf)) },
    writes: stack(o.map(basisOf)),
    ranks: { queries: ranks(q), keys: ranks(k), values: ranks(v), writes: ranks(o) },
    scoresFromQueries: stack(scores.map((c, head) => product(ofHead(q, head).basis, c))),
    scoresFromKeys: stack(scores.map((c, head) => product(keysOf(head).basis, c.transpose()))),
    outputsFromValues: stack(outputs.map((c, head) => product(valuesOf(head).basis, c))),
    outputsToWrites: stack(outputs.map((c, head) => product(ofHead(o, head).basis, c.transpose()))),
    scoreNorms: scores.map(normOf),
    outputNorms: outputs.map(normOf),
    written: coresOf(o),
    groups,
  };
}

type F = readonly Factored[];
const everyHead = <T>(count: number, of: (head: number) => T): T[] => Array.from({ length: count }, (_, head) => of(head));
const basisOf = ({ basis }: Factored): Matrix => basis;
/** Works around ml-matrix, whose product of empty matrices is wrong. */
const product = (a: Matrix, b: Matrix): Matrix =>
  a.columns === 0 || a.rows === 0 || b.columns === 0 ? Matrix.zeros(a.rows, b.columns) : a.mmul(b);
const normOf = (c: Matrix): number => (c.rows === 0 || c.columns === 0 ? 0 : c.norm("frobenius"));

/** Returns one head of [m, h, d] as a matrix [m, d]. */
export function columnsOf({ data, shape }: Tensor, head: number): Matrix {
  const [m, heads, d] = dims3(shape);
  const out = new Matrix(m, d);
  for (let i = 0; i < m; i++) for (let j = 0; j < d; j++) out.set(i, j, Number(data[(i * heads + head) * d + j]));
  return out;
}

/** Returns one head of [h, d, m], transposed: [m, d]. */
export function rowsOfHead({ data, shape }: Tensor, head: number): Matrix {
  const [, d, m] = dims3(shape);
  const out = new Matrix(m, d);
  for (let j = 0; j < d; j++) for (let i = 0; i < m; i++) out.set(i, j, Number(data[(head * d + j) * m + i]));
  return out;
}

/** Transposes matrices [m, r] and pads them with rows of zeros: [matrices, rows, m]. */
function stacked(matrices: readonly Matrix[], rows: number, m: number): Tensor {
  const out = new Float32Array(matrices.length * rows * m);
  for (const [head, matrix] of matrices.entries()) {
    for (let k = 0; k < matrix.columns; k++) for (let i = 0; i < m; i++) out[(head * rows + k) * m + i] = matrix.get(i, k);
  }
  return tensor(out, [matrices.length, rows, m]);
}

/** Transposes cores [r, d] and pads them with columns of zeros: [cores, d, min(d, m)]. */
function coresOf(factors: F): Tensor {
  const { core: first, basis } = ofHead(factors, 0);
  const d = first.columns;
  const columns = Math.min(d, basis.rows);
  const out = new Float32Array(factors.length * d * columns);
  for (const [head, { core }] of factors.entries()) {
    for (let k = 0; k < core.rows; k++) for (let j = 0; j < d; j++) out[(head * d + j) * columns + k] = core.get(k, j);
  }
  return tensor(out, [factors.length, d, columns]);
}
