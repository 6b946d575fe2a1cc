import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import { erf, gelu, relu, sigmoid, silu, tanh } from "../../src/ops/activation.ts";
import { abs, add, cos, div, exp, floor, log, mul, neg, sign, sin, sqrt, sub } from "../../src/ops/arithmetic.ts";
import { constant, integers } from "../../src/ops/constant.ts";
import { gather, range, scatterAdd, take } from "../../src/ops/index-by.ts";
import { concat, pad, slice, transpose } from "../../src/ops/layout.ts";
import {
  and,
  cast,
  equal,
  greater,
  greaterOrEqual,
  indicator,
  less,
  lessOrEqual,
  not,
  or,
  where,
} from "../../src/ops/logic.ts";
import { layerNorm, rmsNorm } from "../../src/ops/normalize.ts";
import { argmax, cumsum, max, mean, sum } from "../../src/ops/reduce.ts";
import { logSoftmax, softmax } from "../../src/ops/softmax.ts";
import { sizeOf, tensor } from "../../src/run/tensor.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";
import { narrowed, shapes } from "./trials.ts";

const expectClose = (got: readonly number[], wanted: readonly number[]) => {
  expect(got).toHaveLength(wanted.length);
  for (const [i, w] of wanted.entries())
    expect(Math.abs(got[i]! - w), `${got} for ${wanted}`).toBeLessThan(1e-5 * (1 + Math.abs(w)));
};

/** 2/√π ∫ exp(−t²), by its series. */
const erfOf = (x: number): number => {
  let [term, total] = [x, x];
  for (let n = 1; n < 60; n++) total += (term *= -(x * x) / n) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * total;
};

const UNARY: Readonly<Record<string, readonly [(x: Value) => Value, (x: number) => number]>> = {
  neg: [neg, (x) => -x],
  exp: [exp, Math.exp],
  log: [(x) => log(abs(x)), (x) => Math.log(Math.abs(x))],
  sqrt: [(x) => sqrt(abs(x)), (x) => Math.sqrt(Math.abs(x))],
  abs: [abs, Math.abs],
  sign: [sign, Math.sign],
  sin: [sin, Math.sin],
  cos: [cos, Math.cos],
  floor: [floor, Math.floor],
  tanh: [tanh, Math.tanh],
  sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  silu: [silu, (x) => x / (1 + Math.exp(-x))],
  erf: [erf, erfOf],
  relu: [relu, (x) => Math.max(0, x)],
  gelu: [gelu, (x) => (x * (1 + erfOf(x * Math.SQRT1_2))) / 2],
  "gelu by tanh": [(x) => gelu(x, "tanh"), (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2],
  "cast to whole numbers": [(x) => cast(x, "int64"), Math.trunc],
  "cast to truth": [(x) => cast(x, "bool"), (x) => Number(x !== 0)],
  not: [(x) => not(greater(x, 0)), (x) => Number(!(x > 0))],
  indicator: [(x) => indicator(greater(x, 0.5)), (x) => Number(x > 0.5)],
};

const BINARY: Readonly<Record<string, readonly [(a: Value, b: Value) => Value, (a: number, b: number) => number]>> = {
  add: [add, (a, b) => a + b],
  sub: [sub, (a, b) => a - b],
  mul: [mul, (a, b) => a * b],
  div: [div, (a, b) => a / b],
  equal: [equal, (a, b) => Number(a === b)],
  greater: [greater, (a, b) => Number(a > b)],
  greaterOrEqual: [greaterOrEqual, (a, b) => Number(a >= b)],
  less: [less, (a, b) => Number(a < b)],
  lessOrEqual: [lessOrEqual, (a, b) => Number(a <= b)],
  and: [(a, b) => and(greater(a, 0), greater(b, 0)), (a, b) => Number(a > 0 && b > 0)],
  or: [(a, b) => or(greater(a, 0), greater(b, 0)), (a, b) => Number(a > 0 || b > 0)],
  where: [(a, b) => where(greater(a, 0), a, b), (a, b) => (a > 0 ? a : b)],
};

const filled = (shape: readonly number[], f: (i: number) => number) =>
  tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => f(i)),
    shape,
  );

/** Halves from −2 to 2, without 0, so that equal numbers meet. */
const half = (k: number): number => [-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2][k % 8]!;

describe("elementwise ops", () => {
  it("compute what they are called", async () => {
    const x = input("x", [8]);
    const outputs = Object.fromEntries(Object.entries(UNARY).map(([name, [f]]) => [name, f(x)]));
    const got = await evaluate(outputs, { x: filled([8], half) });
    for (const [name, [, f]] of Object.entries(UNARY)) {
      expectClose(
        Array.from(got[name]!.data, Number),
        Array.from({ length: 8 }, (_, i) => f(half(i))),
      );
    }
  });

  it("broadcast two operands from the right", async () => {
    const pairs = shapes().chain((s) => fc.tuple(narrowed(s), narrowed(s)));
    const check = async ([left, right]: [number[], number[]]) => {
      const [a, b] = [input("a", left), input("b", right)];
      const outputs = Object.fromEntries(Object.entries(BINARY).map(([name, [f]]) => [name, f(a, b)]));
      const [x, y] = [filled(left, half), filled(right, (i) => half(3 * i + 1))];
      const got = await evaluate(outputs, { a: x, b: y });
      const rank = Math.max(left.length, right.length);
      const shape = Array.from({ length: rank }, (_, i) =>
        Math.max(left[left.length - rank + i] ?? 1, right[right.length - rank + i] ?? 1),
      );
      const read = (t: typeof x, k: number) => {
        let [rest, place, stride] = [k, 0, 1];
        for (let i = shape.length - 1; i >= 0; i--) {
          const size = t.shape[t.shape.length - rank + i] ?? 1;
          place += (size === 1 ? 0 : rest % shape[i]!) * stride;
          stride *= size;
          rest = Math.floor(rest / shape[i]!);
        }
        return Number(t.data[place]);
      };
      for (const [name, [, f]] of Object.entries(BINARY)) {
        expect(got[name]!.shape).toEqual(shape);
        expectClose(
          Array.from(got[name]!.data, Number),
          Array.from({ length: sizeOf(shape) }, (_, k) => f(read(x, k), read(y, k))),
        );
      }
    };
    await fc.assert(fc.asyncProperty(pairs, check), { numRuns: 15 });
  });

  it("take a bare number for an operand, of the other's type", async () => {
    const whole = input("whole", [2], "int64");
    expect(add(whole, 1).dtype).toBe("int64");
    expect(sub(1, whole).dtype).toBe("int64");
    expect(await numbersOf(sub(10, integers([1, 2])))).toEqual([9, 8]);
    expect(await numbersOf(div(constant(Float32Array.of(3)), 2))).toEqual([1.5]);
    expect(await numbersOf(where(greater(integers([1, -1]), 0), 5, integers([7, 8])))).toEqual([5, 8]);
  });
});

