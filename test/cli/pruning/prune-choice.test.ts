/** From a share or a loss to the heads that go. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChoiceOptions, checkChoice, chosen, listed } from "../../../src/cli/pruning/prune-choice.ts";
import type { AnyCheckpoint } from "../../../src/prune/write/opened.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Adds, toyModel, toyTask } from "../../prune/toy.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** Heads 0.0 to 0.6 are worth 0.1 to 0.7. */
const model = toyModel([Array.from({ length: 7 }, (_, k): Adds => [0, (k + 1) / 10])]) as unknown as AnyCheckpoint;
const choose = (options: Partial<ChoiceOptions>) =>
  chosen(
    runtime,
    model,
    { choose: toyTask(), measure: toyTask(), measured: () => true },
    { method: "ablation", seed: 1, ...options },
    () => {},
  );

it.each([
  [0.1, 1],
  [0.2, 1],
  [0.3, 2],
  [0.5, 4],
  [0.9, 6],
])("a share of %f of seven heads is %i", async (fraction, count) => {
  const { removed, kept, order } = await choose({ fraction });
  expect(removed).toEqual(["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"].slice(0, count));
  expect(order!.map(({ name }) => name)).toEqual(removed);
  expect([...kept]).toEqual([["0", [0, 1, 2, 3, 4, 5, 6].slice(count)]]);
});

it.each([
  [0.15, 1],
  [0.25, 1],
  [0.35, 2],
  [0.65, 3],
  [99, 6],
])("for less than %f go the first %i", async (maxLoss, count) => {
  expect((await choose({ maxLoss })).removed).toHaveLength(count);
});

it("for nothing goes nothing, which is no success", async () => {
  await expect(choose({ maxLoss: 0.05 })).rejects.toThrow(
    "no head can be removed for a loss below 0.05 points, so nothing was written; raise --max-loss",
  );
});

it.each([
  [0.05, "--fraction 0.05 of 7 heads is none; choose a larger fraction"],
  [0.95, "--fraction 0.95 would leave no head; choose a smaller fraction"],
])("a share of %f is refused", async (fraction, message) => {
  await expect(choose({ fraction })).rejects.toThrow(message);
});

describe("ways to choose", () => {
  const base = { method: "ablation", seed: 1 } as const;

  it.each<[Partial<ChoiceOptions>, string | undefined, string | undefined]>([
    [{ heads: "0.1" }, undefined, undefined],
    [{ heads: "0.1" }, "similarity", undefined],
    [{ fraction: 0.3 }, "similarity", undefined],
    [{ maxLoss: 1 }, "similarity", undefined],
    [{ fraction: 0.3 }, undefined, "name it with --task"],
    [{}, "similarity", "prune needs exactly one selection of heads"],
    [{ heads: "0.1", maxLoss: 1 }, "similarity", "prune needs exactly one selection of heads"],
    [{ fraction: 0.3, maxLoss: 1 }, "similarity", "prune needs exactly one selection of heads"],
  ])("%j by %s", (options, task, message) => {
    const check = () => checkChoice({ ...base, ...options }, task);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});

it("a list says which heads, in its own order, and is checked against the model", () => {
  expect(listed("0.3, 0.1", model)).toEqual({ kept: new Map([["0", [0, 2, 4, 5, 6]]]), removed: ["0.3", "0.1"] });
  expect(() => listed("0.7", model)).toThrow("there is no head 0.7; use 0.0 to 0.6");
  expect(() => listed("0.0,0.1,0.2,0.3,0.4,0.5,0.6", model)).toThrow("no head would be left");
});
