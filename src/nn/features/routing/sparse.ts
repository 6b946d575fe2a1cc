/**
 * Attention that computes only the picked (token, head) pairs, for inference: a routed head projects, scores, mixes and writes
 * the rows of the tokens that pick it. All heads get as many rows as the head with the most tokens of any text, a size known
 * only at run time; the rows that a head has too many belong to tokens that did not pick it, and their gates are zero. So
 * nothing is dropped, and the result is that of the dense form.
 * Axes: b batch, i query, j key, e routed head, c picked row, s shared head, g key/value head, d head width, m model width.
 */
import { dimAt, dims3, productOf, sizeAt } from "../../../graph/shape.ts";
import type { Value } from "../../../graph/value.ts";
import { add, mul } from "../../../ops/arithmetic.ts";
import { constant, integers, shapeVector } from "../../../ops/constant.ts";
import { einsum } from "../../../ops/einsum.ts";
import { gather, range, scatterRows, topIndices } from "../../../ops/index-by.ts";
import { concat, expand, reshape, slice, transpose, unsqueeze } from "../../../ops/layout.ts";
import { cast, greater, where } from "../../../ops/logic.ts";
import { matmul } from "../../../ops/matmul.ts";
import { max, sum } from "../../../ops/reduce.ts";
import { softmax } from "../../../ops/softmax.ts";
import type { Routed } from "./gates.ts";

/** An attention's inputs, its projected keys and values, and how it masks and rotates. */
export interface Parts {
  readonly x: Value;
  /** m h d */
  readonly wq: Value;
  /** h d */
  readonly bq?: Value;
  /** [b, j, g, d] */
  readonly k: Value;
  readonly v: Value;
  /** Broadcasts to [b, 1, i, j]. */
  readonly mask?: Value;
  /** Rotates [b, i, h, d] by position, or [b, e, c, d] by the positions of its rows, int64 [b, e, c]. */
  readonly rotate: (x: Value, rows?: Value) => Value;
}

/** Returns the outputs of heads after their gates, [b, i, h, d]; `name` is of this attention only. */
export function sparseHeads(parts: Parts, { gates, picked }: Routed, name: string): Value {
  const heads = sizeAt("routing", parts.wq.shape, 1);
  const shared = heads - sizeAt("routing", picked.shape, 2);
  const own = slice(gates, -1, shared, heads);
  const z = [
    ...(shared > 0 ? [sharedOutputs(headsOf(parts, 0, shared), slice(gates, -1, 0, shared))] : []),
    ...(heads > shared ? [routedOutputs(headsOf(parts, shared, heads), own, picked, name)] : []),
  ];
  return concat(z, 2);
}

/** Returns the parts of some heads, with a key/value head for each of them, or one for all. */
function headsOf(parts: Parts, from: number, to: number): Parts {
  const { wq, bq, k, v } = parts;
  const size = sizeAt("routing", wq.shape, 1) / sizeAt("routing", k.shape, 2);
  const groups = Array.from({ length: to - from }, (_, head) => Math.floor((from + head) / size));
  const select = (x: Value): Value => {
    if (x.shape[2] === 1) return x;
    if (size === 1) return slice(x, 2, from, to);
    return concat(
      groups.map((group) => slice(x, 2, group, group + 1)),
      2,
    );
  };
  return { ...parts, wq: slice(wq, 1, from, to), bq: bq && slice(bq, 0, from, to), k: select(k), v: select(v) };
}

const scale = ({ wq }: Parts): number => 1 / Math.sqrt(sizeAt("routing", wq.shape, 2));

function sharedOutputs(parts: Parts, gates: Value): Value {
  const { x, wq, bq, mask, rotate } = parts;
  const product = einsum("b i m, m s d -> b i s d", x, wq);
  const q = transpose(rotate(bq ? add(product, bq) : product), [0, 2, 1, 3]);
  const z = attend(parts, q, mask);
  return mul(transpose(z, [0, 2, 1, 3]), unsqueeze(gates, 3));
}

/** Attends with queries [b, h, c, d] and a mask that broadcasts to [b, h, c, j]. */
function attend(parts: Parts, q: Value, mask?: Value): Value {
  const scores = mul(matmul(q, transpose(parts.k, [0, 2, 3, 1])), scale(parts));
  return matmul(softmax(mask ? add(scores, mask) : scores), transpose(parts.v, [0, 2, 1, 3]));
}

function routedOutputs(parts: Parts, gates: Value, picked: Value, name: string): Value {
  const { x, wq, bq, rotate } = parts;
  const [b, n, m] = dims3(x.shape);
  const [heads, d] = [sizeAt("routing", wq.shape, 1), sizeAt("routing", wq.shape, 2)];
  const tokens = pickedTokens(picked, `${name}.rows`);
  const c = dimAt(tokens.shape, 2);
  // the rows of x as [b i, m], and of gates and outputs as [b i e, …]
  const first = mul(range(b, x), shapeVector([n], [x]));
  const rows = add(tokens, unsqueeze(first, 1, 2));
  const cells = add(mul(rows, integers([heads], [])), unsqueeze(range(heads), 0, 2));
  const product = matmul(gather(reshape(x, [productOf([b, n]), m]), rows), transpose(wq, [1, 0, 2]));
  const q = rotate(bq ? add(product, unsqueeze(bq, 1)) : product, tokens);
  const open = gather(reshape(gates, [productOf([b, n, heads])], x), cells);
  const z = mul(attend(parts, q, maskOf(parts, tokens, rows)), unsqueeze(open, 3));
  const zeros = expand(constant(0), [productOf([b, n, heads]), d], x);
  const flat = productOf([b, heads, c]);
  const written = scatterRows(zeros, reshape(cells, [flat], tokens), reshape(z, [flat, d], tokens));
  return reshape(written, [b, n, heads, d], x);
}

/**
 * Returns the tokens that pick each head, int64 [b, e, c], and tokens that do not, up to the greatest count `c` of any head.
 * `name` is the name of this size.
 */
function pickedTokens(picked: Value, name: string): Value {
  const byHead = transpose(picked, [0, 2, 1]);
  const most = max(sum(byHead, 2));
  return topIndices(byHead, { count: reshape(cast(where(greater(most, 1), most, 1), "int64"), [1]), name });
}

/** Returns the mask of the picked rows, which broadcasts to [b, e, c, j]. */
function maskOf({ mask }: Parts, tokens: Value, rows: Value): Value | undefined {
  if (!mask || mask.shape.length < 2 || mask.shape.at(-2) === 1) return mask;
  if (mask.shape.length === 2) return gather(mask, tokens);
  const [b, , i, j] = mask.shape as readonly [Value["shape"][number], 1, Value["shape"][number], Value["shape"][number]];
  return b === 1 ? gather(reshape(mask, [i, j]), tokens) : gather(reshape(mask, [productOf([b, i]), j]), rows);
}
