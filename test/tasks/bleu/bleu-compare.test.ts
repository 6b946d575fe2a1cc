/** The paired bootstrap against its definition, and what it must say of systems that are equal, or plainly unequal. */
import { describe, expect, test } from "vitest";
import { random } from "../../../src/params/random.ts";
import { InputError } from "../../../src/run/errors.ts";
import { bleu } from "../../../src/tasks/bleu/bleu.ts";
import { compareBleu } from "../../../src/tasks/bleu/bleu-compare.ts";

const uniform = random("sentences");
const words = "the a man dog ball red blue runs plays in on park street with and".split(" ");
const word = () => words[Math.floor(uniform() * words.length)]!;
const reference = Array.from({ length: 53 }, () => Array.from({ length: 5 + Math.floor(uniform() * 9) }, word).join(" "));
/** The reference with each word replaced with the given probability. */
const system = (errors: number) =>
  reference.map((line) =>
    line
      .split(" ")
      .map((w) => (uniform() < errors ? word() : w))
      .join(" "),
  );
const [good, alike, bad] = [system(0.2), system(0.2), system(0.5)];

describe("compareBleu", () => {
  test("is the definition, drawn line by line", () => {
    const stream = random(7);
    const resamples = 41;
    const differences = Array.from({ length: resamples }, () => {
      const drawn = reference.map(() => Math.floor(stream() * reference.length));
      const score = (lines: readonly string[]) =>
        bleu(
          drawn.map((i) => lines[i]!),
          [drawn.map((i) => reference[i]!)],
        ).score;
      return score(alike) - score(good);
    });
    const difference = bleu(alike, [reference]).score - bleu(good, [reference]).score;
    const mean = differences.reduce((sum, d) => sum + Math.abs(d), 0) / resamples;
    const above = differences.filter((d) => Math.abs(d) - mean > Math.abs(difference)).length;
    const found = compareBleu(good, alike, [reference], { resamples, seed: 7 });
    expect(found.difference).toBeCloseTo(difference, 10);
    expect(found.p).toBeCloseTo((above + 1) / (resamples + 1), 12);
    const sorted = differences.sort((a, b) => a - b);
    expect([found.low, found.high]).toEqual([sorted[1], sorted[39]].map((d) => expect.closeTo(d!, 10)));
    expect([found.first, found.second]).toEqual([good, alike].map((lines) => bleu(lines, [reference])));
  });

  test("finds a plain difference, whichever comes first, and none between systems of the same quality", () => {
    const worse = compareBleu(good, bad, [reference]);
    expect(worse.p).toBe(1 / 1001);
    expect(worse.high).toBeLessThan(0);
    const better = compareBleu(bad, good, [reference]);
    expect([better.difference, better.p]).toEqual([-worse.difference, worse.p]);
    const same = compareBleu(good, alike, [reference]);
    expect(same.p).toBeGreaterThan(0.05);
    expect(same.low < 0 && same.high > 0).toBe(true);
  });

  test("the seed alone decides", () => {
    const run = (seed: number) => compareBleu(good, alike, [reference], { resamples: 101, seed });
    expect(run(3)).toEqual(run(3));
    expect(run(3).low).not.toBe(run(5).low);
  });

  test.each([0, 2.5, Number.NaN])("%d resamples are refused", (resamples) => {
    expect(() => compareBleu(good, bad, [reference], { resamples })).toThrow(InputError);
  });

  test("systems of unequal length are refused", () => {
    expect(() => compareBleu(good, bad.slice(1), [reference])).toThrow("reference 1 has 53 lines, but there are 52 hypotheses");
  });
});
