/**
 * The difference between the weights of a head in two models, independent of the basis of queries, keys and values: only the
 * maps W_Q W_Kᵀ and W_V W_O are compared, which a change of basis inside a head does not alter. No matrix is larger than twice
 * the head width squared, since ‖X Yᵀ‖² = tr(XᵀX · YᵀY) and ⟨X Yᵀ, X′Y′ᵀ⟩ = tr(XᵀX′ · Y′ᵀY). All sums are in double precision.
 */

import { dims3 } from "../../graph/shape.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { featuresOf, scoreHeadsAt } from "../../models/features-of.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Transformer } from "../../models/transformer.ts";
import type { FixedPattern } from "../../nn/features/fixed-heads.ts";
import { floats, type Tensor } from "../../run/tensor.ts";
import { addTo, dot, numberAt, rowOf } from "../../stats/sums.ts";
import type { SharedHead } from "./align.ts";

export interface WeightChange {
  /**
   * The change of W_Q W_Kᵀ and of W_V W_O; null if A's is zero and B's is not. A fixed head has no W_Q W_Kᵀ: 0 if it has the
   * same pattern in both, else null.
   */
  readonly queryKey: number | null;
  readonly valueOutput: number | null;
  /** Lower triangle [2d, 2d] with ‖[z − z′, z′] L‖ = ‖z W_O − z′ W_O′‖; its first [d, d] gives ‖z W_O‖. */
  readonly writing: Float64Array;
}

/** The weights of one head as columns: [rows, d], row by row. */
type Columns = Float64Array;

export function weightChange(a: Transformer, b: Transformer, head: SharedHead): WeightChange {
  const d = a.config.headWidth;
  const [x, y] = [columnsOf(a, head.layer, head.inA), columnsOf(b, head.layer, head.inB)];
  const v = grams(x.value, y.value, d);
  const o = grams(x.output, y.output, d);
  return {
    queryKey: scoringChange(x.scoring, y.scoring, d),
    valueOutput: mapChange(v, o),
    writing: triangle(grams(x.output, difference(x.output, y.output), d), d),
  };
}

/** The values that determine the pattern of a head: its weights, or for a fixed head the pattern itself. */
type Scoring = { readonly query: Columns; readonly key: Columns } | { readonly fixed: FixedPattern };

function scoringChange(a: Scoring, b: Scoring, d: number): number | null {
  if ("fixed" in a || "fixed" in b) return JSON.stringify(a) === JSON.stringify(b) ? 0 : null;
  return mapChange(grams(a.query, b.query, d), grams(a.key, b.key, d));
}

interface HeadColumns {
  readonly scoring: Scoring;
  readonly value: Columns;
  readonly output: Columns;
}

function columnsOf({ config, weights }: Transformer, layer: number, head: number): HeadColumns {
  const { wq, wk, wv, wo } = ofLayer(weights.layers, layer).attention;
  const heads = ofLayer(config.heads, layer);
  const keyValueHead = Math.floor((head * ofLayer(config.keyValueHeads, layer)) / heads);
  const { fixed = [], talking } = featuresOf(config, `${layer}`);
  const pattern = fixed[head];
  const own = numberAt(scoreHeadsAt(config, `${layer}`, heads), head) - fixed.length;
  const key = talking || fixed.length > 0 ? own : keyValueHead;
  return {
    scoring: pattern === undefined ? { query: middle(wq, own), key: middle(wk, key) } : { fixed: pattern },
    value: middle(wv, keyValueHead),
    output: turned(wo, head, config),
  };
}

/** Returns head `head` of a tensor [m, h, d]: [m, d]. */
function middle(weight: Tensor, head: number): Columns {
  const [m, h, d] = dims3(weight.shape);
  const data = floats(weight);
  const out = new Float64Array(m * d);
  for (let row = 0; row < m; row++) out.set(rowOf(data, row * h + head, d), row * d);
  return out;
}

/** Returns head `head` of a tensor [h, d, m]: [m, d]. */
function turned(weight: Tensor, head: number, { width: m, headWidth: d }: TransformerConfig): Columns {
  const out = new Float64Array(m * d);
  for (let j = 0; j < d; j++) for (const [row, x] of rowOf(floats(weight), head * d + j, m).entries()) out[row * d + j] = x;
  return out;
}

const difference = (x: Columns, y: Columns): Columns => x.map((value, k) => value - numberAt(y, k));

/** XᵀX, XᵀX′ and X′ᵀX′: [d, d] each. */
interface Grams {
  readonly aa: Float64Array;
  readonly ab: Float64Array;
  readonly bb: Float64Array;
}

const grams = (x: Columns, y: Columns, d: number): Grams => ({ aa: gram(x, x, d), ab: gram(x, y, d), bb: gram(y, y, d) });

function gram(x: Columns, y: Columns, d: number): Float64Array {
  const out = new Float64Array(d * d);
  const rows = Array.from({ length: d }, (_, j) => rowOf(out, j, d));
  for (let row = 0; row < x.length / d; row++) {
    const [left, right] = [rowOf(x, row, d), rowOf(y, row, d)];
    for (const [j, into] of rows.entries()) addTo(into, right, left[j]!);
  }
  return out;
}

/** Computes ‖XYᵀ − X′Y′ᵀ‖ / ‖XYᵀ‖. */
function mapChange(x: Grams, y: Grams): number | null {
  const own = dot(x.aa, y.aa);
  const square = own + dot(x.bb, y.bb) - 2 * dot(x.ab, y.ab);
  if (own > 0) return Math.sqrt(Math.max(0, square) / own);
  return square > 0 ? null : 0;
}

/** A pivot this much smaller than its diagonal is rounding. */
const NOTHING = 1e-13;

/**
 * Returns L with L Lᵀ = S Sᵀ for S = [W_O; W_O − W_O′] (Cholesky), so that ‖x L‖ = ‖x S‖ at a width of 2d instead of m; a
 * column that depends on those before it is zero. For equal weights the lower half is exactly zero.
 */
function triangle(o: Grams, d: number): Float64Array {
  const n = 2 * d;
  const l = new Float64Array(n * n);
  const rowDot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < j; k++) sum += l[i * n + k]! * l[j * n + k]!;
    return sum;
  };
  for (let j = 0; j < n; j++) {
    const diagonal = stacked(o, d, j, j);
    const pivot = diagonal - rowDot(j, j);
    if (pivot <= NOTHING * diagonal) continue;
    const root = Math.sqrt(pivot);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) l[i * n + j] = (stacked(o, d, i, j) - rowDot(i, j)) / root;
  }
  return l;
}

/** Returns the product of rows i ≥ j of S. */
function stacked({ aa, ab, bb }: Grams, d: number, i: number, j: number): number {
  if (i < d) return numberAt(aa, i * d + j);
  return j < d ? numberAt(ab, j * d + i - d) : numberAt(bb, (i - d) * d + j - d);
}
