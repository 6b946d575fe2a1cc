/** Numbers that are part of the graph. */
import { dimAt, numbersOf, shown } from "../graph/shape.ts";
import { apply, type Binary, type DType, dtypeOf, type Op, type Shape, type Unary, type Value } from "../graph/value.ts";

type Data = Float32Array | BigInt64Array | Uint32Array | Uint8Array;
const Constant: Op<{ shape: readonly number[]; value: Data }, readonly []> = {
  name: "Constant",
  attributes: { shape: "hidden", value: "tensor" },
  infer: (_, { shape, value }) => ({ shape, dtype: dtypeOf(value) }),
};

/** Creates a value of float32 numbers; a single number has the shape []. */
export function constant(data: number | Float32Array, shape?: readonly number[]): Value {
  const numbers = typeof data === "number" ? Float32Array.of(data) : data;
  const dims = shape ?? (typeof data === "number" ? [] : [numbers.length]);
  if (dims.reduce((n, d) => n * d, 1) !== numbers.length) {
    throw new RangeError(
      `constant: ${numbers.length} numbers do not fill the shape ${shown(dims)}; pass as many as the shape has`,
    );
  }
  return apply(Constant, [], { shape: dims, value: numbers });
}

/** Creates an int64 value of whole numbers: indices, axes, shapes. */
export const integers = (numbers: readonly number[], shape: readonly number[] = [numbers.length]): Value =>
  apply(Constant, [], { shape, value: BigInt64Array.from(numbers, BigInt) });

/** Creates a value of 32-bit words. */
export const words = (numbers: readonly number[], shape: readonly number[] = [numbers.length]): Value =>
  apply(Constant, [], { shape, value: Uint32Array.from(numbers) });

export const lift = (x: Value | number, dtype: DType = "float32"): Value =>
  typeof x !== "number" ? x : dtype === "int64" ? integers([x], []) : dtype === "uint32" ? words([x], []) : constant(x);

/** Returns the shape of `x` at run time, as an int64 vector. */
const ShapeOf: Unary = { name: "Shape", infer: ([x]) => ({ dtype: "int64", shape: [x.shape.length] }) };

const Pick: Binary<{ axis: number }> = {
  name: "Gather",
  attributes: { axis: "int" },
  infer: ([, at]) => ({ dtype: "int64", shape: at.shape }),
};
const Join: Op<{ axis: number }> = {
  name: "Concat",
  attributes: { axis: "int" },
  infer: (parts) => ({
    dtype: "int64",
    shape: [
      numbersOf(
        "shapeVector",
        parts.map((p) => dimAt(p.shape, 0)),
      ).reduce((n, size) => n + size, 0),
    ],
  }),
};

const Times: Binary = { name: "Mul", infer: ([a]) => ({ dtype: "int64", shape: a.shape }) };

/** Returns the run-time size of the axis `name`, found in `sources` by name or by factors, as an int64 vector [1]. */
export function sizeOfAxis(name: string, sources: readonly Value[]): Value {
  const source = sources.find((s) => s.shape.includes(name));
  if (!source && name.includes("*")) {
    const factors = name.split("*").map((f) => (/^\d+$/.test(f) ? integers([Number(f)]) : sizeOfAxis(f, sources)));
    return factors.reduce((a, b) => apply(Times, [a, b], {}));
  }
  if (!source)
    throw new RangeError(
      `the axis ${name} is in none of ${sources.map((s) => shown(s.shape)).join(", ")}; pass a source that has it`,
    );
  return apply(Pick, [apply(ShapeOf, [source], {}), integers([source.shape.indexOf(name)])], { axis: 0 });
}

/** Returns `target` as an int64 vector: constant if all axes are numbers, else read from `sources` at run time. */
export function shapeVector(target: Shape, sources: readonly Value[]): Value {
  if (target.every((d) => typeof d === "number")) return integers(target);
  const parts = target.map((d) => (typeof d === "number" ? integers([d]) : sizeOfAxis(d, sources)));
  return apply(Join, parts, { axis: 0 });
}
