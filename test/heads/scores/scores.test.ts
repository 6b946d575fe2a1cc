/** From sums to scores: means over the queries that can attend to what is asked for, and their draws from resampled texts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SUMS } from "../../../src/heads/observe/statistics.ts";
import { bestOffsets, TALLY_SCORES, tallyDraws, tallyScores } from "../../../src/heads/scores/scores.ts";
import { random } from "../../../src/params/random.ts";
import { interval, resample } from "../../../src/stats/intervals.ts";
import { fakeTally, textOf } from "../fake-tally.ts";
import { sentenceOf } from "../models.ts";

const words = (count: number) => textOf(sentenceOf(Array.from({ length: count }, (_, w) => `w${w}`)));
const LENGTHS = [2, 3, 5, 7];
const texts = LENGTHS.map(words);
const QUERIES = 17;

/** Every sum its own number, the same in each head but for a factor. */
const sum = (t: number, h: number, name: string) => (t + 1) * (h + 1) * (0.01 + 0.001 * SUMS.indexOf(name));
const tally = fakeTally(texts, { heads: 3, sum });
const totalOf = (name: string, h: number) => texts.reduce((s, _, t) => s + sum(t, h, name), 0);

/** Of texts of these lengths the queries that have a neighbor so far away. */
const having = (offset: number) => LENGTHS.reduce((n, length) => n + Math.max(0, length - Math.abs(offset)), 0);

