/** Ops that read or write by index: embedding tables, one element per row, positions. */
import { axisOf, productOf, shown } from "../graph/shape.ts";
import { apply, type Binary, type Dim, type Shape, type Ternary, type Unary, type Value } from "../graph/value.ts";
import { constant, integers, sizeOfAxis } from "./constant.ts";
import { expand, reshape, unsqueeze } from "./layout.ts";

const zerosLike = (x: Value): Value => expand(constant(0), x.shape, x);

// d table[k] sums the cotangents of all positions that read row k
const Gather: Binary<{ axis: number }> = {
  name: "Gather",
  attributes: { axis: "int" },
  infer: ([table, at]) => ({ dtype: table.dtype, shape: [...at.shape, ...table.shape.slice(1)] }),
  vjp: (dy, _, [table, at]) => {
    const rest = table.shape.slice(1);
    const count = productOf(at.shape);
    const index = expand(reshape(at, [count, ...rest.map(() => 1)]), [count, ...rest], table);
    return [scatterOnto(zerosLike(table), index, reshape(dy, [count, ...rest]), 0), null];
  },
};
/** Reads rows of a table by int64 index: [v, ..] and [b, i] → [b, i, ..]. */
export const gather = (table: Value, at: Value): Value => apply(Gather, [table, at], { axis: 0 });

const GatherElements: Binary<{ axis: number }> = {
  name: "GatherElements",
  attributes: { axis: "int" },
  infer: ([x, at], { axis }) => {
    const fits = at.shape.length === x.shape.length && at.shape.every((d, i) => i === axis || d === x.shape[i]);
    if (!fits)
      throw new RangeError(
        `take: the index is ${shown(at.shape)} for a value of ${shown(x.shape)}; pass an index of its shape except for axis ${axis}`,
      );
    return { dtype: x.dtype, shape: at.shape };
  },
  vjp: (dy, _, [x, at], { axis }) => [scatterOnto(zerosLike(x), at, dy, axis), null],
};
/** Reads one element per index along an axis; the index has the shape of `x` except for that axis. */
export const take = (x: Value, at: Value, axis = -1): Value =>
  apply(GatherElements, [x, at], { axis: axisOf("take", axis, x.shape) });

// ScatterND with "add" loses updates on several threads in ONNX Runtime; ScatterElements does not
const ScatterElements: Ternary<{ axis: number; reduction: string }> = {
  name: "ScatterElements",
  attributes: { axis: "int", reduction: "string" },
  infer: ([zeros]) => ({ dtype: zeros.dtype, shape: zeros.shape }),
  vjp: (dy, _, [, at], { axis }) => [dy, null, take(dy, at, axis)],
};
/** Returns `x` with `updates` added at `index` along `axis`; equal indices add up. */
export const scatterOnto = (x: Value, index: Value, updates: Value, axis: number): Value =>
  apply(ScatterElements, [x, index, updates], { axis, reduction: "add" });
/** Returns zeros of `shape` with `updates` added at `index` along `axis`; equal indices add up. */
export const scatterAdd = (shape: readonly number[], index: Value, updates: Value, axis: number): Value =>
  scatterOnto(expand(constant(0), shape), index, updates, axis);

const TopK: Binary<{ axis: number; sorted: number; size: Dim }> = {
  name: "TopK",
  attributes: { axis: "int", sorted: "int", size: "hidden" },
  output: 1,
  infer: ([x], { axis, size }) => ({ dtype: "int64", shape: x.shape.with(axis, size) }),
};
/** A size that only a run knows: its number, int64 [1], and a name that no other size of the graph has. */
export interface RunTimeSize {
  readonly count: Value;
  readonly name: string;
}
/**
 * Returns the indices of the greatest elements of the last axis (the first on a tie), in any order, as int64. The count is a
 * number, or known only at run time; then its axis is named.
 */
export function topIndices(x: Value, count: number | RunTimeSize): Value {
  const axis = x.shape.length - 1;
  const size = x.shape[axis];
  if (typeof count !== "number") return apply(TopK, [x, count.count], { axis, sorted: 0, size: count.name });
  if (count < 1 || (typeof size === "number" && count > size))
    throw new RangeError(`topIndices: cannot take ${count} of ${shown(x.shape)}; use 1 to ${size}`);
  return apply(TopK, [x, integers([count])], { axis, sorted: 0, size: count });
}

const ScatterND: Ternary = {
  name: "ScatterND",
  infer: ([x, at, updates]) => {
    const fits = at.shape[0] === updates.shape[0] && updates.shape.slice(1).every((d, k) => d === x.shape[k + 1]);
    if (fits && updates.shape.length === x.shape.length) return { dtype: x.dtype, shape: x.shape };
    throw new RangeError(
      `scatterRows: rows ${shown(updates.shape)} at ${shown(at.shape.slice(0, 1))} do not fit ${shown(x.shape)}; pass [n, ..] at [n]`,
    );
  },
};
/** Returns `x` with other rows at the int64 indices `at`, which must be distinct: [v, ..], [n] and [n, ..] → [v, ..]. */
export const scatterRows = (x: Value, at: Value, rows: Value): Value => apply(ScatterND, [x, unsqueeze(at, 1), rows], {});

const Squeeze: Unary = { name: "Squeeze", infer: ([x]) => ({ dtype: x.dtype, shape: [] }) };
const Range: Ternary<{ size: Dim }> = {
  name: "Range",
  attributes: { size: "hidden" },
  infer: (_, { size }) => ({ dtype: "int64", shape: [size] as Shape }),
};
/** Returns 0, 1, 2 … as int64 [size]; a named `size` is read from one of `sources` at run time. */
export function range(size: Dim, ...sources: readonly Value[]): Value {
  const end = typeof size === "number" ? integers([size], []) : apply(Squeeze, [sizeOfAxis(size, sources)], {});
  return apply(Range, [integers([0], []), end, integers([1], [])], { size });
}