const M = constant(Float32Array.of(1, 5, 2, 4, 3, 6), [2, 3]);

/** A value, and the numbers it has to have. */
const ROWS: readonly (readonly [name: string, value: Value, numbers: readonly number[], shape: readonly number[]])[] = [
  ["sum over all", sum(M), [21], []],
  ["sum over no axis", sum(M, []), [1, 5, 2, 4, 3, 6], [2, 3]],
  ["sum over rows", sum(M, 0), [5, 8, 8], [3]],
  ["sum over an axis named twice", sum(M, [0, -2]), [5, 8, 8], [3]],
  ["mean along the last axis, kept", mean(M, -1, true), [8 / 3, 13 / 3], [2, 1]],
  ["max", max(M, 1), [5, 6], [2]],
  ["argmax takes the first of equals", argmax(constant(Float32Array.of(1, 3, 3, 2), [2, 2]), 0), [1, 0], [2]],
  ["argmax kept", argmax(M, -1, true), [1, 2], [2, 1]],
  ["cumsum", cumsum(M, 1), [1, 6, 8, 4, 7, 13], [2, 3]],
  ["cumsum without the element", cumsum(M, 1, { exclusive: true }), [0, 1, 6, 0, 4, 7], [2, 3]],
  ["cumsum from the end", cumsum(M, -1, { reverse: true }), [8, 7, 2, 13, 9, 6], [2, 3]],
  ["cumsum down", cumsum(M, 0), [1, 5, 2, 5, 8, 8], [2, 3]],
  ["softmax", softmax(constant(Float32Array.of(0, Math.log(3)))), [0.25, 0.75], [2]],
  ["softmax down", softmax(constant(Float32Array.of(0, 0, Math.log(3), 0), [2, 2]), 0), [0.25, 0.5, 0.75, 0.5], [2, 2]],
  ["logSoftmax", logSoftmax(constant(Float32Array.of(0, Math.log(3)))), [Math.log(0.25), Math.log(0.75)], [2]],
  [
    "layerNorm",
    layerNorm(M, constant(Float32Array.of(1, 2, 3)), constant(Float32Array.of(0, 0, 1)), 2),
    layerNormOf(2),
    [2, 3],
  ],
  ["rmsNorm", rmsNorm(constant(Float32Array.of(3, 4)), constant(Float32Array.of(1, 2)), 12.5), [3 / 5, 8 / 5], [2]],
  ["gather", gather(M, integers([1, 0, 1, 1], [2, 2])), [4, 3, 6, 1, 5, 2, 4, 3, 6, 4, 3, 6], [2, 2, 3]],
  ["take", take(M, integers([2, 0], [2, 1])), [2, 4], [2, 1]],
  ["take down", take(M, integers([1, 0, 1], [1, 3]), 0), [4, 5, 6], [1, 3]],
  [
    "scatterAdd adds equal indices up",
    scatterAdd([4], integers([1, 1, 3]), constant(Float32Array.of(1, 2, 4)), 0),
    [0, 3, 0, 4],
    [4],
  ],
  ["slice", slice(M, -1, 1, 3), [5, 2, 3, 6], [2, 2]],
  ["pad", pad(M, -1, 1, 0), [0, 1, 5, 2, 0, 4, 3, 6], [2, 4]],
  ["concat", concat([M, M], 1), [1, 5, 2, 1, 5, 2, 4, 3, 6, 4, 3, 6], [2, 6]],
  ["transpose", transpose(M, [1, 0]), [1, 4, 5, 3, 2, 6], [3, 2]],
  ["range", range(4), [0, 1, 2, 3], [4]],
];

function layerNormOf(epsilon: number): number[] {
  const rows = [
    [1, 5, 2],
    [4, 3, 6],
  ];
  return rows.flatMap((row) => {
    const center = row.reduce((a, b) => a + b) / 3;
    const spread = Math.sqrt(row.reduce((s, x) => s + (x - center) ** 2, 0) / 3 + epsilon);
    return row.map((x, i) => ((x - center) / spread) * (i + 1) + (i === 2 ? 1 : 0));
  });
}

describe("ops on axes", () => {
  it.each(ROWS)("%s", async (_, value, numbers, shape) => {
    const got = (await evaluate({ value })).value!;
    expectClose(Array.from(got.data, Number), numbers);
    expect(got.shape).toEqual(shape);
    expect([value.shape, value.dtype]).toEqual([got.shape, got.dtype]);
  });
});
