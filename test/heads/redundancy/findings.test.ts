/** Heads of which nothing can be told: what beats its control by chance, or by too little to be a function, does not count. */
import { describe, expect, it } from "vitest";
import { findNoise } from "../../../src/heads/redundancy/findings.ts";
import type { Report, Score } from "../../../src/heads/report/schema.ts";

const score = (value: number, rest: Partial<Score> = {}): Score => ({ value, control: 0.1, p: 0.01, n: 100, ...rest });
const unsure = score(0.3, { p: null, control: 0.4 });
/** Whether a head of these scores is told from untrained ones. */
const tells = (scores: Record<string, Score>): boolean => {
  const head = { layer: 3, head: 4, scores: { confidence: unsure, ...scores } } as unknown as Report["heads"][number];
  const found = findNoise([head]);
  if (found.length > 0) expect(found).toEqual([{ layer: 3, head: 4 }]);
  return found.length === 0;
};

describe("a head is told from untrained ones", () => {
  it("by one score above its control and not by chance", () => {
    expect(tells({ self: score(0.2), delimiter: score(0.05) })).toBe(true);
    expect(tells({ self: score(0.1), delimiter: score(0.05) })).toBe(false);
    expect(tells({ self: score(0.9, { p: 0.06 }) })).toBe(false);
  });

  it("by a lead over its control that is not negligible: 2% of attention or of cases", () => {
    expect(tells({ self: score(0.119) })).toBe(false);
    expect(tells({ self: score(0.121) })).toBe(true);
    expect(tells({ self: score(0.019, { control: null }) })).toBe(false);
    expect(tells({ self: score(0.021, { control: null }) })).toBe(true);
  });

  it("not by what only describes it", () => {
    expect(tells({ distance: score(9, { p: null }), broad: score(0.9, { p: null, control: null }) })).toBe(false);
    expect(tells({})).toBe(false);
  });

  it("not by what it writes", () => {
    for (const name of ["dormant", "ov-copying", "copy-suppression", "retrieval"])
      expect(tells({ [name]: score(0.9) })).toBe(false);
  });

  it("by similarity in meaning that is not negligible", () => {
    const control = 0.01;
    expect(tells({ semantic: score(0.049, { control }) })).toBe(false);
    expect(tells({ semantic: score(0.05, { control }) })).toBe(true);
    expect(tells({ semantic: score(0.3, { control, p: 0.06 }) })).toBe(false);
    // its control does not have to be left so far behind
    expect(tells({ semantic: score(0.06, { control: 0.05 }) })).toBe(true);
  });

  it("by where its largest weights are if it is sure of itself: more than half, or more than untrained heads", () => {
    const positional = score(0.9);
    expect(tells({ positional })).toBe(false);
    expect(tells({ positional, confidence: score(0.51, { p: null, control: 0.6 }) })).toBe(true);
    expect(tells({ positional, confidence: score(0.5, { p: null, control: 0.6 }) })).toBe(false);
    expect(tells({ positional, confidence: score(0.4, { p: null, control: 0.3 }) })).toBe(true);
  });
});

it("every head is looked at by itself, in order", () => {
  const heads = [0, 1, 2, 3].map((head) => ({
    ...{ layer: 1, head },
    scores: { confidence: unsure, self: score(head % 2) },
  })) as unknown as Report["heads"];
  expect(findNoise(heads).map(({ head }) => head)).toEqual([0, 2]);
});
