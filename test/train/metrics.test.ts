import { describe, expect, test } from "vitest";
import { InputError } from "../../src/run/errors.ts";
import { bitsPerByte, perplexity } from "../../src/train/metrics.ts";

describe("a model that guesses", () => {
  test.each([2, 7, 4099])("among %i equal tokens has that perplexity", (vocabulary) => {
    expect(perplexity(31 * Math.log(vocabulary), 31)).toBeCloseTo(vocabulary, 8);
  });
  test("among the 256 bytes needs 8 bits for each, however they are cut into tokens", () => {
    expect(bitsPerByte(103 * Math.log(256), 103)).toBeCloseTo(8, 12);
    expect(bitsPerByte(53 * Math.log(256 ** 2), 2 * 53)).toBeCloseTo(8, 12);
  });
});

test("a sure model has perplexity 1 and no bits", () => {
  expect([perplexity(0, 5), bitsPerByte(0, 5)]).toEqual([1, 0]);
});

test.each([0, -3, Number.NaN])("a count of %d is refused, and so is a loss of NaN", (count) => {
  for (const metric of [perplexity, bitsPerByte]) {
    expect(() => metric(1, count)).toThrow(InputError);
    expect(() => metric(Number.NaN, 11)).toThrow("the summed loss is NaN");
  }
});
