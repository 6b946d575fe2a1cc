/** Softmax and its logarithm, by default along the last axis. */
import { axisOf } from "../graph/shape.ts";
import { apply, type Unary, type Value } from "../graph/value.ts";
import { exp, mul, sub } from "./arithmetic.ts";
import { sum } from "./reduce.ts";

// y = softmax x: dx = y (dy − Σ dy y)
const Softmax: Unary<{ axis: number }> = {
  name: "Softmax",
  attributes: { axis: "int" },
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  vjp: (dy, y, _, { axis }) => [mul(y, sub(dy, sum(mul(dy, y), axis, true)))],
};
export const softmax = (x: Value, axis = -1): Value => apply(Softmax, [x], { axis: axisOf("softmax", axis, x.shape) });

// y = log softmax x: dx = dy − exp(y) Σ dy
const LogSoftmax: Unary<{ axis: number }> = {
  name: "LogSoftmax",
  attributes: { axis: "int" },
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  vjp: (dy, y, _, { axis }) => [sub(dy, mul(exp(y), sum(dy, axis, true)))],
};
export const logSoftmax = (x: Value, axis = -1): Value => apply(LogSoftmax, [x], { axis: axisOf("logSoftmax", axis, x.shape) });
