import { expect, it } from "vitest";
import { moments } from "../../src/stats/moments.ts";

it("the mean and the spread of all numbers, none of which is left out", () => {
  expect(moments(Float32Array.of(1, 3, 5, 11))).toEqual({ mean: 5, deviation: Math.sqrt((16 + 4 + 0 + 36) / 4) });
  expect(moments(Float32Array.of(0.1, 0.1, 0.1)).deviation).toBeCloseTo(0, 6);
});
