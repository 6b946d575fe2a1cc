/** Comparisons, choices and casts. */
import { broadcast } from "../graph/shape.ts";
import {
  apply,
  type Binary,
  type DType,
  ELEMENT_TYPES,
  type Ternary,
  type Type,
  type Unary,
  type Value,
} from "../graph/value.ts";
import { constant, lift } from "./constant.ts";

const compare = (name: string): Binary => ({
  name,
  infer: ([a, b]): Type => {
    if (a.dtype !== b.dtype) throw new TypeError(`${name}: cannot compare ${a.dtype} with ${b.dtype}; cast one of them`);
    return { dtype: "bool", shape: broadcast(name, a.shape, b.shape) };
  },
});
type Compare = (a: Value, b: Value | number) => Value;
const comparison = (name: string): Compare => {
  const op = compare(name);
  return (a, b) => apply(op, [a, lift(b, a.dtype)], {});
};
export const equal = comparison("Equal");
export const greater = comparison("Greater");
export const greaterOrEqual = comparison("GreaterOrEqual");
export const less = comparison("Less");
export const lessOrEqual = comparison("LessOrEqual");
const andOp = comparison("And");
export const and = (a: Value, b: Value): Value => andOp(a, b);
const orOp = comparison("Or");
export const or = (a: Value, b: Value): Value => orOp(a, b);

const Not: Unary = { name: "Not", infer: ([x]) => ({ dtype: "bool", shape: x.shape }) };
export const not = (x: Value): Value => apply(Not, [x], {});

const DTYPES = new Map(Object.entries(ELEMENT_TYPES).map(([dtype, code]) => [code, dtype as DType]));
const Cast: Unary<{ to: number }> = {
  name: "Cast",
  attributes: { to: "int" },
  infer: ([x], { to }) => ({ dtype: DTYPES.get(to)!, shape: x.shape }),
  vjp: (dy, _, [x]) => [x.dtype === "float32" ? dy : null],
};
export const cast = (x: Value, dtype: DType): Value => (x.dtype === dtype ? x : apply(Cast, [x], { to: ELEMENT_TYPES[dtype] }));

// the cotangent goes to the chosen operand
const Where: Ternary = {
  name: "Where",
  infer: ([c, a, b]) => {
    if (a.dtype !== b.dtype) throw new TypeError(`where: cannot choose between ${a.dtype} and ${b.dtype}; cast one of them`);
    return { dtype: a.dtype, shape: broadcast("where", c.shape, broadcast("where", a.shape, b.shape)) };
  },
  vjp: (dy, _, [c]) => [null, where(c, dy, constant(0)), where(c, constant(0), dy)],
};
/** Selects `a` where `condition` is true, else `b`. */
export const where = (condition: Value, a: Value | number, b: Value | number): Value => {
  const dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
  return apply(Where, [condition, lift(a, dtype), lift(b, dtype)], {});
};

/** Limits numbers to [low, high]; the derivative is 1 within and at both ends, 0 beyond. */
export function clamp(x: Value, low: number, high: number): Value {
  const above = where(less(x, low), low, x);
  return where(greater(above, high), high, above);
}

/** Returns 1 where `condition` is true, else 0, as float32. */
export const indicator = (condition: Value): Value => cast(condition, "float32");
