/** From sums to scores: means over all queries, intervals from resampled texts, and a test of meaning that keeps its level. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bestOffsets,
  interval,
  resample,
  semanticTest,
  TALLY_SCORES,
  tallyIntervals,
  tallyScores,
} from "../../src/heads/scores.ts";
import { SUMS } from "../../src/heads/statistics.ts";
import { normals, random } from "../../src/params/random.ts";
import { fakeTally, textOf } from "./fake-tally.ts";
import { sentenceOf } from "./models.ts";

const words = (count: number) => textOf(sentenceOf(Array.from({ length: count }, (_, w) => `w${w}`)));
const LENGTHS = [2, 3, 5, 7];
const texts = LENGTHS.map(words);
const QUERIES = 17;

/** Every sum its own number, the same in each head but for a factor. */
const sum = (t: number, h: number, name: string) => (t + 1) * (h + 1) * (0.01 + 0.001 * SUMS.indexOf(name));
const tally = fakeTally(texts, { heads: 3, sum });
const totalOf = (name: string, h: number) => texts.reduce((s, _, t) => s + sum(t, h, name), 0);

describe("tallyScores", () => {
  const scores = tallyScores(tally, "raw");

  it.each([
    ["previous-token", "weight:-1"],
    ["next-token", "weight:1"],
    ["self", "weight:0"],
    ["first-position", "first-position"],
    ["sink", "first-position"],
    ["last-position", "last-position"],
    ["delimiter:cls", "delimiter:cls"],
    ["delimiter:sep", "delimiter:sep"],
    ["delimiter:punctuation", "delimiter:punctuation"],
    ["broad", "broad"],
    ["confidence", "confidence"],
    ["distance", "distance"],
    ["delimiter", "delimiter:punctuation"],
    ["positional", "top:5"],
  ] as const)("%s is the mean of %s over queries", (name, from) => {
    for (const h of [0, 1, 2]) expect(scores[name][h]).toBeCloseTo(totalOf(from, h) / QUERIES, 6);
  });

  it("semantic is the mean over the attention that it is defined for", () => {
    for (const h of [0, 1, 2]) expect(scores.semantic[h]).toBeCloseTo(totalOf("semantic", h) / totalOf("semantic-mass", h), 6);
    const none = fakeTally(texts, { heads: 1, sum: (_t, _h, name) => (name === "semantic-mass" ? 0 : 1) });
    expect(tallyScores(none, "raw").semantic[0]).toBe(0);
  });

  it("no offset of 0 is positional: that is called self", () => {
    const own = fakeTally(texts, { heads: 1, sum: (_t, _h, name) => (name === "top:0" ? 2 : name === "top:-3" ? 1 : 0) });
    expect(tallyScores(own, "raw").positional[0]).toBeCloseTo(LENGTHS.length / QUERIES, 6);
    expect(bestOffsets(own)).toEqual([-3]);
  });

  it("counting a text twice is having it twice", () => {
    const times = Int32Array.from([2, 0, 1, 3]);
    const repeated = [0, 0, 2, 3, 3, 3];
    const written = fakeTally(
      repeated.map((t) => texts[t]!),
      { heads: 3, sum: (k, h, name) => sum(repeated[k]!, h, name) },
    );
    const [weighted, copied] = [tallyScores(tally, "raw", times), tallyScores(written, "raw")];
    for (const name of TALLY_SCORES) for (const h of [0, 1, 2]) expect(weighted[name][h]).toBeCloseTo(copied[name][h]!, 6);
  });
});

it("bestOffsets finds each head's own offset", () => {
  const wanted = [-5, 1, 4];
  const heads = fakeTally(texts, { heads: 3, sum: (_, h, name) => (name === `top:${wanted[h]}` ? 1 : 0.5) });
  expect(bestOffsets(heads)).toEqual(wanted);
});

