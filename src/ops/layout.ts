/** Ops that rearrange numbers without changing them. */
import { axisOf, broadcast, dimAt, numbersOf, productOf, sameShape, shown, sizeAt } from "../graph/shape.ts";
import { apply, type Binary, type Dim, type Op, type Shape, type Unary, type Value } from "../graph/value.ts";
import { integers, shapeVector } from "./constant.ts";

const Transpose: Unary<{ perm: readonly number[] }> = {
  name: "Transpose",
  attributes: { perm: "ints" },
  infer: ([x], { perm }) => {
    if ([...perm].sort((a, b) => a - b).some((p, i) => p !== i) || perm.length !== x.shape.length) {
      throw new RangeError(`transpose: [${perm}] is not a permutation of the axes of ${shown(x.shape)}; list each axis once`);
    }
    return { dtype: x.dtype, shape: perm.map((p) => dimAt(x.shape, p)) };
  },
  vjp: (dy, _, __, { perm }) => [
    transpose(
      dy,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ],
};
export const transpose = (x: Value, perm: readonly number[]): Value =>
  perm.length === x.shape.length && perm.every((p, i) => p === i) ? x : apply(Transpose, [x], { perm });

/** Transposes the last two axes. */
export const swapLast = (x: Value): Value => {
  const n = x.shape.length;
  return transpose(x, [...Array(n - 2).keys(), n - 1, n - 2]);
};

const Reshape: Binary<{ shape: Shape }> = {
  name: "Reshape",
  attributes: { shape: "hidden" },
  infer: ([x], { shape }) => ({ dtype: x.dtype, shape }),
  vjp: (dy, _, [x]) => [reshape(dy, x.shape, x), null],
};

const factors = (shape: Shape): string => {
  const names = shape.flatMap((d) => (typeof d === "string" ? d.split("*") : []));
  const numbers = names.filter((n) => /^\d+$/.test(n)).map(Number);
  const count = [...shape.filter((d) => typeof d === "number"), ...numbers].reduce((n, d) => n * d, 1);
  return [count, ...names.filter((n) => !/^\d+$/.test(n)).sort()].join("*");
};

/**
 * Returns the same numbers in another shape. Named axes may be merged (`"batch*sequence"`), and split again if `x` was merged
 * from them or one of `sources` has them.
 */
export function reshape(x: Value, shape: Shape, ...sources: readonly Value[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (factors(x.shape) !== factors(shape)) {
    throw new RangeError(
      `reshape: ${shown(x.shape)} has ${factors(x.shape)} elements, but ${shown(shape)} has ${factors(shape)}; pass an equal product`,
    );
  }
  return apply(Reshape, [x, reshapeVector(x, shape, [...before(x), ...sources])], { shape });
}

/** Lists a value and the values it was reshaped from; each keeps its own gradient, so none is skipped. */
const before = (x: Value): readonly Value[] => (x.op === Reshape ? [x, ...x.inputs.slice(0, 1).flatMap(before)] : [x]);

/** Returns ONNX's form of a shape: 0 keeps an axis, −1 is inferred; otherwise the sizes are read at run time. */
function reshapeVector(x: Value, shape: Shape, sources: readonly Value[]): Value {
  const sizes = shape.map((d, i) => (typeof d === "number" ? d : x.shape[i] === d ? 0 : -1));
  const empty = shape.includes(0);
  if (!empty && sizes.filter((d) => d === -1).length <= 1) return integers(sizes);
  return shapeVector(shape, sources);
}

/** Inserts an axis of size 1 at each of `axes` (counted in the result). */
export function unsqueeze(x: Value, ...axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const on = new Set(axes.map((a) => (a < 0 ? a + rank : a)));
  let next = 0;
  return reshape(
    x,
    Array.from({ length: rank }, (_, i): Dim => (on.has(i) ? 1 : dimAt(x.shape, next++))),
  );
}

const Expand: Binary<{ shape: Shape }> = {
  name: "Expand",
  attributes: { shape: "hidden" },
  infer: ([x], { shape }) => {
    const fits = sameShape(broadcast("expand", x.shape, shape), shape);
    if (!fits) throw new RangeError(`expand: ${shown(x.shape)} does not broadcast to ${shown(shape)}; pass a larger shape`);
    return { dtype: x.dtype, shape };
  },
  vjp: (dy) => [dy, null],
};
/** Broadcasts `x` to `shape`; named axes take their size from `sources`. */
export const expand = (x: Value, shape: Shape, ...sources: readonly Value[]): Value =>
  sameShape(x.shape, shape) ? x : apply(Expand, [x, shapeVector(shape, [x, ...sources])], { shape });

const Concat: Op<{ axis: number }> = {
  name: "Concat",
  attributes: { axis: "int" },
  infer: (parts, { axis }) => {
    const [first] = parts;
    if (!first) throw new Error("internal: concat of no parts");
    for (const part of parts) {
      const fits = part.shape.length === first.shape.length && part.shape.every((d, i) => i === axis || d === first.shape[i]);
      if (!fits)
        throw new RangeError(
          `concat: ${shown(part.shape)} does not match ${shown(first.shape)}; pass shapes that are equal except for axis ${axis}`,
        );
    }
    const sizes = parts.map((p) => dimAt(p.shape, axis));
    const joined = sizes.every((d) => typeof d === "number") ? sizes.reduce((n, d) => n + d, 0) : sizes.join("+");
    return { dtype: first.dtype, shape: first.shape.map((d, i) => (i === axis ? joined : d)) };
  },
  vjp: (dy, _, parts, { axis }) => {
    const sizes = numbersOf(
      "concat's derivative",
      parts.map((p) => dimAt(p.shape, axis)),
    );
    let from = 0;
    return sizes.map((size) => slice(dy, axis, from, (from += size)));
  },
};
export function concat(parts: readonly Value[], axis: number): Value {
  const [first, ...others] = parts;
  if (!first) throw new RangeError("concat: got no values; pass at least one");
  return others.length === 0 ? first : apply(Concat, parts, { axis: axisOf("concat", axis, first.shape) });
}

const Slice: Op<{ axis: number; from: number; to: number }, readonly [Value, Value, Value, Value]> = {
  name: "Slice",
  attributes: { axis: "hidden", from: "hidden", to: "hidden" },
  infer: ([x], { axis, from, to }) => {
    const size = dimAt(x.shape, axis);
    if (from < 0 || to < from || (typeof size === "number" && to > size)) {
      throw new RangeError(
        `slice: [${from}, ${to}) is not within axis ${axis} of ${shown(x.shape)}; pass bounds within its size`,
      );
    }
    return { dtype: x.dtype, shape: x.shape.map((d, i) => (i === axis ? to - from : d)) };
  },
  vjp: (dy, _, [x], { axis, from, to }) => {
    const size = sizeAt("slice's derivative", x.shape, axis);
    return [pad(dy, axis, from, size - to)];
  },
};
/** Returns the part [from, to) of an axis. */
export function slice(x: Value, axis: number, from: number, to: number): Value {
  const a = axisOf("slice", axis, x.shape);
  if (from === 0 && to === x.shape[a]) return x;
  return apply(Slice, [x, integers([from]), integers([to]), integers([a])], { axis: a, from, to });
}

const Pad: Binary<{ axis: number; before: number; after: number }> = {
  name: "Pad",
  attributes: { axis: "hidden", before: "hidden", after: "hidden" },
  infer: ([x], { axis, before, after }) => {
    const size = sizeAt("pad", x.shape, axis);
    return { dtype: x.dtype, shape: x.shape.with(axis, size + before + after) };
  },
  vjp: (dy, _, [x], { axis, before }) => [slice(dy, axis, before, before + sizeAt("pad's derivative", x.shape, axis))],
};
/** Adds zeros before and after along one axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  const a = axisOf("pad", axis, x.shape);
  const zeros = (n: number) => x.shape.map((_, i) => (i === a ? n : 0));
  return apply(Pad, [x, integers([...zeros(before), ...zeros(after)])], { axis: a, before, after });
}

/** Merges adjacent axes [from, to) into one. */
export const merge = (x: Value, from: number, to: number): Value =>
  reshape(x, [...x.shape.slice(0, from), productOf(x.shape.slice(from, to)), ...x.shape.slice(to)]);
