/** Schedules against PyTorch's, number for number (test/fixtures/make_training.py), and their laws. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { learningRate, type Schedule } from "../../src/train/schedule.ts";

interface Table {
  readonly schedule: Schedule & { learningRate?: number; factor?: number; width?: number; steps?: number };
  readonly values: readonly number[];
}

const { tables } = JSON.parse(readFileSync(new URL("../fixtures/training/schedules.json", import.meta.url), "utf8")) as {
  tables: readonly Table[];
};

it.each(
  tables.map(({ schedule, values }) => [JSON.stringify(schedule), schedule, values] as const),
)("%s", (_, schedule, values) => {
  const { factor, width, warmup, steps = 60 } = schedule;
  const peak = schedule.learningRate ?? factor! * (width! * Math.max(1, warmup)) ** -0.5;
  expect(values).toHaveLength(60);
  for (const [k, value] of values.entries())
    expect(Math.abs(learningRate(schedule, peak, k + 1, steps) - value)).toBeLessThanOrEqual(1e-14 * peak);
});

const schedules = fc.record({
  kind: fc.constantFrom("transformer", "cosine", "constant"),
  warmup: fc.integer({ min: 0, max: 40 }),
  floor: fc.double({ min: 0, max: 1, noNaN: true }),
}) as fc.Arbitrary<Schedule>;

it("never goes over the peak, nor below zero, and reaches the peak where the run is longer than the warm-up", () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 50, max: 200 }), (schedule, steps) => {
      const rates = Array.from({ length: steps }, (_, k) => learningRate(schedule, 0.7, k + 1, steps));
      for (const rate of rates) expect(rate).toBeGreaterThanOrEqual(0);
      expect(Math.max(...rates)).toBeCloseTo(0.7, 12);
    }),
  );
});

it("rises until the peak and falls after it", () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 50, max: 200 }), (schedule, steps) => {
      for (let step = 2; step <= steps; step++) {
        const change = learningRate(schedule, 1, step, steps) - learningRate(schedule, 1, step - 1, steps);
        // the peak is at step `warmup` of the paper's schedule, and one later in those that start from zero
        const top = schedule.kind === "transformer" ? schedule.warmup : schedule.warmup + 1;
        if (step <= top) expect(change).toBeGreaterThan(0);
        else expect(change).toBeLessThanOrEqual(0);
      }
    }),
  );
});

it("ends a cosine at its floor", () => {
  for (const floor of [0, 0.1, 1])
    expect(learningRate({ kind: "cosine", warmup: 7, floor }, 2, 54, 53)).toBeCloseTo(2 * floor, 12);
});