describe("tallyScores", () => {
  const scores = tallyScores(tally, "raw");

  it.each([
    ["self", "weight:0"],
    ["first-position", "first-position"],
    ["sink", "first-position"],
    ["last-position", "last-position"],
    ["broad", "broad"],
    ["confidence", "confidence"],
    ["distance", "distance"],
  ] as const)("%s is the mean of %s over queries", (name, from) => {
    for (const h of [0, 1, 2]) expect(scores[name][h]).toBeCloseTo(totalOf(from, h) / QUERIES, 6);
  });

  it.each([
    ["previous-token", "weight:-1", -1],
    ["next-token", "weight:1", 1],
  ] as const)("%s is the mean of %s over the queries that have such a neighbor", (name, from, offset) => {
    for (const h of [0, 1, 2]) expect(scores[name][h]).toBeCloseTo(totalOf(from, h) / having(offset), 6);
  });

  it("positional is the best of all offsets, over the queries that have such a neighbor and at least a quarter of all", () => {
    const offsets = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5];
    const share = (offset: number, h: number) => totalOf(`top:${offset}`, h) / Math.max(having(offset), QUERIES / 4);
    for (const h of [0, 1, 2]) expect(scores.positional[h]).toBeCloseTo(Math.max(...offsets.map((o) => share(o, h))), 6);
    expect(having(5)).toBeLessThan(QUERIES / 4);
  });

  /** Two texts between special tokens, one of them with a full stop and a word of three pieces. */
  const framed = [
    { ...words(6), special: [true, false, false, false, false, true], wordOf: Int32Array.of(-1, 0, 0, 0, 1, -1) },
    { ...words(4), special: [true, false, false, true], wordOf: Int32Array.of(-1, 0, 1, -1) },
  ].map((text, t) => ({ ...text, punctuation: text.special.map((_, i) => t === 0 && i === 4) }));

  it("delimiters are means over the queries that can see one of the kind", () => {
    const sums = (_t: number, _h: number, name: string) =>
      ({ "delimiter:cls": 0.5, "delimiter:sep": 1, "delimiter:punctuation": 1.2 })[name] ?? 0;
    const [both, causal] = [false, true].map((c) => tallyScores(fakeTally(framed, { heads: 1, sum: sums, causal: c }), "raw"));
    // six queries see both ends, and four of them the full stop; looking back, none sees the end and one the full stop
    expect(both!["delimiter:cls"][0]).toBeCloseTo(1 / 6, 6);
    expect(both!["delimiter:sep"][0]).toBeCloseTo(2 / 6, 6);
    expect(both!["delimiter:punctuation"][0]).toBeCloseTo(2.4 / 4, 6);
    expect(both!.delimiter[0]).toBeCloseTo(2.4 / 4, 6);
    expect(causal!["delimiter:cls"][0]).toBeCloseTo(1 / 6, 6);
    expect(causal!["delimiter:punctuation"][0]).toBeCloseTo(2.4, 6);
  });

  it("sub-word is what pieces of the own word get above pieces of others, over the queries that have one", () => {
    const sums = (t: number, _h: number, name: string) =>
      t > 0 ? 0 : ({ "sub-word": 1.5, "sub-word-control": 0.5 }[name] ?? 0);
    // two queries: the second and the third piece of the long word
    expect(tallyScores(fakeTally(framed, { heads: 1, sum: sums }), "raw")["sub-word"][0]).toBeCloseTo(0.5, 6);
    expect(tallyScores(tally, "raw")["sub-word"][0]).toBeCloseTo(totalOf("sub-word", 0) - totalOf("sub-word-control", 0), 6);
  });

  it("nothing that no query can see makes a score that is no number", () => {
    const alone = tallyScores(fakeTally([words(2)], { heads: 1 }), "raw");
    for (const name of TALLY_SCORES) expect(alone[name][0], name).toBe(0);
  });

  it("no offset of 0 is positional: that is called self", () => {
    const own = fakeTally(texts, { heads: 1, sum: (_t, _h, name) => (name === "top:0" ? 2 : name === "top:-3" ? 1 : 0) });
    expect(tallyScores(own, "raw").positional[0]).toBeCloseTo(LENGTHS.length / Math.max(having(-3), QUERIES / 4), 6);
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
  const wanted = [-3, 1, 2];
  // all of the neighbors at one offset, half of those at every other
  const sums = (t: number, h: number, name: string) => {
    const offset = Number(/^top:(.+)$/.exec(name)?.[1] ?? 9);
    return Math.max(0, LENGTHS[t]! - Math.abs(offset)) * (offset === wanted[h] ? 1 : 0.5);
  };
  const heads = fakeTally(texts, { heads: 3, sum: sums });
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
    const { self } = tallyDraws(alike, 1);
    for (const h of [0, 1]) {
      const { low, high } = interval(self[h]!);
      expect(low).toBe(high);
      expect(low).toBeCloseTo((h + 1) / 3, 6);
    }
  });

  it("covers the truth about 95% of the time", () => {
    const uniform = random("coverage");
    const fives = Array.from({ length: 40 }, () => words(5));
    let inside = 0;
    const heads = 60;
    const noisy = fakeTally(fives, { heads, sum: () => 5 * (0.4 + 0.4 * (uniform() - 0.5)) });
    for (const draws of tallyDraws(noisy, 3, 300).self) {
      expect(draws).toHaveLength(300);
      const { low, high } = interval(draws);
      if (low <= 0.4 && 0.4 <= high) inside++;
      // the standard error is 0.4 / √12 / √40
      expect(high - low).toBeGreaterThan(0.05);
      expect(high - low).toBeLessThan(0.1);
    }
    expect(inside).toBeGreaterThan(0.85 * heads);
    expect(inside).toBeLessThanOrEqual(heads);
  });

  it("draws texts with the queries that can see what is asked for", () => {
    // text t gives 0.1 t at the offset −1 for each query that has such a neighbor: every draw is a mean of these
    const shares = fakeTally(texts, {
      heads: 1,
      sum: (t, _, name) => (name === "weight:-1" ? 0.1 * t * (LENGTHS[t]! - 1) : 0),
    });
    const uniform = random("7/bootstrap");
    const wanted = Array.from({ length: 50 }, () => {
      const times = resample(uniform, LENGTHS.length);
      const [up, down] = [0, 1].map((k) =>
        LENGTHS.reduce((s, length, t) => s + times[t]! * (length - 1) * (k === 0 ? 0.1 * t : 1), 0),
      );
      return up! / down!;
    });
    const found = tallyDraws(shares, 7, 50)["previous-token"][0]!;
    for (const [k, value] of found.entries()) expect(value).toBeCloseTo(wanted[k]!, 6);
  });

  it("one seed gives the same draws", () => {
    expect(tallyDraws(tally, 1, 20)).toEqual(tallyDraws(tally, 1, 20));
    expect(tallyDraws(tally, 1, 20).self).not.toEqual(tallyDraws(tally, 2, 20).self);
  });
});
