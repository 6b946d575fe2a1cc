/** Elementwise arithmetic. The gradient walker undoes broadcasting, so no rule here mentions it. */
import { broadcast } from "../graph/shape.ts";
import { apply, type Op, type Type, type Value } from "../graph/value.ts";
import { lift } from "./constant.ts";

type Operand = Value | number;

function elementwise(name: string, [a, b]: readonly Value[]): Type {
  if (a!.dtype !== b!.dtype) throw new TypeError(`${name}: cannot combine ${a!.dtype} with ${b!.dtype}; cast one of them`);
  return { dtype: a!.dtype, shape: broadcast(name, a!.shape, b!.shape) };
}
const binary = (op: Op, a: Operand, b: Operand): Value => {
  const dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
  return apply(op, [lift(a, dtype), lift(b, dtype)], {});
};
const same = ([x]: readonly Value[]): Type => ({ dtype: x!.dtype, shape: x!.shape });
const unary = (op: Op, x: Value): Value => apply(op, [x], {});

const Add: Op = { name: "Add", infer: (xs) => elementwise("add", xs), vjp: (dy) => [dy, dy] };
export const add = (a: Operand, b: Operand): Value => binary(Add, a, b);

const Sub: Op = { name: "Sub", infer: (xs) => elementwise("sub", xs), vjp: (dy) => [dy, neg(dy)] };
export const sub = (a: Operand, b: Operand): Value => binary(Sub, a, b);

const Mul: Op = {
  name: "Mul",
  infer: (xs) => elementwise("mul", xs),
  vjp: (dy, _, [a, b]) => [mul(dy, b!), mul(dy, a!)],
};
export const mul = (a: Operand, b: Operand): Value => binary(Mul, a, b);

// d(a / b) = da / b − (a / b) db / b
const Div: Op = {
  name: "Div",
  infer: (xs) => elementwise("div", xs),
  vjp: (dy, y, [, b]) => [div(dy, b!), neg(div(mul(dy, y), b!))],
};
export const div = (a: Operand, b: Operand): Value => binary(Div, a, b);

const Neg: Op = { name: "Neg", infer: same, vjp: (dy) => [neg(dy)] };
export const neg = (x: Value): Value => unary(Neg, x);

// d(exp x) = exp(x) dx
const Exp: Op = { name: "Exp", infer: same, vjp: (dy, y) => [mul(dy, y)] };
export const exp = (x: Value): Value => unary(Exp, x);

// d(log x) = dx / x
const Log: Op = { name: "Log", infer: same, vjp: (dy, _, [x]) => [div(dy, x!)] };
export const log = (x: Value): Value => unary(Log, x);

// d(√x) = dx / 2√x
const Sqrt: Op = { name: "Sqrt", infer: same, vjp: (dy, y) => [div(dy, mul(y, 2))] };
export const sqrt = (x: Value): Value => unary(Sqrt, x);

// d|x| = sign(x) dx
const Abs: Op = { name: "Abs", infer: same, vjp: (dy, _, [x]) => [mul(dy, sign(x!))] };
export const abs = (x: Value): Value => unary(Abs, x);

const Sign: Op = { name: "Sign", infer: same, vjp: () => [null] };
export const sign = (x: Value): Value => unary(Sign, x);

// d sin x = cos(x) dx; d cos x = −sin(x) dx
const Sin: Op = { name: "Sin", infer: same, vjp: (dy, _, [x]) => [mul(dy, cos(x!))] };
export const sin = (x: Value): Value => unary(Sin, x);
const Cos: Op = { name: "Cos", infer: same, vjp: (dy, _, [x]) => [neg(mul(dy, sin(x!)))] };
export const cos = (x: Value): Value => unary(Cos, x);

const Floor: Op = { name: "Floor", infer: same, vjp: () => [null] };
export const floor = (x: Value): Value => unary(Floor, x);
