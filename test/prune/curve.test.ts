/** Curves: each point is its cut model measured, losses are paired, and the search along an order finds what trying all finds. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unitsOf } from "../../src/models/sites.ts";
import { random } from "../../src/params/random.ts";
import { removalOrder } from "../../src/prune/choose.ts";
import { type Chosen, keptAfter } from "../../src/prune/choosing.ts";
import { baselineOf, cutCurves, longestWithin } from "../../src/prune/curve.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { evaluate, type Judged, type Task } from "../../src/tasks/task.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { KINDS, madeTask, madeTexts } from "../heads/small-tasks.ts";
import { loadFixture } from "../models/golden.ts";
import { type Adds, toyModel, toyTask } from "./toy.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe("a baseline", () => {
  const task = nextTokenTask(madeTexts(53, 101, "baseline"));
  const uniform = random("judged");
  const whole: Judged = {
    nats: Float64Array.from({ length: 101 }, () => 9 * uniform()),
    tokens: new Float64Array(101).fill(2),
  };
  const shifted = (by: (k: number) => number): Judged => ({ ...whole, nats: whole.nats!.map((x, k) => x + by(k)) });

  it("finds no loss in the same judgements, on any draw", () => {
    expect(baselineOf(task, whole, 1).compare(whole).loss).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("knows a loss that every example has for certain, however examples differ", () => {
    const { quality, loss } = baselineOf(task, whole, 1).compare(shifted(() => 0.2));
    expect([loss.value, loss.low, loss.high]).toEqual([0.1, 0.1, 0.1].map((x) => expect.closeTo(x, 10)));
    expect(quality.high - quality.low).toBeGreaterThan(0.3);
  });

  it("is unsure of a loss that comes and goes", () => {
    const { loss } = baselineOf(task, whole, 1).compare(shifted((k) => (k % 2 === 0 ? 1 : -1)));
    expect(loss.low).toBeLessThan(0);
    expect(loss.high).toBeGreaterThan(0);
  });

  it("a loss is what gets worse: more nats, or fewer points", () => {
    const more = shifted(() => 1);
    expect(baselineOf(task, whole, 1).compare(more).loss.value).toBeGreaterThan(0);
    expect(baselineOf({ ...task, better: "higher" }, whole, 1).compare(more).loss.value).toBeLessThan(0);
  });
});

/** Two layers of seven and five heads of which head k is worth `worth(k)`. */
const toy = (worth: (k: number) => number) => {
  const adds = Array.from({ length: 12 }, (_, k): Adds => [0, worth(k)]);
  return toyModel([adds.slice(0, 7), adds.slice(7)]);
};
const halves = { choose: toyTask(21), measure: toyTask(23) };