describe("resampling", () => {
  it("draws as many as there are, each as likely", () => {
    const uniform = random("resample");
    const drawn = new Float64Array(7);
    for (let r = 0; r < 2000; r++) {
      const times = resample(uniform, 7);
      expect(times.reduce((a, b) => a + b)).toBe(7);
      for (const [k, n] of times.entries()) drawn[k]! += n / 2000;
    }
    // each mean has a standard deviation of 0.02
    for (const mean of drawn) expect(Math.abs(mean - 1)).toBeLessThan(0.1);
  });

  it("the interval is the middle 95%, in any order", () => {
    const numbers = Float64Array.from({ length: 201 }, (_, k) => (k * 70) % 201);
    expect(interval(numbers)).toEqual({ low: 5, high: 195 });
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const { low, high } = interval(Float64Array.from(values));
        expect(low).toBeLessThanOrEqual(high);
        for (const end of [low, high]) expect(values).toContain(end);
      }),
    );
  });

  it("leaves texts that are all alike without an interval", () => {
    const alike = fakeTally([words(3), words(3), words(3)], { heads: 2, sum: (_, h) => h + 1 });
    const { self } = tallyIntervals(alike, 1);
    for (const h of [0, 1]) {
      expect(self[h]!.low).toBe(self[h]!.high);
      expect(self[h]!.low).toBeCloseTo((h + 1) / 3, 6);
    }
  });

  it("covers the truth about 95% of the time", () => {
    const uniform = random("coverage");
    const fives = Array.from({ length: 40 }, () => words(5));
    let inside = 0;
    const heads = 60;
    const noisy = fakeTally(fives, { heads, sum: () => 5 * (0.4 + 0.4 * (uniform() - 0.5)) });
    for (const { low, high } of tallyIntervals(noisy, 3, 300).self) if (low <= 0.4 && 0.4 <= high) inside++;
    expect(inside).toBeGreaterThan(0.85 * heads);
    expect(inside).toBeLessThanOrEqual(heads);
    for (const { low, high } of tallyIntervals(noisy, 3, 300).self) {
      // the standard error is 0.4 / √12 / √40
      expect(high - low).toBeGreaterThan(0.05);
      expect(high - low).toBeLessThan(0.1);
    }
  });

  it("one seed gives one interval", () => {
    expect(tallyIntervals(tally, 1)).toEqual(tallyIntervals(tally, 1));
  });
});

describe("semanticTest", () => {
  const count = 60;
  const many = Array.from({ length: count }, () => words(3));
  const noise = (seed: string, heads: number) => normals(random(seed), count * heads);

  it("finds a planted head, with the least p there is", () => {
    const numbers = noise("planted", 8);
    const { z, p } = semanticTest(
      fakeTally(many, { heads: 8, sum: (t, h, name) => (name === "semantic" ? numbers[t * 8 + h]! + (h === 5 ? 1 : 0) : 0) }),
      1,
    );
    expect(p[5]).toBe(1 / 1000);
    expect(z[5]).toBeGreaterThan(3);
    for (const h of [0, 1, 2, 3, 4, 6, 7]) expect(p[h]).toBeGreaterThan(0.05);
  });

  it("z is the sum over texts by the root of the sum of squares", () => {
    const numbers = noise("z", 2);
    const { z } = semanticTest(
      fakeTally(many, { heads: 2, sum: (t, h, name) => (name === "semantic" ? numbers[2 * t + h]! : 0) }),
      1,
      9,
    );
    for (const h of [0, 1]) {
      const own = Array.from(many, (_, t) => numbers[2 * t + h]!);
      expect(z[h]).toBeCloseTo(own.reduce((a, b) => a + b) / Math.sqrt(own.reduce((a, b) => a + b * b, 0)), 5);
    }
  });

  it("holds its level over all heads at once", () => {
    let found = 0;
    for (let seed = 0; seed < 40; seed++) {
      const numbers = noise(`level ${seed}`, 20);
      const nothing = fakeTally(many, { heads: 20, sum: (t, h, name) => (name === "semantic" ? numbers[t * 20 + h]! : 0) });
      if (Math.min(...semanticTest(nothing, seed, 99).p) <= 0.05) found++;
    }
    // family-wise: 2 of 40 are expected, and P(more than 6) is 0.3%
    expect(found).toBeLessThanOrEqual(6);
  });

  it("says nothing of a head without attention to similar tokens, or away from them", () => {
    const { z, p } = semanticTest(fakeTally(many, { heads: 2, sum: (_, h, name) => (name === "semantic" ? -h : 0) }), 1, 99);
    expect(z[0]).toBe(0);
    expect(z[1]).toBeCloseTo(-Math.sqrt(count), 5);
    expect(p[1]).toBe(1);
  });
});
