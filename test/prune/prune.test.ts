/** From a fraction or a loss to the heads that are removed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChosenBy, chosen } from "../../src/prune/prune.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Adds, toyModel, toyTask } from "./toy.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** Removing heads 0.0 to 0.6 costs 0.1 to 0.7. */
const model = toyModel([Array.from({ length: 7 }, (_, k): Adds => [0, (k + 1) / 10])]);
const choose = (options: Partial<ChosenBy>) =>
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
    "no head can be removed for a loss below 0.05 points, so nothing was written; allow a larger loss",
  );
});

it.each([
  [0.05, "a fraction of 0.05 of 7 heads is none; choose a larger fraction"],
  [0.95, "a fraction of 0.95 would leave no head; choose a smaller fraction"],
])("a share of %f is refused", async (fraction, message) => {
  await expect(choose({ fraction })).rejects.toThrow(message);
});