describe("curves", () => {
  it.each(KINDS)("points are their cut models, measured (%s)", async (_, load) => {
    const model = await load();
    const [choose, measure] = [madeTask(model, 5, "choose"), madeTask(model, 7, "measure")];
    const { curves, quality } = await cutCurves(
      runtime,
      model,
      { choose, measure },
      { methods: ["michel"], points: 3, seed: 1 },
    );
    const [curve] = curves;
    const units = unitsOf(model.config);
    const heads = units.reduce((sum, unit) => sum + unit.heads.length, 0);
    expect(quality.value).toBeCloseTo(measure.quality(await evaluate(runtime, model, measure)), 4);
    expect(curve!.order).toHaveLength(units.length - 1);
    expect(curve!.points.at(-1)!.removed).toBe(units.length - 1);
    for (const { removed, share, quality: is, loss } of curve!.points) {
      const gone = curve!.order.slice(0, removed).map((name) => units.find((unit) => unit.name === name)!);
      const cut = cutHeads({ config: model.config, weights: model.weights }, keptAfter(model.config, gone));
      const own = measure.quality(await evaluate(runtime, cut, measure));
      expect(share).toBeCloseTo(gone.reduce((sum, unit) => sum + unit.heads.length, 0) / heads, 10);
      expect(is.value).toBeCloseTo(own, 3);
      expect(loss.value).toBeCloseTo(measure.better === "lower" ? own - quality.value : quality.value - own, 3);
    }
  });

  it("leave the whole model's interval where the loss is certain, or never", async () => {
    const curveOf = async (worth: (k: number) => number) =>
      (await cutCurves(runtime, toy(worth), halves, { methods: ["ablation"], points: 11, seed: 1 })).curves[0]!;
    expect((await curveOf(() => 0.1)).leaves).toBeCloseTo(1 / 12, 10);
    // five heads do nothing
    expect((await curveOf((k) => (k < 5 ? 0 : 0.1))).leaves).toBeCloseTo(6 / 12, 10);
    expect((await curveOf(() => 0)).leaves).toBeNull();
    expect((await curveOf(() => -0.1)).leaves).toBeNull();
  });

  it("random is the mean over several orders, from the lowest low to the highest high", async () => {
    const model = await loadFixture("gpt2");
    const [choose, measure] = [5, 7].map((count) => madeTask(model, count)) as [Task, Task];
    const options = { methods: ["random"], points: 4 } as const;
    const of = async (seed: number, randoms: number) =>
      (await cutCurves(runtime, model, { choose, measure }, { ...options, seed, randoms })).curves[0]!;
    const all = await of(5, 3);
    const single = [await of(5, 1), await of(6, 1), await of(7, 1)];
    expect(all.order).toEqual([]);
    expect(single.map(({ order }) => order.length)).toEqual([9, 9, 9]);
    for (const [k, { quality, loss }] of all.points.entries()) {
      for (const [name, joined] of Object.entries({ quality, loss })) {
        const values = single.map(({ points }) => points[k]![name as "quality" | "loss"].value);
        expect(joined.value, name).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 4);
        expect(joined.low).toBeLessThanOrEqual(Math.min(...values) + 1e-6);
        expect(joined.high).toBeGreaterThanOrEqual(Math.max(...values) - 1e-6);
      }
    }
  });

  it("more points than heads are as many as there are heads to take", async () => {
    const { curves } = await cutCurves(
      runtime,
      toy(() => 1),
      halves,
      { methods: ["ablation", "random"], points: 99, seed: 1 },
    );
    for (const { points } of curves) expect(points.map(({ removed }) => removed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("a model of one head has no curve", async () => {
    const alone = toyModel([[[0, 1]]]);
    await expect(cutCurves(runtime, alone, halves, { methods: ["random"], seed: 1 })).rejects.toThrow(
      "there is nothing to prune: the model has one head",
    );
  });
});

describe("the longest way within a loss", () => {
  it.each([0.05, 0.3, 0.31, 1, 1.49, 5.3, 99])("of %f is what trying all finds", async (most) => {
    const worth = (k: number) => (k * 5 + 1) % 12;
    const model = toy((k) => worth(k) / 10);
    const order: Chosen[] = await removalOrder(runtime, model, halves.choose, { method: "ablation", seed: 1 });
    let [lost, longest] = [0, 0];
    for (const [k] of order.entries()) {
      lost += k / 10; // in order, heads are worth 0, 0.1, 0.2 …
      if (lost < most - 1e-6) longest = k + 1;
    }
    expect(await longestWithin(runtime, model, order, halves.measure, most)).toBe(longest);
  });

  it("is found among many more heads than are tried at first", async () => {
    const model = toyModel([Array.from({ length: 53 }, (): Adds => [0, 0.1])]);
    const order = await removalOrder(runtime, model, halves.choose, { method: "random", seed: 1 });
    for (const count of [1, 17, 18, 30, 51, 52])
      expect(await longestWithin(runtime, model, order, halves.measure, 0.1 * count + 0.05)).toBe(count);
    expect(await longestWithin(runtime, model, order, halves.measure, 0.05)).toBe(0);
  });
});
