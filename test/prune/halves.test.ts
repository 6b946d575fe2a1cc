/** Examples that choose, count and measure are different ones, and "too few" counts the user's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halvesOf, requireEnough, wholeTask } from "../../src/prune/halves.ts";
import { InputError } from "../../src/run/errors.ts";
import type { TaskMaker } from "../../src/tasks/source.ts";
import type { Task } from "../../src/tasks/task.ts";

const task = (examples: number) => ({ name: "made", examples }) as Task;

/** A maker that keeps which examples it was asked for, and can judge a share of them. */
function maker(count: number, { perJudged = 1, share }: { perJudged?: number; share?: number } = {}) {
  const asked: number[][] = [];
  const source: TaskMaker = {
    ...{ id: "data.csv", keys: Array.from({ length: count }, (_, k) => k % 3), perJudged },
    make: async (wanted = () => true) => {
      asked.push(Array.from({ length: count }, (_, k) => k).filter(wanted));
      return task(Math.floor(asked.at(-1)!.length * (share ?? 1 / perJudged)));
    },
  };
  return { source, asked };
}

describe("parts", () => {
  it("share no example, and together are all of them, for any seed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 84, max: 200 }), fc.nat(), fc.boolean(), async (count, seed, counting) => {
        const { source, asked } = maker(count);
        const parts = await halvesOf(source, { seed, counting });
        expect(asked.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
        expect(asked[0]).toEqual(Array.from({ length: count }, (_, k) => k).filter(parts.measured));
        expect(Math.abs(asked.at(-1)!.length - count / 2)).toBeLessThanOrEqual(0.5);
        expect(parts.count === undefined).toBe(!counting);
      }),
    );
  });

  it("are the same for one seed and others for another", async () => {
    const of = async (seed: number) => {
      const { source, asked } = maker(100);
      await halvesOf(source, { seed });
      return JSON.stringify(asked);
    };
    expect(await of(3)).toBe(await of(3));
    expect(await of(3)).not.toBe(await of(4));
  });

  it("for counting are drawn by the seed too, not by the place among what is left", async () => {
    const placesOf = async (seed: number) => {
      const { source, asked } = maker(84);
      await halvesOf({ ...source, keys: source.keys.map(() => 0) }, { seed, counting: true });
      const [measuring, counting, choosing] = asked as [number[], number[], number[]];
      expect([measuring.length, counting.length, choosing.length]).toEqual([21, 21, 42]);
      const left = [...measuring, ...counting].sort((one, other) => one - other);
      return counting.map((k) => left.indexOf(k));
    };
    expect(await placesOf(5)).not.toEqual(await placesOf(6));
  });

  it("are all examples where none is used", async () => {
    const { source, asked } = maker(20);
    const { choose, measure } = await halvesOf(source, { seed: 1, used: false });
    expect([choose, asked]).toEqual([measure, [Array.from({ length: 20 }, (_, k) => k)]]);
  });
});

describe("too few examples are counted as the user gave them", () => {
  it.each([
    ["all for an interval", 19, {}, undefined, "data.csv: 19 examples are too few for an interval; give at least 20"],
    ["one", 1, {}, undefined, "data.csv: 1 example is too few for an interval"],
    [
      "halves",
      39,
      {},
      { seed: 1 },
      "39 examples are too few to select heads on one half and measure on the other; give at least 40",
    ],
    [
      "quarters",
      79,
      {},
      { seed: 1, counting: true },
      "to select heads, count them and measure on different examples; give at least 80",
    ],
    [
      "labels of which half is judged",
      120,
      { perJudged: 2 },
      { seed: 1, counting: true },
      "120 examples are too few to select heads, count them and measure on different examples; give at least 160",
    ],
    [
      "examples of which some have nothing to judge",
      60,
      { share: 0.5 },
      { seed: 1 },
      "60 examples are too few to select heads on one half and measure on the other; give at least 80",
    ],
    ["examples of which fewer have something to judge", 60, { share: 0.4 }, { seed: 1 }, "give at least 100"],
    ["examples of which none can be judged", 60, { share: 0 }, { seed: 1 }, "give at least 80"],
  ] as const)("%s", async (_, count, made, options, message) => {
    const { source } = maker(count, made);
    await expect(options ? halvesOf(source, options) : wholeTask(source)).rejects.toThrow(message);
  });

  it("before any task is built, by the options that have their defaults", () => {
    const enough = (count: number, options: Parameters<typeof requireEnough>[1]) => () =>
      requireEnough(maker(count).source, options);
    expect(enough(39, {})).toThrow(
      new InputError(
        "data.csv: 39 examples are too few to select heads on one half and measure on the other; give at least 40",
      ),
    );
    expect(enough(40, {})).not.toThrow();
    expect(enough(79, { counting: true })).toThrow(/give at least 80$/);
    expect(enough(20, { used: false })).not.toThrow();
    expect(() => requireEnough({ ...maker(39).source, perJudged: undefined }, {})).toThrow(/give at least 40$/);
    expect(() => requireEnough(maker(79, { perJudged: 2 }).source, {})).toThrow(/give at least 80$/);
  });

  it("and just enough are taken", async () => {
    await expect(halvesOf(maker(160, { perJudged: 2 }).source, { seed: 1, counting: true })).resolves.toBeDefined();
  });
});
