/** Every function of src/ops that has a derivative, with the shapes and values it is tried on. */
import fc from "fast-check";
import type { Value } from "../../src/graph/value.ts";
import { erf, gelu, relu, sigmoid, silu, tanh } from "../../src/ops/activation.ts";
import { abs, add, cos, div, exp, floor, log, mul, neg, sign, sin, sqrt, sub } from "../../src/ops/arithmetic.ts";
import { integers } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { entmax } from "../../src/ops/entmax.ts";
import { gather, scatterAdd, scatterOnto, take } from "../../src/ops/index-by.ts";
import { concat, expand, merge, pad, reshape, slice, swapLast, transpose, unsqueeze } from "../../src/ops/layout.ts";
import { cast, clamp, greater, indicator, where } from "../../src/ops/logic.ts";
import { matmul } from "../../src/ops/matmul.ts";
import { layerNorm, rmsNorm } from "../../src/ops/normalize.ts";
import { withDerivative } from "../../src/ops/own-derivative.ts";
import { cumsum, max, mean, sum } from "../../src/ops/reduce.ts";
import { logSoftmax, softmax } from "../../src/ops/softmax.ts";
import { random } from "../../src/params/random.ts";
import type { Domain, Trial } from "./check-derivative.ts";
import { contractions, reductions } from "./einsum-specs.ts";

type Trials = fc.Arbitrary<Trial>;
type Unary = (x: Value) => Value;
type Binary = (a: Value, b: Value) => Value;

/** Axes of different sizes, 1 among them. */
export const shapes = (min = 0, max = 4): fc.Arbitrary<number[]> =>
  fc.integer({ min, max }).chain((n) => fc.shuffledSubarray([1, 2, 3, 5, 7], { minLength: n, maxLength: n }));

/** A shape that broadcasts to `shape`: leading axes dropped, others made 1. */
export const narrowed = (shape: readonly number[], kept = 0): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: 0, max: shape.length - kept }), fc.subarray([...shape.keys()].slice(0, shape.length - kept)))
    .map(([dropped, ones]) => shape.map((d, i) => (ones.includes(i) ? 1 : d)).slice(dropped));

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const axisOf = (shape: readonly number[], share: number): number => Math.floor(share * shape.length);

const unary = (f: Unary, domain: Domain = "any"): Trials =>
  shapes().map((shape) => ({ shapes: [shape], domains: [domain], build: ([x]) => f(x!) }));

const binary = (f: Binary, ...domains: Domain[]): Trials =>
  shapes()
    .chain((shape) => fc.tuple(narrowed(shape), narrowed(shape)))
    .map((pair) => ({ shapes: pair, domains, build: ([a, b]) => f(a!, b!) }));

/** A function of an axis: negative ones count from the end. */
const along = (f: (x: Value, axis: number) => Value, domain: Domain = "any"): Trials =>
  fc.tuple(shapes(1), fraction, fc.boolean()).map(([shape, share, back]) => {
    const axis = axisOf(shape, share);
    return { shapes: [shape], domains: [domain], build: ([x]) => f(x!, back ? axis - shape.length : axis) };
  });

/** Some axes in any order, counted from either end, perhaps one of them twice. */
const axesOf = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  shape.length === 0 ? fc.constant([]) : fc.array(fc.integer({ min: -shape.length, max: shape.length - 1 }), { maxLength: 3 });

const reduced = (f: typeof sum, domain: Domain = "any"): Trials =>
  shapes()
    .chain((shape) => fc.tuple(fc.constant(shape), fc.option(axesOf(shape)), fc.boolean()))
    .map(([shape, axes, keep]) => ({ shapes: [shape], domains: [domain], build: ([x]) => f(x!, axes ?? undefined, keep) }));

/** Whole numbers in [0, below), some of them twice. */
const indices = (below: number, shape: readonly number[], seed: number): Value => {
  const uniform = random(seed);
  const count = shape.reduce((n, d) => n * d, 1);
  return integers(
    Array.from({ length: count }, () => Math.floor(uniform() * below)),
    shape,
  );
};

const gathered: Trials = fc.tuple(shapes(1, 3), shapes(0, 2), fc.nat()).map(([table, at, seed]) => ({
  shapes: [table],
  build: ([x]) => gather(x!, indices(table[0]!, at, seed)),
}));

const indexed = fc.tuple(shapes(1), fraction, fc.integer({ min: 1, max: 4 }), fc.nat()).map(([shape, share, count, seed]) => {
  const axis = axisOf(shape, share);
  const picked = shape.map((d, i) => (i === axis ? count : d));
  return { shape, axis, picked, at: indices(shape[axis]!, picked, seed) };
});

/** A part of an axis, and shapes cut there. */
const cuts = fc.tuple(shapes(1), fraction, fraction, fraction).map(([shape, share, a, b]) => {
  const axis = axisOf(shape, share);
  const [from, to] = [a, b].map((s) => Math.floor(s * (shape[axis]! + 1))).sort((x, y) => x - y) as [number, number];
  return { shape, axis, from, to };
});

const joined: Trials = fc
  .tuple(shapes(1), fraction, fc.shuffledSubarray([1, 2, 3], { minLength: 1 }))
  .map(([shape, share, sizes]) => {
    const axis = axisOf(shape, share);
    return { shapes: sizes.map((n) => shape.with(axis, n)), build: (xs) => concat(xs, axis) };
  });

