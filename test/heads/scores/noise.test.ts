/** The probability that a noise head is noise in another sample, and the rule itself on halves of draws. */
import { describe, expect, it } from "vitest";
import type { Score } from "../../../src/heads/report/schema.ts";
import type { MeasuredScores } from "../../../src/heads/scores/again.ts";
import { isNoise, noiseAgain } from "../../../src/heads/scores/noise.ts";
import { normals, random } from "../../../src/params/random.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.2, n: 100, ...rest });
const measured = (value: number, deviation: number, rest: Partial<Score> = {}): MeasuredScores => ({
  score: score(value, rest),
  draws: Float64Array.from(normals(random(`${value} ${deviation}`), 20_000), (x) => value + deviation * x),
});

describe("a noise head is noise again", () => {
  it("always if no score comes near its control, and never if one is far above", () => {
    expect(noiseAgain({ self: measured(0.05, 0.001), delimiter: measured(0.02, 0.001) })).toBe(1);
    expect(noiseAgain({ self: measured(0.5, 0.001), delimiter: measured(0.02, 0.001) })).toBe(0);
  });

  it("every other time if a score is at the least lead that is not negligible", () => {
    expect(noiseAgain({ self: measured(0.12, 0.02) })).toBeCloseTo(0.5, 1);
  });

  it("as often as both of two independent scores stay below", () => {
    expect(noiseAgain({ self: measured(0.12, 0.02), delimiter: measured(0.12, 0.021) })).toBeCloseTo(0.25, 1);
  });

  it("by draws that are counted by hand", () => {
    const draws = Float64Array.of(0.05, 0.08, 0.1, 0.13, 0.2);
    // moved around 0.1 to 0.029, 0.072, 0.1, 0.142, 0.241: the last two lead by 0.02 or more
    expect(noiseAgain({ self: { score: score(0.1), draws } })).toBe(3 / 5);
    // a least value that chance explains can be higher than the control
    expect(noiseAgain({ self: { score: score(0.1), draws, least: 0.2 } })).toBe(4 / 5);
  });

  it("as its scores say now, if nothing was drawn", () => {
    expect(noiseAgain({ self: { score: score(0.05) } })).toBe(1);
    expect(isNoise({ self: score(0.05) })).toBe(true);
  });

  it("whatever it writes, and whatever only describes it", () => {
    expect(noiseAgain({ dormant: measured(0.95, 0.001), broad: measured(0.9, 0.001, { p: null, control: null }) })).toBe(1);
  });
});
