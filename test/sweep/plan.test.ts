/** Plans of sweeps: grids become models, in order and without surprises, and every mistake is named. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinations, gridSize, readGrid, withKeys } from "../../src/sweep/grid.ts";
import { readPlan } from "../../src/sweep/plan.ts";

const BASE = { data: { builtin: "relations" }, model: { layers: 1, width: 16, heads: 2 }, steps: 3 };
const planOf = (more: object) => readPlan({ base: BASE, ...more }, { where: "plan.json", name: "plan" });

describe("a grid", () => {
  it("has every combination once, the last axis fastest", () => {
    const axes = readGrid({ "model.heads": [1, 2], "optimizer.learningRate": [0.1, 0.2, 0.3] }, "plan");
    const names = combinations(axes).map((one) =>
      Object.values(one)
        .map(({ name }) => name)
        .join(" "),
    );
    expect(names).toEqual(["1 0.1", "1 0.2", "1 0.3", "2 0.1", "2 0.2", "2 0.3"]);
    expect(gridSize(axes)).toBe(6);
  });

  it("has ranges with both ends, linear and logarithmic, whole on request", () => {
    const values = (range: object) => readGrid({ x: range }, "plan")[0]!.settings.map(({ value }) => value);
    expect(values({ from: 0, to: 1, steps: 5 })).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(values({ from: 0.001, to: 0.1, steps: 3, scale: "log" })).toEqual([0.001, 0.01, 0.1]);
    expect(values({ from: 1, to: 8, steps: 4, scale: "log", whole: true })).toEqual([1, 2, 4, 8]);
    expect(values({ from: 1, to: 2, steps: 5, whole: true })).toEqual([1, 2]);
  });

  it("sets several keys in one setting", () => {
    const small = { name: "small", set: { "model.width": 8, "model.layers": 1 } };
    const large = { name: "large", set: { "model.width": 32, "model.layers": 2 } };
    const { models } = planOf({ grid: { size: [small, large] } });
    expect(models.map(({ name, config: { model } }) => [name, model.width, model.layers])).toEqual([
      ["size=small seed=1", 8, 1],
      ["size=large seed=1", 32, 2],
    ]);
  });

  it("setting a key by path reads back, and changes nothing else", () => {
    const key = fc.stringMatching(/^[a-z]{1,4}$/);
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.oneof(fc.integer(), fc.dictionary(key, fc.integer()))),
        fc.array(key, { minLength: 1, maxLength: 3 }),
        fc.integer(),
        (config, path, value) => {
          const before = JSON.stringify(config);
          const made = withKeys(config, { [path.join(".")]: value });
          expect(path.reduce<unknown>((at, one) => (at as Record<string, unknown>)[one], made)).toBe(value);
          for (const other of Object.keys(config)) if (other !== path[0]) expect(made[other]).toEqual(config[other]);
          expect(JSON.stringify(config)).toBe(before);
        },
      ),
    );
  });
});

it("a plan trains every setting with every seed, and each model's configuration is complete", () => {
  const { models, seeds, measures } = planOf({ grid: { "model.heads": [1, 2] }, seeds: [3, 7] });
  expect(models.map(({ name }) => name)).toEqual([
    "model.heads=1 seed=3",
    "model.heads=1 seed=7",
    "model.heads=2 seed=3",
    "model.heads=2 seed=7",
  ]);
  expect(models.map(({ config }) => [config.model.heads, config.seed, config.every])).toEqual([
    [1, 3, 250],
    [1, 7, 250],
    [2, 3, 250],
    [2, 7, 250],
  ]);
  expect([seeds, measures]).toEqual([[3, 7], [{ kind: "loss" }]]);
});

it("without a grid, a plan is its seeds", () => {
  expect(planOf({ seeds: 3 }).models.map(({ name }) => name)).toEqual(["seed=1", "seed=2", "seed=3"]);
});

it.each([
  [{ grid: { "model.haeds": [1] } }, 'plan.json: model.haeds=1: there is no option "model.haeds"; did you mean "model.heads"?'],
  [{ grid: {} }, '"grid" is empty; name a key and its values, such as {"model.heads": [1, 2, 4]}'],
  [{ grid: { "model.heads": [] } }, '"grid.model.heads" is empty; list its values'],
  [{ grid: { "model.heads": 4 } }, '"grid.model.heads" is neither a list nor a range; write [1, 2, 4]'],
  [{ grid: { "model.heads": [2, 2] } }, '"grid.model.heads" lists 2 twice; remove one'],
  [{ grid: { a: [{ name: "x", set: { steps: 1 } }], steps: [2] } }, 'both "a" and "steps" set "steps"; keep it in one axis'],
  [{ grid: { size: [{ set: { steps: 1 } }] } }, '"grid.size" has a setting without a name or keys'],
  [{ grid: { steps: { from: 1, to: 2 } } }, '"grid.steps": "steps" is undefined; set it to a whole number from 2'],
  [{ grid: { steps: { from: 0, to: 2, steps: 3, scale: "log" } } }, 'the scale "log" needs "from" and "to" above 0'],
  [{ grid: { steps: { from: 1, to: 2, step: 3 } } }, 'a range has no "step"'],
  [{ grid: { seed: [1, 2] } }, 'the grid sets "seed"; list the seeds in "seeds"'],
  [{ seeds: 0 }, '"seeds" is 0; set it to the number of seeds, or to a list of different seeds'],
  [{ seeds: [1, 1] }, '"seeds" is [1,1]'],
  [{ measure: ["los"] }, 'there is no measure "los"; did you mean "loss"?'],
  [{ measure: ["bleu"] }, '"bleu" needs "source" and "reference"'],
  [
    { measure: [{ bleu: { source: "a", reference: "b" } }] },
    '"bleu" measures translations, but the task is "causal"; remove it',
  ],
  [{ measure: ["loss", "loss"] }, '"measure" lists "loss" twice; remove one'],
  [{ budget: -1 }, '"budget" is -1; set it to a number of hours above 0'],
  [{ name: "a/b" }, '"name" is "a/b"; use only letters'],
  [{ gird: {} }, 'there is no key "gird"; did you mean "grid"?'],
  [{ base: undefined }, '"base" is missing; set it to a training configuration or its file'],
  [
    { grid: { steps: { from: 1, to: 5000, steps: 5000, whole: true } }, seeds: 20 },
    "the plan has 100,000 models; pass --yes if you want so many",
  ],
] as const)("refuses %j in one line", (more, sentence) => {
  const read = () => planOf(more);
  expect(read).toThrow(sentence);
  try {
    read();
  } catch (error) {
    expect((error as Error).message).not.toContain("\n");
  }
});
