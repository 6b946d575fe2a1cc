/** Orders of removal: by scores taken once, by scores taken anew, and by lot. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importance } from "../../src/heads/importance/importance.ts";
import { METHODS } from "../../src/heads/importance/methods.ts";
import { type AnyConfig, sitesOf, unitsOf } from "../../src/models/sites.ts";
import { CHOICES } from "../../src/prune/choices.ts";
import { removalOrder } from "../../src/prune/choose.ts";
import { headNames, keptAfter } from "../../src/prune/choosing.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { nextTokenTask } from "../../src/tasks/token-tasks.ts";
import { KINDS, madeTask, madeTexts } from "../heads/small-tasks.ts";
import { loadFixture } from "../models/golden.ts";
import { toyModel, toyTask } from "./toy.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const namesOf = (units: readonly { readonly name: string }[]) => units.map(({ name }) => name);

describe("in one round", () => {
  it.each(METHODS)("%s takes heads from the least important up", async (method) => {
    const model = await loadFixture("gpt2");
    const task = nextTokenTask(madeTexts(71, 21, "one round"));
    const { heads } = await importance(runtime, model, task, { methods: [method], seed: 1 });
    const sorted = [...heads].sort((a, b) => a.scores[method]!.value - b.scores[method]!.value);
    const order = await removalOrder(runtime, model, task, { method, seed: 1 });
    expect(namesOf(order)).toEqual(namesOf(sorted).slice(0, -1));
    for (const [k, { score }] of order.entries()) expect(score).toBeCloseTo(sorted[k]!.scores[method]!.value, 4);
  });

  it("a number of them is the beginning of all", async () => {
    const model = await loadFixture("gpt2");
    const task = madeTask(model);
    const [all, some] = [
      await removalOrder(runtime, model, task, { method: "michel", seed: 1 }),
      await removalOrder(runtime, model, task, { method: "michel", seed: 1, count: 3 }),
    ];
    expect(some).toEqual(all.slice(0, 3));
  });
});

describe("twins that stand in for one another", () => {
  // 0.1 and 1.0 are the twins; 0.0, 0.2 and 1.1 are worth 0.3, 0.1 and 0.2
  const model = toyModel([
    [
      [0, 0.3],
      [1, 0],
      [0, 0.1],
    ],
    [
      [1, 0],
      [0, 0.2],
    ],
  ]);
  const order = (method: "ablation" | "greedy", steps?: number) =>
    removalOrder(runtime, model, toyTask(), { method, steps, seed: 1 });

  it("read off in one round, both go at once", async () => {
    const taken = await order("ablation");
    expect(namesOf(taken)).toEqual(["0.1", "1.0", "0.2", "1.1"]);
    expect(taken.map(({ score }) => score)).toEqual([0, 0, 0.1, 0.2].map((x) => expect.closeTo(x, 5)));
  });

  it.each([
    ["greedy", undefined],
    ["greedy", 4],
    ["ablation", 4],
  ] as const)("measured anew after each step (%s, %s steps), one of them stays", async (method, steps) => {
    const taken = await order(method, steps);
    expect(namesOf(taken).slice(1)).toEqual(["0.2", "1.1", "0.0"]);
    expect(["0.1", "1.0"]).toContain(taken[0]!.name);
    expect(taken.map(({ score }) => score)).toEqual([0, 0.1, 0.2, 0.3].map((x) => expect.closeTo(x, 5)));
  });

  it("in two rounds, the first still takes both", async () => {
    expect(
      namesOf(await order("ablation", 2))
        .slice(0, 2)
        .sort(),
    ).toEqual(["0.1", "1.0"]);
  });

  it("as many rounds as heads and more are no different", async () => {
    expect(await order("greedy", 99)).toEqual(await order("greedy"));
  });
});

describe("by lot", () => {
  it("the seed says which; every unit but one comes once", async () => {
    const model = await loadFixture("bert");
    const of = (seed: number) => removalOrder(runtime, model, madeTask(model), { method: "random", seed });
    const [one, again, other] = [await of(1), await of(1), await of(2)];
    expect(namesOf(again)).toEqual(namesOf(one));
    expect(namesOf(other)).not.toEqual(namesOf(one));
    expect(new Set(namesOf(one)).size).toBe(9);
    expect(one.every(({ score }) => Number.isNaN(score))).toBe(true);
  });
});

describe.each(KINDS)("%s", (_, load) => {
  it("never loses its last head, by no choice, and what is left can be cut", async () => {
    const model = await load();
    const task = madeTask(model, 5);
    const units = unitsOf(model.config);
    for (const method of CHOICES.filter((choice) => choice !== "greedy")) {
      const order = await removalOrder(runtime, model, task, { method, seed: 3, count: 1e6 });
      expect(order, method).toHaveLength(units.length - 1);
      // groups go whole
      for (const { name, heads } of order) expect(heads).toEqual(units.find((unit) => unit.name === name)!.heads);
      const cut = cutHeads({ config: model.config, weights: model.weights }, keptAfter(model.config, order));
      expect(unitsOf(cut.config).length).toBeGreaterThanOrEqual(1);
      expect(headNames(order).size + headsOf(cut.config)).toBe(headsOf(model.config));
    }
  });
});

const headsOf = (config: AnyConfig): number => sitesOf(config).reduce((sum, { heads }) => sum + heads, 0);

it("one head alone is never taken, and nothing is asked of it", async () => {
  for (const method of ["ablation", "greedy", "random"] as const)
    expect(await removalOrder(runtime, toyModel([[[1, 1]]]), toyTask(), { method, seed: 1 })).toEqual([]);
});

it("what is left is what did not go, by site, ascending", async () => {
  const { config } = await loadFixture("llama");
  const gone = unitsOf(config).filter(({ name }) => ["0.2-3", "1.0-1", "1.4-5"].includes(name));
  expect([...keptAfter(config, gone)]).toEqual([
    ["0", [0, 1, 4, 5]],
    ["1", [2, 3]],
  ]);
  expect([...headNames(gone)]).toEqual(["0.2", "0.3", "1.0", "1.1", "1.4", "1.5"]);
  expect([...keptAfter(config, [])].every(([, heads]) => heads.length === 6)).toBe(true);
});
