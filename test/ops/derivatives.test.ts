import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import { gelu } from "../../src/ops/activation.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { hash, shiftRight, xor } from "../../src/ops/bits.ts";
import { constant, integers, lift, shapeVector, sizeOfAxis, words } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { range, scatterRows, topIndices } from "../../src/ops/index-by.ts";
import { slice } from "../../src/ops/layout.ts";
import { and, equal, greater, greaterOrEqual, less, lessOrEqual, not, or } from "../../src/ops/logic.ts";
import { layerNorm, rmsNorm } from "../../src/ops/normalize.ts";
import { argmax } from "../../src/ops/reduce.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { checkDerivatives, type Trial } from "./check-derivative.ts";
import { TRIALS } from "./trials.ts";

const check = (trials: fc.Arbitrary<Trial>, numRuns: number): Promise<void> =>
  fc.assert(fc.asyncProperty(trials, fc.nat(), checkDerivatives), { numRuns });

describe("first and second derivatives against finite differences", () => {
  it.each(Object.keys(TRIALS))("%s", (name) => check(TRIALS[name]!, name === "einsum" ? 50 : 15));
});

const x = input("x", [2, 3]);
const named = input("named", ["n", 3]);
const truth = greater(x, 0);

/** What has no derivative: nothing here may have a rule. */
const WITHOUT: Readonly<Record<string, Value>> = {
  constant: constant(1),
  integers: integers([1]),
  lift: lift(1),
  words: words([1]),
  xor: xor(words([1]), 2),
  shiftRight: shiftRight(words([1]), 2),
  hash: hash(words([1])),
  sizeOfAxis: sizeOfAxis("n", [named]),
  shapeVector: shapeVector(["n"], [named]),
  range: range("n", named),
  equal: equal(x, 0),
  greater: truth,
  greaterOrEqual: greaterOrEqual(x, 0),
  less: less(x, 0),
  lessOrEqual: lessOrEqual(x, 0),
  and: and(truth, truth),
  or: or(truth, truth),
  not: not(truth),
  argmax: argmax(x),
  topIndices: topIndices(x, 2),
  scatterRows: scatterRows(x, integers([0, 1]), x),
};

describe("the table of derivatives", () => {
  it("knows every function that src/ops exports", async () => {
    const files = readdirSync(new URL("../../src/ops/", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
    const modules = await Promise.all(files.map((file) => import(`../../src/ops/${file}.ts`)));
    const functions = modules.flatMap((m: object) => Object.entries(m).filter(([, f]) => typeof f === "function"));
    const tested = [...Object.keys(TRIALS), ...Object.keys(WITHOUT)];
    expect(functions.map(([name]) => name).sort()).toEqual(tested.sort());
  });

  it.each(Object.keys(WITHOUT))("%s has no rule for a derivative", (name) => {
    expect(WITHOUT[name]!.op.vjp).toBeUndefined();
  });
});

/** Functions made of several ops, on numbers that make every part of them work. */
const COMPOSITIONS: Readonly<Record<string, Trial>> = {
  "softmax of a product": {
    shapes: [
      [2, 3],
      [3, 5],
    ],
    build: ([a, b]) => softmax(mul(einsum("i d, d j -> i j", a!, b!), 2)),
  },
  "softmax used twice": { shapes: [[5, 3]], build: ([a]) => mul(softmax(a!), softmax(a!, 0)) },
  "a value with itself": { shapes: [[2, 3, 5]], build: ([a]) => einsum("b i m, b j m -> b i j", a!, a!) },
  "layer norm of gelu": {
    shapes: [[2, 7], [7], [7]],
    build: ([a, scale, bias]) => layerNorm(gelu(a!), scale!, bias!, 0.1),
  },
  "root-mean-square norm of tanh gelu": {
    shapes: [[2, 7], [7]],
    build: ([a, scale]) => rmsNorm(gelu(a!, "tanh"), scale!, 0.1),
  },
  "attention of one head": {
    shapes: [
      [2, 3, 5],
      [5, 2],
      [5, 2],
      [5, 7],
    ],
    build: ([a, wq, wk, wv]) => {
      const [q, k, v] = [wq, wk, wv].map((w) => einsum("b i m, m d -> b i d", a!, w!)) as [Value, Value, Value];
      return einsum("b i j, b j d -> b i d", softmax(einsum("b i d, b j d -> b i j", q, k)), v);
    },
  },
  "a residual and a part of it": { shapes: [[3, 5]], build: ([a]) => mul(add(a!, 1), slice(a!, 1, 1, 2)) },
};

describe("first and second derivatives of compositions", () => {
  it.each(Object.keys(COMPOSITIONS))("%s", (name) => check(fc.constant(COMPOSITIONS[name]!), 4));
});
