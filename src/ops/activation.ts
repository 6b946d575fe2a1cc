/** The non-linear functions of feed-forward layers. */
import { apply, type Type, type Unary, type Value } from "../graph/value.ts";
import { add, exp, mul, sub } from "./arithmetic.ts";
import { greater, where } from "./logic.ts";

const same = ([x]: readonly [Value]): Type => ({ dtype: x.dtype, shape: x.shape });
const unary = (op: Unary, x: Value): Value => apply(op, [x], {});

// d tanh x = (1 − tanh² x) dx
const Tanh: Unary = { name: "Tanh", infer: same, vjp: (dy, y) => [mul(dy, sub(1, mul(y, y)))] };
export const tanh = (x: Value): Value => unary(Tanh, x);

// d σ(x) = σ(x) (1 − σ(x)) dx
const Sigmoid: Unary = { name: "Sigmoid", infer: same, vjp: (dy, y) => [mul(dy, mul(y, sub(1, y)))] };
export const sigmoid = (x: Value): Value => unary(Sigmoid, x);

// d erf x = 2/√π exp(−x²) dx
const Erf: Unary = {
  name: "Erf",
  infer: same,
  vjp: (dy, _, [x]) => [mul(dy, mul(exp(mul(mul(x, x), -1)), 2 / Math.sqrt(Math.PI)))],
};
export const erf = (x: Value): Value => unary(Erf, x);

const Relu: Unary = { name: "Relu", infer: same, vjp: (dy, y) => [where(greater(y, 0), dy, 0)] };
export const relu = (x: Value): Value => unary(Relu, x);

/** Computes x·σ(x), also called swish (Elfwing et al. 2017). */
export const silu = (x: Value): Value => mul(x, sigmoid(x));

const ROOT_HALF = Math.SQRT1_2;
const TWICE_ROOT = 2 * Math.sqrt(2 / Math.PI);

// exact: d(x Φ(x)) = (Φ(x) + x φ(x)) dx
// tanh:  with 2u = 2√(2/π)(x + 0.044715 x³) and s = σ(2u), y = x s and dy = (s + y (1−s) 2u′) dx
const Gelu: Unary<{ approximate: "none" | "tanh" }> = {
  name: "Gelu",
  attributes: { approximate: "string" },
  infer: same,
  vjp: (dy, y, [x], { approximate }) => {
    const square = mul(x, x);
    if (approximate === "none") {
      const cdf = mul(add(erf(mul(x, ROOT_HALF)), 1), 0.5);
      const density = mul(exp(mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [mul(dy, add(cdf, mul(x, density)))];
    }
    const cubic = mul(square, 0.044715 * TWICE_ROOT);
    const s = sigmoid(mul(x, add(cubic, TWICE_ROOT)));
    const slope = add(mul(cubic, 3), TWICE_ROOT);
    return [mul(dy, add(s, mul(mul(y, slope), sub(1, s))))];
  },
};
/** Computes the Gaussian error linear unit (Hendrycks & Gimpel 2016), exact or in the tanh approximation. */
export const gelu = (x: Value, approximate: "none" | "tanh" = "none"): Value => apply(Gelu, [x], { approximate });
