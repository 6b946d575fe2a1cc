/** Draws are seeded, and intervals of means are as wide as normal theory has them. */
import { describe, expect, it } from "vitest";
import { checkExamples } from "../../src/heads/importance/importance.ts";
import { normals, random } from "../../src/params/random.ts";
import { drawExamples, estimate } from "../../src/stats/bootstrap.ts";
import { interval } from "../../src/stats/intervals.ts";
import { qualities, total } from "../../src/tasks/task.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";

describe("draws", () => {
  it("are as many as asked, each as long as there are examples, all of them examples", () => {
    const draws = drawExamples(31, 1, 7);
    expect(draws.map(({ length }) => length)).toEqual(new Array(7).fill(31));
    for (const draw of draws) expect([...draw].every((k) => Number.isInteger(k) && k >= 0 && k < 31)).toBe(true);
    expect(drawExamples(31, 1)).toHaveLength(200);
  });

  it("follow the seed", () => {
    expect(drawExamples(31, 1)).toEqual(drawExamples(31, 1));
    expect(drawExamples(31, 2)).not.toEqual(drawExamples(31, 1));
  });

  it("take every example alike", () => {
    const counts = new Array<number>(11).fill(0);
    for (const draw of drawExamples(11, 3, 4000)) for (const k of draw) counts[k]!++;
    // 4000 expected of each, with a deviation of 60
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(300);
  });
});

describe("the interval of a mean", () => {
  const xs = Float64Array.from(normals(random("sample"), 4001), (x) => 3 + 2 * x);
  const mean = (some?: Int32Array) => total(xs, some) / (some ?? xs).length;

  it("is mean ± 1.96 σ/√n on many examples", () => {
    const { value, low, high } = estimate(drawExamples(xs.length, 1, 2000), mean);
    const deviation = Math.sqrt(xs.reduce((sum, x) => sum + (x - value) ** 2, 0) / xs.length);
    const half = (1.96 * deviation) / Math.sqrt(xs.length);
    expect(value).toBe(total(xs) / 4001);
    expect(Math.abs(low - (value - half))).toBeLessThan(0.1 * half);
    expect(Math.abs(high - (value + half))).toBeLessThan(0.1 * half);
  });

  it("contains the mean, and the truth for nineteen samples of twenty", () => {
    let [hits, trials] = [0, 0];
    for (let seed = 0; seed < 100; seed++) {
      const sample = Float64Array.from(normals(random(`trial ${seed}`), 59));
      const { value, low, high } = estimate(drawExamples(59, seed), (some) => total(sample, some) / 59);
      expect(low < value && value < high).toBe(true);
      trials++;
      hits += Number(low <= 0 && high >= 0);
    }
    expect(hits / trials).toBeGreaterThan(0.86);
    expect(hits / trials).toBeLessThan(1);
  });

  it("is a point where all examples are the same", () => {
    expect(estimate(drawExamples(23, 1), (some) => (some ? 7 : 7))).toEqual({ value: 7, low: 7, high: 7 });
  });
});

it("leaves out a fortieth on either side", () => {
  const numbers = Float64Array.from({ length: 201 }, (_, k) => (k * 89) % 201);
  expect(interval(numbers)).toEqual({ low: 5, high: 195 });
});

it("the qualities of draws are the task's own, to be subtracted draw by draw", () => {
  const task = nextTokenTask([
    [1, 2],
    [1, 2, 3],
  ]);
  const judged = { nats: Float64Array.of(1, 5), tokens: Float64Array.of(1, 2) };
  expect([...qualities(task, judged, [Int32Array.of(0, 0), Int32Array.of(0, 1), Int32Array.of(1, 1)])]).toEqual([1, 2, 2.5]);
});

it("twenty examples are the fewest", () => {
  expect(() => checkExamples({ name: "similarity", examples: 19 })).toThrow(
    "the similarity task has 19 examples, too few for an interval; give at least 20",
  );
  expect(() => checkExamples({ name: "similarity", examples: 20 })).not.toThrow();
});
