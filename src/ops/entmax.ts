/**
 * α-entmax (Peters et al. 2019): pⱼ = [(α−1) xⱼ − τ]₊^{1/(α−1)} along the last axis, where τ makes the sum 1. Softmax is the
 * limit α → 1; α = 2 is sparsemax (Martins & Astudillo 2016). For α > 1, numbers far below the largest become exactly 0.
 */
import { apply, type Binary, type Value } from "../graph/value.ts";
import { relu } from "./activation.ts";
import { add, div, exp, log, mul, sqrt, sub } from "./arithmetic.ts";
import { constant, integers } from "./constant.ts";
import { greater, indicator, less, where } from "./logic.ts";
import { withDerivative } from "./own-derivative.ts";
import { max, sum } from "./reduce.ts";
import { softmax } from "./softmax.ts";

/** The smallest and the largest α. */
export const ALPHAS = { least: 1.01, most: 2 } as const;

type Alpha = Value | number;

/**
 * Computes entmax along the last axis. `alpha` is a number from 1.01 to 2, or 1 for softmax; or a value in that range that
 * broadcasts to `x` and has size 1 along the last axis. Throws `RangeError` for other numbers.
 */
export function entmax(x: Value, alpha: Alpha): Value {
  if (alpha === 1) return softmax(x);
  if (typeof alpha === "number" && !(alpha >= ALPHAS.least && alpha <= ALPHAS.most))
    throw new RangeError(`entmax: alpha is ${alpha}; use a number from ${ALPHAS.least} to ${ALPHAS.most}, or 1 for softmax`);
  const { scaled, start, steps, step, power } = iterationOf(alpha);
  const u = scaled(sub(x, max(x, -1, true)));
  let tau: Alpha = start;
  for (let k = 0; k < steps; k++) tau = add(tau, step(sub(u, tau)));
  const mass = power(relu(sub(u, tau)));
  const y = div(mass, total(mass));
  if (typeof alpha === "number") return withDerivative(y, [x], (dy, p) => [byScores(dy, partsOf(p, alpha))]);
  return withDerivative(y, [x, alpha], (dy, p) => {
    const parts = partsOf(p, alpha);
    return [byScores(dy, parts), byAlpha(dy, parts)];
  });
}

const excessOf = (alpha: Alpha): Alpha => (typeof alpha === "number" ? alpha - 1 : sub(alpha, 1));
const total = (x: Value): Value => sum(x, -1, true);

/**
 * Newton's method for ‖[u − τ]₊‖ = 1 with u = (α−1)(x − max x), in the norm of order m = 1/(α−1): convex in τ, so from τ = −1 it
 * rises to the solution. The numbers of steps reach the precision of float32 for up to 1,024 keys.
 */
interface Iteration {
  /** Scales the differences from the largest score. */
  readonly scaled: (x: Value) => Value;
  readonly start: number;
  readonly steps: number;
  /** Returns the step from d = u − τ; with r = [d]₊ it is (‖r‖ − 1) Σrᵐ / (Σrᵐ⁻¹ ‖r‖). */
  readonly step: (d: Value) => Value;
  /** Returns rᵐ, up to a factor. */
  readonly power: (r: Value) => Value;
}

function iterationOf(alpha: Alpha): Iteration {
  if (alpha === 2) return { scaled: (x) => x, start: -1, steps: 8, step: linearStep, power: (r) => r };
  // without the scale of ½, the norm is 2 instead of 1
  if (alpha === 1.5) return { scaled: (x) => x, start: -2, steps: 5, step: quadraticStep, power: (r) => mul(r, r) };
  const excess = excessOf(alpha);
  const order = div(1, excess);
  const power = (r: Value) => exp(mul(log(r), order));
  const step = (d: Value) => {
    const r = relu(d);
    const mass = power(r); // exactly 0 where r is: m ≥ 1, and exp(−∞) = 0
    const whole = total(mass);
    const size = exp(mul(log(whole), excess));
    return div(mul(sub(size, 1), whole), mul(total(div(mass, atLeast(r, TINY))), size));
  };
  const steps = typeof alpha === "number" && alpha < 1.5 ? 5 : 8;
  return { scaled: (x) => mul(x, excess), start: -1, steps, step, power };
}

function linearStep(d: Value): Value {
  return div(sub(total(relu(d)), 1), total(indicator(greater(d, 0))));
}

function quadraticStep(d: Value): Value {
  const r = relu(d);
  const size = length(r);
  return div(mul(sub(size, 2), size), total(r));
}

/** In place of 0 as a divisor of 0. */
const TINY = 1e-30;

// without derivatives, which entmax as a whole has
const Clip: Binary = { name: "Clip", infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }) };
const atLeast = (x: Value, low: number): Value => apply(Clip, [x, constant(low)], {});

const ReduceL2: Binary<{ keepdims: number }> = {
  name: "ReduceL2",
  attributes: { keepdims: "int" },
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape.with(-1, 1) }),
};
const length = (x: Value): Value => apply(ReduceL2, [x, integers([-1])], { keepdims: 1 });

/** Parts of the derivative, by key. */
interface Parts {
  readonly p: Value;
  readonly excess: Alpha;
  /** True on the support, where p > 0; ln p there, else 0. */
  readonly on: Value;
  readonly ln: Value;
  /** p^{2−α} on the support, else 0; and its share q of its sum. */
  readonly s: Value;
  readonly q: Value;
}

function partsOf(p: Value, alpha: Alpha): Parts {
  const on = greater(p, 0);
  const safe = where(on, p, 1);
  const ln = log(safe);
  const s = mul(indicator(on), slope(alpha, safe, ln));
  return { p, excess: excessOf(alpha), on, ln, s, q: div(s, total(s)) };
}

function slope(alpha: Alpha, safe: Value, ln: Value): Value | number {
  if (alpha === 2) return 1;
  return alpha === 1.5 ? sqrt(safe) : exp(mul(ln, sub(2, alpha)));
}

/** The cotangent of a key less the mean of all by q. */
const centered = (dy: Value, { q }: Parts): Value => sub(dy, total(mul(q, dy)));

// dp = (diag s − s sᵀ/Σs) dx
const byScores = (dy: Value, parts: Parts): Value => mul(parts.s, centered(dy, parts));

// ∂pⱼ/∂α = wⱼ − qⱼ Σw, where w = −p (eᵛ − 1 − v)/(α−1)² for v = −(α−1) ln p ≥ 0. Near v = 0, where that difference cancels,
// w = −p ln² p (1/2! + v/3! + v²/4! + …): at α = 1 it is −½ p ln² p
function byAlpha(dy: Value, parts: Parts): Value {
  const { p, excess, ln, s } = parts;
  const v = mul(mul(ln, excess), -1);
  const near = mul(mul(p, mul(ln, ln)), series(v));
  const far = div(sub(s, mul(p, add(v, 1))), mul(excess, excess));
  const w = mul(where(less(v, NEAR), near, far), -1);
  return total(mul(w, centered(dy, parts)));
}

const NEAR = 0.5;
/** 1/2! … 1/8!: at v = 0.5 the next term is 4e-8. */
const FACTORIALS = [2, 6, 24, 120, 720, 5040, 40320];
const series = (v: Value): Value =>
  FACTORIALS.slice(0, -1).reduceRight<Value>((rest, f) => add(mul(rest, v), 1 / f), constant(1 / FACTORIALS.at(-1)!));
