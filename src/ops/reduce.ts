/** Ops along axes: sums, means, maxima, cumulative sums. */
import { axisOf, dimAt, numbersOf } from "../graph/shape.ts";
import { type Attrs, apply, type Binary, type Shape, type Unary, type Value } from "../graph/value.ts";
import { div, mul } from "./arithmetic.ts";
import { integers } from "./constant.ts";
import { expand, reshape } from "./layout.ts";
import { equal, indicator } from "./logic.ts";

interface ReduceAttrs extends Attrs {
  readonly axes: readonly number[];
  readonly keepdims: number;
}

const without = (shape: Shape, axes: readonly number[], keep: boolean): Shape =>
  shape.flatMap((d, i) => (axes.includes(i) ? (keep ? [1] : []) : [d]));

/** Restores the axes that a reduction removed, with size 1. */
const restore = (y: Value, x: Value, axes: readonly number[]): Value => reshape(y, without(x.shape, axes, true));

const reduction = (name: string, vjp: Binary<ReduceAttrs>["vjp"]): Binary<ReduceAttrs> => ({
  name,
  attributes: { axes: "hidden", keepdims: "int" },
  infer: ([x], { axes, keepdims }) => ({ dtype: x.dtype, shape: without(x.shape, axes, keepdims === 1) }),
  vjp,
});

type Reduce = (x: Value, axes?: readonly number[] | number, keep?: boolean) => Value;
const reducer =
  (what: string, op: Binary<ReduceAttrs>): Reduce =>
  (x, axes = [...x.shape.keys()], keep = false) => {
    const named = (typeof axes === "number" ? [axes] : axes).map((a) => axisOf(what, a, x.shape));
    const on = [...new Set(named)].sort((a, b) => a - b);
    return on.length === 0 ? x : apply(op, [x, integers(on)], { axes: on, keepdims: Number(keep) });
  };

const Sum = reduction("ReduceSum", (dy, _, [x], { axes }) => [expand(restore(dy, x, axes), x.shape, x)]);
/** Computes the sum over some axes (default: all). */
export const sum: Reduce = reducer("sum", Sum);

const Mean = reduction("ReduceMean", (dy, _, [x], { axes }) => {
  const count = numbersOf(
    "mean's derivative",
    axes.map((a) => dimAt(x.shape, a)),
  ).reduce((n, d) => n * d, 1);
  return [expand(mul(restore(dy, x, axes), 1 / count), x.shape, x)];
});
/** Computes the mean over some axes (default: all). */
export const mean: Reduce = reducer("mean", Mean);

// the cotangent goes to the greatest element, in equal parts on a tie
const Max = reduction("ReduceMax", (dy, y, [x], { axes }) => {
  const hit = indicator(equal(x, restore(y, x, axes)));
  return [mul(hit, div(restore(dy, x, axes), sum(hit, axes, true)))];
});
/** Computes the maximum over some axes (default: all). */
export const max: Reduce = reducer("max", Max);

const ArgMax: Unary<{ axis: number; keepdims: number }> = {
  name: "ArgMax",
  attributes: { axis: "int", keepdims: "int" },
  infer: ([x], { axis, keepdims }) => ({ dtype: "int64", shape: without(x.shape, [axis], keepdims === 1) }),
};
/** Returns the index of the greatest element along an axis (the first on a tie), as int64. */
export const argmax = (x: Value, axis = -1, keep = false): Value =>
  apply(ArgMax, [x], { axis: axisOf("argmax", axis, x.shape), keepdims: Number(keep) });

const CumSum: Binary<{ axis: number; exclusive: number; reverse: number }> = {
  name: "CumSum",
  attributes: { axis: "hidden", exclusive: "int", reverse: "int" },
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  vjp: (dy, _, __, { axis, exclusive, reverse }) => [cumsum(dy, axis, { exclusive: exclusive === 1, reverse: reverse !== 1 })],
};
/** Computes the cumulative sum along an axis, with or without the element itself, from either end. */
export function cumsum(x: Value, axis: number, { exclusive = false, reverse = false } = {}): Value {
  const on = axisOf("cumsum", axis, x.shape);
  return apply(CumSum, [x, integers([on], [])], { axis: on, exclusive: Number(exclusive), reverse: Number(reverse) });
}
