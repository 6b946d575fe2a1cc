/** How surely a label would be given again: surely far above the bar, never far below it, every other time at it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Score } from "../../../src/heads/report/schema.ts";
import { againShare, type MeasuredScores } from "../../../src/heads/scores/again.ts";
import { normals, random } from "../../../src/params/random.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.01, n: 100, ...rest });
/** A score of this value whose draws are normal around it. */
const measured = (value: number, deviation: number, rest: Partial<Score> = {}, count = 100_000): MeasuredScores => ({
  score: score(value, rest),
  draws: Float64Array.from(normals(random("draws"), count), (x) => value + deviation * x),
});
const again = (name: string, own: MeasuredScores, others: Record<string, MeasuredScores> = {}) =>
  againShare(name, { [name]: own, ...others })!;

describe("a label is given again", () => {
  it("surely where its score is far above the bar, and never where it is far below", () => {
    expect(again("self", measured(0.9, 0.02))).toBe(1);
    expect(again("self", measured(0.2, 0.02))).toBe(0);
  });

  it("every other time where its score is at the bar", () => {
    expect(again("self", measured(0.5, 0.02))).toBeCloseTo(0.5, 1);
    expect(again("induction", measured(0.4, 0.1))).toBeCloseTo(0.5, 1);
  });

  it("as often as the difference of two samples says, which has √2 times one's deviation", () => {
    // Φ(1 / √2) = 0.7602: the score is one deviation above the bar
    expect(again("self", measured(0.55, 0.05))).toBeCloseTo(0.7602, 2);
    expect(again("self", measured(0.45, 0.05))).toBeCloseTo(1 - 0.7602, 2);
  });

  it("by draws that are counted by hand", () => {
    const draws = Float64Array.of(0.4, 0.5, 0.55, 0.6, 0.7);
    // moved to 0.317, 0.459, 0.529, 0.6, 0.741
    expect(again("self", { score: score(0.6), draws })).toBe(3 / 5);
    expect(again("self", { score: score(0.6, { control: 0.59 }), draws })).toBe(2 / 5);
    expect(again("self", { score: score(0.6), draws, least: 0.7 })).toBe(1 / 5);
  });

  it("with every bar in its way: control, shuffled words, and what chance does not explain", () => {
    expect(again("self", measured(0.7, 0.02, { control: 0.7 }))).toBeCloseTo(0.5, 1);
    const syntactic = { offsetBaseline: 0.5, shuffled: 0.2 };
    expect(again("syntactic", measured(0.6, 0.02, syntactic))).toBeCloseTo(0.5, 1);
    expect(again("syntactic", measured(0.7, 0.01, syntactic))).toBe(1);
    expect(again("syntactic", measured(0.7, 0.02, { ...syntactic, shuffled: 0.7 }))).toBeCloseTo(0.5, 1);
    expect(again("syntactic", { ...measured(0.7, 0.01, syntactic), least: 0.8 })).toBe(0);
    expect(again("syntactic", { ...measured(0.7, 0.01, syntactic), least: 0.55 })).toBe(1);
  });
});

it("a positional head has to be sure of itself again, in the same draws", () => {
  const positional = measured(0.95, 0.002);
  expect(again("positional", positional, { confidence: measured(0.9, 0.002) })).toBe(1);
  expect(again("positional", positional, { confidence: measured(0.5, 0.01) })).toBe(0);
  expect(again("positional", positional, { confidence: measured(0.8, 0.01) })).toBeCloseTo(0.5, 1);
  // both at the bar, and both by the same draws: still every other time
  expect(again("positional", measured(0.9, 0.01), { confidence: measured(0.8, 0.01) })).toBeCloseTo(0.5, 1);
});

it("nothing is said where nothing was drawn", () => {
  expect(againShare("self", { self: { score: score(0.9) } })).toBeUndefined();
});

it("the share falls as the bar rises, and lies between 0 and 1", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 1 }), share, share, share, (draws, value, a, b) => {
      const at = (least: number) => again("self", { score: score(value), draws: Float64Array.from(draws), least });
      const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
      expect(low).toBeGreaterThanOrEqual(high);
      expect(high).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(1);
    }),
  );
});
