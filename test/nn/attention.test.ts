import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import {
  type AttentionOptions,
  type AttentionParameters,
  type AttentionSizes,
  attention,
  attentionParameters,
} from "../../src/nn/attention.ts";
import { BLOCKED, bias, causal, unpadded } from "../../src/nn/mask.ts";
import { chain, keep, type Probe } from "../../src/nn/probe.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { int64, sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { largestDifference, largeWeights, pick, pickHeads } from "../laws/small.ts";
import { evaluate } from "../run/evaluate.ts";
import { naiveAttention } from "./naive-attention.ts";

type Weights = AttentionParameters<Tensor>;

const SIZES: AttentionSizes = { width: 7, heads: 3, headWidth: 5 };
const made = (shape: readonly number[], name: string) => tensor(normals(random(name), sizeOf(shape)), shape);
const x = made([2, 11, 7], "x");
const weightsOf = (sizes: AttentionSizes): Weights => largeWeights(attentionParameters(sizes), 1);

interface Settings extends Omit<AttentionOptions, "context"> {
  readonly x?: Tensor;
  readonly context?: Tensor;
}

/** The output and every site. */
async function attend(weights: Weights, { x: from = x, context, probe = (_, v) => v, ...options }: Settings = {}) {
  const sites = new Map<string, Value>();
  const p = declare<AttentionParameters>(weights);
  const other = context && input("context", context.shape);
  const y = attention(p, input("x", from.shape), { ...options, context: other, probe: chain(probe, keep(sites)) });
  const feeds = { ...Object.fromEntries(byPath(weights)), x: from, ...(context && { context }) };
  return (await evaluate({ ...Object.fromEntries(sites), y }, feeds)) as Record<string, Tensor> & {
    y: Tensor;
    pattern: Tensor;
  };
}

function expectClose(got: Tensor, wanted: readonly unknown[], tolerance = 1e-5): void {
  const numbers = (wanted as number[][]).flat(Number.POSITIVE_INFINITY) as unknown as number[];
  expect(largestDifference(got, tensor(Float32Array.from(numbers), got.shape))).toBeLessThan(tolerance);
}

const lower = (_: number, i: number, j: number) => j <= i;

describe("attention equals its definition", () => {
  const CASES: readonly (readonly [string, AttentionSizes])[] = [
    ["one head: plain attention", { width: 7, heads: 1, headWidth: 7 }],
    ["several heads", SIZES],
    ["no biases", { ...SIZES, inputBias: false, outputBias: false }],
    ["grouped keys", { ...SIZES, heads: 6, keyValueHeads: 2 }],
    ["one key/value head for all", { ...SIZES, heads: 3, keyValueHeads: 1 }],
  ];

  it.each(CASES)("%s", async (_, sizes) => {
    const weights = weightsOf(sizes);
    const got = await attend(weights);
    const wanted = naiveAttention(weights, x);
    expectClose(got.pattern, wanted.pattern);
    expectClose(got.y, wanted.y, 1e-4);
  });

  it.each(CASES)("%s, looking at another sequence", async (_, sizes) => {
    const weights = weightsOf(sizes);
    const context = made([2, 3, 7], "context");
    const got = await attend(weights, { context });
    const wanted = naiveAttention(weights, x, context);
    expect(got.pattern.shape).toEqual([2, sizes.heads, 11, 3]);
    expectClose(got.pattern, wanted.pattern);
    expectClose(got.y, wanted.y, 1e-4);
  });

  it.each(CASES)("%s, looking back only", async (_, sizes) => {
    const weights = weightsOf(sizes);
    const got = await attend(weights, { mask: bias(causal(11, undefined)) });
    const wanted = naiveAttention(weights, x, x, lower);
    expectClose(got.pattern, wanted.pattern);
    expectClose(got.y, wanted.y, 1e-4);
  });

  it("as many key/value heads as heads is what it does when nothing is said", () => {
    expect(attentionParameters({ ...SIZES, keyValueHeads: 3 })).toEqual(attentionParameters(SIZES));
  });

  it("grouped keys equal the same keys repeated for every head", async () => {
    const weights = weightsOf({ ...SIZES, heads: 6, keyValueHeads: 2 });
    const repeated = pickHeads(weights, [0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1]);
    expect(repeated.wk.shape).toEqual([7, 6, 5]);
    const [one, other] = [await attend(weights), await attend(repeated)];
    expect(largestDifference(one.pattern, other.pattern)).toBeLessThan(1e-6);
    expect(largestDifference(one.y, other.y)).toBeLessThan(1e-5);
  });

  it("a number of key/value heads that does not divide the heads is refused", () => {
    expect(() => attentionParameters({ ...SIZES, heads: 6, keyValueHeads: 4 })).toThrow(
      new RangeError("attention: 6 query heads cannot share 4 key/value heads evenly; use a divisor of 6"),
    );
  });
});

