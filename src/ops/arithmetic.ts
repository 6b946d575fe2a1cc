/** Elementwise arithmetic. The gradient walker undoes broadcasting, so no rule here mentions it. */
import { broadcast } from "../graph/shape.ts";
import { apply, type Binary, type Type, type Unary, type Value } from "../graph/value.ts";
import { lift } from "./constant.ts";

type Operand = Value | number;

function elementwise(name: string, [a, b]: readonly [Value, Value]): Type {
  if (a.dtype !== b.dtype) throw new TypeError(`${name}: cannot combine ${a.dtype} with ${b.dtype}; cast one of them`);
  return { dtype: a.dtype, shape: broadcast(name, a.shape, b.shape) };
}
const binary = (op: Binary, a: Operand, b: Operand): Value => {
  const dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
  return apply(op, [lift(a, dtype), lift(b, dtype)], {});
};
const same = ([x]: readonly [Value]): Type => ({ dtype: x.dtype, shape: x.shape });
const unary = (op: Unary, x: Value): Value => apply(op, [x], {});

const Add: Binary = { name: "Add", infer: (xs) => elementwise("add", xs), vjp: (dy) => [dy, dy] };
export const add = (a: Operand, b: Operand): Value => binary(Add, a, b);

const Sub: Binary = { name: "Sub", infer: (xs) => elementwise("sub", xs), vjp: (dy) => [dy, neg(dy)] };
export const sub = (a: Operand, b: Operand): Value => binary(Sub, a, b);

const Mul: Binary = {
  name: "Mul",
  infer: (xs) => elementwise("mul", xs),
  vjp: (dy, _, [a, b]) => [mul(dy, b), mul(dy, a)],
};
export const mul = (a: Operand, b: Operand): Value => binary(Mul, a, b);

// d(a / b) = da / b − (a / b) db / b
const Div: Binary = {
  name: "Div",
  infer: (xs) => elementwise("div", xs),
  vjp: (dy, y, [, b]) => [div(dy, b), neg(div(mul(dy, y), b))],
};
export const div = (a: Operand, b: Operand): Value => binary(Div, a, b);

const Neg: Unary = { name: "Neg", infer: same, vjp: (dy) => [neg(dy)] };
export const neg = (x: Value): Value => unary(Neg, x);

// d(exp x) = exp(x) dx
const Exp: Unary = { name: "Exp", infer: same, vjp: (dy, y) => [mul(dy, y)] };
export const exp = (x: Value): Value => unary(Exp, x);

// d(log x) = dx / x
const Log: Unary = { name: "Log", infer: same, vjp: (dy, _, [x]) => [div(dy, x)] };
export const log = (x: Value): Value => unary(Log, x);

// d(√x) = dx / 2√x
const Sqrt: Unary = { name: "Sqrt", infer: same, vjp: (dy, y) => [div(dy, mul(y, 2))] };
export const sqrt = (x: Value): Value => unary(Sqrt, x);

// d|x| = sign(x) dx
const Abs: Unary = { name: "Abs", infer: same, vjp: (dy, _, [x]) => [mul(dy, sign(x))] };
export const abs = (x: Value): Value => unary(Abs, x);

const Sign: Unary = { name: "Sign", infer: same, vjp: () => [null] };
export const sign = (x: Value): Value => unary(Sign, x);

// d sin x = cos(x) dx; d cos x = −sin(x) dx
const Sin: Unary = { name: "Sin", infer: same, vjp: (dy, _, [x]) => [mul(dy, cos(x))] };
export const sin = (x: Value): Value => unary(Sin, x);
const Cos: Unary = { name: "Cos", infer: same, vjp: (dy, _, [x]) => [neg(mul(dy, sin(x)))] };
export const cos = (x: Value): Value => unary(Cos, x);

const Floor: Unary = { name: "Floor", infer: same, vjp: () => [null] };
export const floor = (x: Value): Value => unary(Floor, x);
