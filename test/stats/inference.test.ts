/** Tests and intervals against tables, by hand and by simulation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../src/params/random.ts";
import {
  benjaminiHochberg,
  clusterInterval,
  estimateMean,
  holm,
  leastP,
  leastSignFlipP,
  permutationTest,
  signFlipTest,
} from "../../src/stats/inference.ts";

const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 5 });

describe("the exact permutation test", () => {
  it.each([
    [[6, 7, 8, 9, 10], [1, 2, 3, 4, 5], 2 / 252],
    [[4, 5, 6], [1, 2, 3], 2 / 20],
    [[5, 6, 7, 8], [1, 2, 3, 4], 2 / 70],
    [[9], [1, 2, 3], 1 / 4],
    // of the 20 deals of 1 … 6 the sums 6, 7 and 14, 15 are at least as far from 10.5 as 14 is: 4
    [[3, 5, 6], [1, 2, 4], 4 / 20],
    [[2, 2, 2], [2, 2, 2], 1],
    [[1], [2], 1],
  ])("%j against %j", (a, b, p) => {
    expect(permutationTest(a, b)).toBeCloseTo(p, 12);
  });

  it("does not depend on which group comes first, on order, shift or sign", () => {
    const law = fc.property(numbers, numbers, fc.double({ min: -5, max: 5, noNaN: true }), (a, b, shift) => {
      const p = permutationTest(a, b);
      expect(p).toBeGreaterThanOrEqual(leastP(a.length, b.length) - 1e-12);
      expect(p).toBeLessThanOrEqual(1);
      expect(permutationTest(b, a)).toBeCloseTo(p, 12);
      expect(permutationTest(a.toReversed(), b.toReversed())).toBeCloseTo(p, 12);
      const negated = (xs: readonly number[]) => xs.map((x) => -x);
      expect(permutationTest(negated(a), negated(b))).toBeCloseTo(p, 12);
      // numbers on a grid, so that ties stay ties
      const grid = (xs: readonly number[]) => xs.map((x) => Math.round(4 * x));
      const moved = (xs: readonly number[]) => grid(xs).map((x) => x + Math.round(8 * shift));
      expect(permutationTest(moved(a), moved(b))).toBeCloseTo(permutationTest(grid(a), grid(b)), 12);
    });
    fc.assert(law, { numRuns: 60 });
  });

  it("is not misled by rounding: small differences of large numbers, equal groups in another order", () => {
    const a = [0.91234567, 0.91234568, 0.91234569].map((x) => x + 1e-7);
    const b = [0.91234567, 0.91234568, 0.91234569].map((x) => x - 1e-7);
    expect(permutationTest(a, b)).toBeCloseTo(0.1, 12);
    expect(permutationTest([0.1, 0.2, 0.3], [0.3, 0.2, 0.1])).toBe(1);
  });

  it.each([
    [5, 5, 2 / 252],
    [3, 3, 0.1],
    [1, 1, 1],
    [2, 3, 1 / 10],
    [6, 6, 2 / 924],
  ])("cannot go below its least p: %d against %d", (a, b, p) => {
    expect(leastP(a, b)).toBeCloseTo(p, 12);
    const from = (n: number, start: number) => Array.from({ length: n }, (_, k) => start + k);
    expect(permutationTest(from(a, 100), from(b, 0))).toBeCloseTo(p, 12);
  });
});

describe("corrections for many tests", () => {
  const ps = [0.01, 0.04, 0.03, 0.005];
  it("Holm: times 4, 3, 2, 1 in order, never falling", () => {
    // .005·4, .01·3, .03·2, then .04·1 is lifted to .06
    for (const [k, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(holm(ps)[k]).toBeCloseTo(p, 12);
  });

  it("Benjamini and Hochberg: times 4/4, 4/3, 4/2, 4/1 from above, never rising", () => {
    // .04·4/4 = .04, .03·4/3 = .04, .01·4/2 = .02, .005·4/1 = .02
    for (const [k, p] of [0.02, 0.04, 0.04, 0.02].entries()) expect(benjaminiHochberg(ps)[k]).toBeCloseTo(p, 12);
  });

  it("keep the order, lie between p and Bonferroni's, and Holm's is the stricter", () => {
    const law = fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }), (raw) => {
      const [strict, mild] = [holm(raw), benjaminiHochberg(raw)];
      for (const [i, p] of raw.entries()) {
        expect(mild[i]).toBeGreaterThanOrEqual(p - 1e-12);
        expect(strict[i]).toBeGreaterThanOrEqual(mild[i]! - 1e-12);
        expect(strict[i]).toBeLessThanOrEqual(Math.min(1, raw.length * p) + 1e-12);
        for (const [j, q] of raw.entries()) if (p < q) expect(strict[i]).toBeLessThanOrEqual(strict[j]! + 1e-12);
      }
    });
    fc.assert(law, { numRuns: 60 });
  });

  it("change nothing where there is one test", () => {
    expect([holm([0.2]), benjaminiHochberg([0.2])]).toEqual([[0.2], [0.2]]);
    expect([holm([]), benjaminiHochberg([])]).toEqual([[], []]);
  });
});

describe("the sign-flip test of pairs", () => {
  it.each([
    [[1, 2, 3], 0.25],
    [[-1, -2, -3], 0.25],
    [[1, 2, -3], 1],
    [[-1, 6], 1], // ±7 and ±5 are all at least as far as 5
    [[5, 1, 1, 1], 0.125],
    [[0, 0, 0, 0], 1],
  ])("of %j has p = %d", (differences, p) => {
    expect(signFlipTest(differences)).toBe(p);
  });

  it("is the same in any order and unit, and for the opposite difference; its p is never below the least", () => {
    const law = fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 }), (xs) => {
      const p = signFlipTest(xs);
      expect(signFlipTest(xs.toReversed())).toBe(p);
      expect(signFlipTest(xs.map((x) => -x))).toBe(p);
      expect(signFlipTest(xs.map((x) => 0.1 * x))).toBe(p);
      expect(p).toBeGreaterThanOrEqual(leastSignFlipP(xs.length));
      expect(p).toBeLessThanOrEqual(1);
    });
    fc.assert(law, { numRuns: 100 });
  });

  it("reaches the least p where all differences have one sign, and needs six pairs for p < 0.05", () => {
    for (const pairs of [2, 3, 5, 8]) expect(signFlipTest(new Array(pairs).fill(0.3))).toBe(leastSignFlipP(pairs));
    expect([1, 3, 5, 6, 8].map(leastSignFlipP)).toEqual([1, 0.25, 0.0625, 0.03125, 0.0078125]);
  });
});

describe("the interval of a mean", () => {
  it("is Student's", () => {
    // 1 … 5: mean 3, s = √2.5, t = 2.776
    const { mean, low, high } = estimateMean([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(high! - 3).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 9);
    expect(3 - low!).toBeCloseTo(high! - 3, 12);
  });

  it.each([
    [2, 12.706],
    [16, 2.131],
    [17, 2.12],
    [31, 2.042],
    [61, 2.0],
  ])("has the right width for %d seeds", (n, t) => {
    // half are 1 below and half 1 above the mean, an odd one on it
    const xs = Array.from({ length: n }, (_, k) => (k === n - 1 && n % 2 === 1 ? 0 : 1 - 2 * (k % 2)));
    const spread = Math.sqrt((n - (n % 2)) / (n - 1));
    expect(((estimateMean(xs).high ?? 0) / spread) * Math.sqrt(n)).toBeCloseTo(t, 2);
  });

  it("is absent for one seed, and of no width where all are equal", () => {
    expect(estimateMean([0.7])).toEqual({ mean: 0.7 });
    expect(JSON.stringify(estimateMean([0.7]))).toBe('{"mean":0.7}');
    expect(estimateMean([2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2 });
  });
});

describe("the bootstrap over documents", () => {
  it("covers the truth about as often as it says, where targets of a document are alike", () => {
    let covered = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const uniform = random(`coverage ${trial}`);
      const weights = Float64Array.from({ length: 60 }, () => 1 + Math.floor(3 * uniform()));
      // all targets of a document are right together, with probability .3
      const values = weights.map((w) => (uniform() < 0.3 ? w : 0));
      const { low, high } = clusterInterval(values, weights, trial, 200);
      if (low <= 0.3 && 0.3 <= high) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.88);
    expect(covered / trials).toBeLessThan(0.99);
  });

  it("is the same for the same seed, and a point where all are equal or nothing is there", () => {
    const ones = new Float64Array(13).fill(1);
    const mixed = Float64Array.from({ length: 13 }, (_, k) => k % 3);
    expect(clusterInterval(mixed, ones, "a")).toEqual(clusterInterval(mixed, ones, "a"));
    expect(clusterInterval(ones, ones, "a")).toEqual({ low: 1, high: 1 });
    expect(clusterInterval(new Float64Array(7), new Float64Array(7), "a")).toEqual({ low: 0, high: 0 });
  });
});