describe("heads of one attention", () => {
  const weights = weightsOf(SIZES);

  it("come in no order", async () => {
    const [one, other] = [await attend(weights), await attend(pickHeads(weights, [2, 0, 1]))];
    expect(largestDifference(one.y, other.y)).toBeLessThan(1e-5);
    expect(largestDifference(pick(one.pattern, 1, [2, 0, 1]), other.pattern)).toBeLessThan(1e-6);
    expect(largestDifference(one.pattern, other.pattern)).toBeGreaterThan(0.1);
  });

  it("come in no order in groups either, if their keys go with them", async () => {
    const grouped = weightsOf({ ...SIZES, heads: 6, keyValueHeads: 2 });
    const [one, other] = [await attend(grouped), await attend(pickHeads(grouped, [5, 3, 4, 1, 0, 2], [1, 0]))];
    expect(largestDifference(one.y, other.y)).toBeLessThan(1e-5);
  });

  const gated =
    (...gates: number[]): Probe =>
    (site, v) =>
      site === "z" ? mul(v, constant(Float32Array.from(gates), [gates.length, 1])) : v;

  it("a gate of ones changes nothing", async () => {
    const [plain, ones] = [await attend(weights), await attend(weights, { probe: gated(1, 1, 1) })];
    expect(ones.y).toEqual(plain.y);
  });

  it("a gate of zero is the head cut away; the output's bias stays", async () => {
    const zeroed = await attend(weights, { probe: gated(1, 0, 1) });
    const cut = await attend(pickHeads(weights, [0, 2]));
    expect(largestDifference(zeroed.y, cut.y)).toBeLessThan(1e-5);
    expect(largestDifference(zeroed.y, (await attend(weights)).y)).toBeGreaterThan(0.1);
  });

  it.each([0, 3])("no head left of %i key/value heads: the output is its bias", async (groups) => {
    const none = pickHeads(weights, [], [0, 1, 2].slice(0, groups));
    const y = attention(declare<AttentionParameters>(none), input("x", ["batch", "sequence", 7]));
    const got = (await evaluate({ y }, { x, bo: weights.bo! })).y!;
    expectClose(
      got,
      Array.from({ length: 22 }, () => Array.from(weights.bo!.data, Number)),
      1e-7,
    );
    const gatedAway = await attend(weights, { probe: gated(0, 0, 0) });
    expect(largestDifference(gatedAway.y, got)).toBeLessThan(1e-6);
  });

  it("the output is the sum of what each head gives alone", async () => {
    const whole = await attend({ ...weights, bo: undefined });
    const parts = await Promise.all([0, 1, 2].map((h) => attend({ ...pickHeads(weights, [h]), bo: undefined })));
    const total = Float32Array.from(whole.y.data as Float32Array, (_, i) => parts.reduce((s, p) => s + Number(p.y.data[i]), 0));
    expect(largestDifference(whole.y, tensor(total, whole.y.shape))).toBeLessThan(1e-5);
  });
});

describe("masks", () => {
  const weights = weightsOf(SIZES);

  it("a row that sees nothing is even, and not NaN", async () => {
    const mask = constant(new Float32Array(11).fill(BLOCKED));
    const { pattern, y } = await attend(weights, { mask });
    expect(Array.from(pattern.data, Number).every((a) => Math.abs(a - 1 / 11) < 1e-6)).toBe(true);
    expect(Array.from(y.data, Number).every(Number.isFinite)).toBe(true);
  });

  it("a blocked key has the weight zero exactly", async () => {
    const { pattern } = await attend(weights, { mask: bias(causal(11, 3)) });
    const zero = (k: number) => {
      const [i, j] = [Math.floor(k / 11) % 11, k % 11];
      return j > i || i - j >= 3;
    };
    for (const [k, a] of Array.from(pattern.data, Number).entries()) expect(a === 0, `${k}`).toBe(zero(k));
  });

  it("are what they say: the past, a window of it, what is no padding", async () => {
    const x4 = input("x", ["batch", "sequence"], "int64");
    const outputs = { past: causal("sequence", undefined, x4), near: causal("sequence", 2, x4), real: bias(unpadded(x4)) };
    const got = await evaluate(outputs, { x: int64([1, 1, 0, 1, 0, 0], [2, 3]) });
    expect(got.past).toEqual(tensor(Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 1, 1), [3, 3]));
    expect(got.near).toEqual(tensor(Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 1, 1), [3, 3]));
    const B = Math.fround(BLOCKED);
    expect(got.real).toEqual(tensor(Float32Array.of(0, 0, B, 0, B, B), [2, 1, 1, 3]));
  });
});

describe("the sites of a probe", () => {
  it("have the shapes that are promised", async () => {
    const got = await attend(weightsOf({ ...SIZES, heads: 6, keyValueHeads: 2 }), { context: made([2, 3, 7], "context") });
    const shapes = Object.fromEntries(Object.entries(got).map(([site, t]) => [site, t.shape]));
    expect(shapes).toEqual({
      q: [2, 11, 6, 5],
      k: [2, 3, 2, 5],
      v: [2, 3, 2, 5],
      scores: [2, 6, 11, 3],
      masked: [2, 6, 11, 3],
      pattern: [2, 6, 11, 3],
      z: [2, 11, 6, 5],
      out: [2, 11, 7],
      y: [2, 11, 7],
    });
  });

  it("what a probe returns is used from there on", async () => {
    const weights = weightsOf(SIZES);
    const even: Probe = (site, v) =>
      site === "pattern" ? constant(new Float32Array(2 * 3 * 11 * 11).fill(1 / 11), [2, 3, 11, 11]) : v;
    const got = await attend(weights, { probe: even });
    const flat = { ...weights, wq: tensor(new Float32Array(7 * 3 * 5), [7, 3, 5]), bq: tensor(new Float32Array(15), [3, 5]) };
    expectClose(got.y, naiveAttention(flat, x).y, 1e-4);
  });
});