const products: Trials = fc
  .tuple(shapes(0, 2), fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 3, maxLength: 3 }))
  .chain(([batch, [m, k, n]]) => fc.tuple(narrowed([...batch, m!, k!], 2), narrowed([...batch, k!, n!], 2)))
  .map((pair) => ({ shapes: pair, build: ([a, b]) => matmul(a!, b!) }));

const normalized = (bias: boolean): Trials =>
  fc.tuple(shapes(0, 3), fc.constantFrom(4, 6)).map(([lead, width]) => ({
    shapes: bias ? [[...lead, width], [width], [width]] : [[...lead, width], [width]],
    build: ([x, scale, b]) => (b ? layerNorm(x!, scale!, b, 0.1) : rmsNorm(x!, scale!, 0.1)),
  }));

const choices: Trials = shapes()
  .chain((shape) => fc.tuple(narrowed(shape), narrowed(shape), narrowed(shape)))
  .map((three) => ({
    shapes: three,
    domains: ["apart", "any", "any"],
    build: ([c, a, b]) => where(greater(c!, 0), a!, b!),
  }));

/** Entmax of numbers so close that all are in the support, where it is smooth; by a number α, or by one for each row. */
const sparse = (alpha: number | "each"): Trials =>
  shapes(1).map((shape) => ({
    shapes: alpha === "each" ? [shape, shape.with(-1, 1)] : [shape],
    build: ([x, a]) => mul(entmax(mul(x!, 0.05), a ? add(mul(a, 0.2), 1.5) : (alpha as number)), 20),
  }));

/** By the name of the exported function. */
export const TRIALS: Readonly<Record<string, Trials>> = {
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  div: binary(div, "any", "nonzero"),
  neg: unary(neg),
  exp: unary(exp),
  log: unary(log, "positive"),
  sqrt: unary(sqrt, "positive"),
  abs: unary(abs, "apart"),
  sign: unary((x) => mul(sign(x), x), "apart"),
  sin: unary(sin),
  cos: unary(cos),
  floor: unary((x) => mul(floor(x), x), "apart"),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  erf: unary(erf),
  clamp: unary((x) => {
    const y = mul(x, 0.01);
    return mul(clamp(y, -5, 5), y);
  }),
  relu: unary((x) => mul(relu(x), x), "apart"),
  silu: unary(silu),
  gelu: fc.oneof(
    unary((x) => gelu(x)),
    unary((x) => gelu(x, "tanh")),
  ),
  einsum: fc.oneof({ arbitrary: contractions, weight: 3 }, reductions).map(({ spec, terms, sizes }) => ({
    shapes: terms.map((t) => t.map((c) => sizes[c]!)),
    build: (xs) => einsum(spec, ...xs),
  })),
  gather: gathered,
  take: indexed.map(({ shape, axis, at }) => ({ shapes: [shape], build: ([x]) => take(x!, at, axis) })),
  scatterAdd: indexed.map(({ shape, axis, picked, at }) => ({
    shapes: [picked],
    build: ([x]) => scatterAdd(shape, at, x!, axis),
  })),
  scatterOnto: indexed.map(({ shape, axis, picked, at }) => ({
    shapes: [shape, picked],
    build: ([x, updates]) => scatterOnto(x!, at, updates!, axis),
  })),
  transpose: shapes()
    .chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })))
    .map(([shape, perm]) => ({ shapes: [shape], build: ([x]) => transpose(x!, perm) })),
  swapLast: shapes(2).map((shape) => ({ shapes: [shape], build: ([x]) => swapLast(x!) })),
  reshape: shapes().map((shape) => ({ shapes: [shape], build: ([x]) => reshape(x!, [...shape, 1].reverse()) })),
  unsqueeze: shapes(0, 2).map((shape) => ({ shapes: [shape], build: ([x]) => unsqueeze(x!, 0, -1) })),
  merge: shapes(2).map((shape) => ({ shapes: [shape], build: ([x]) => merge(x!, shape.length - 2, shape.length) })),
  expand: shapes()
    .chain((shape) => fc.tuple(fc.constant(shape), narrowed(shape)))
    .map(([shape, narrow]) => ({ shapes: [narrow], build: ([x]) => expand(x!, shape) })),
  concat: joined,
  slice: cuts.map(({ shape, axis, from, to }) => ({ shapes: [shape], build: ([x]) => slice(x!, axis, from, to) })),
  pad: cuts.map(({ shape, axis, from, to }) => ({ shapes: [shape], build: ([x]) => pad(x!, axis - shape.length, from, to) })),
  cast: unary((x) => mul(cast(cast(x, "int64"), "float32"), x), "apart"),
  where: choices,
  indicator: unary((x) => mul(indicator(greater(x, 0)), x), "apart"),
  matmul: products,
  layerNorm: normalized(true),
  rmsNorm: normalized(false),
  sum: reduced(sum),
  mean: reduced(mean),
  max: reduced(max, "apart"),
  cumsum: fc
    .tuple(fc.boolean(), fc.boolean())
    .chain(([exclusive, reverse]) => along((x, axis) => cumsum(x, axis, { exclusive, reverse }))),
  softmax: along(softmax),
  logSoftmax: along(logSoftmax),
  entmax: fc.oneof(sparse(1), sparse(1.25), sparse(1.5), sparse(2), sparse("each")),
  withDerivative: binary((a, b) =>
    withDerivative(mul(sub(a, 0), mul(b, b)), [a, b], (dy) => [mul(dy, mul(b, b)), mul(dy, mul(mul(a, b), 2))]),
  ),
};
