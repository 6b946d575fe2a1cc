/** Labels that a model's states tell apart are read off them, and labels drawn by lot are not. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { random } from "../../src/params/random.ts";
import { mapTree } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { type LabelledText, labelTask } from "../../src/tasks/labels.ts";
import { evaluate } from "../../src/tasks/task.ts";
import { madeTexts } from "../heads/small-tasks.ts";
import { DECODER, smallModel } from "../laws/small.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const COLOURS = ["blue", "green", "red"];

/** A model of 23 tokens in which the tokens of each third have a direction of their own that outshines all else. */
const model = (() => {
  const small = smallModel(DECODER, 3);
  const loud = ({ shape, data }: Tensor, path: string): Tensor => {
    if (path !== "embeddings.tokens")
      return tensor(
        (data as Float32Array).map((x) => (/norm|Norm/.test(path) ? x : 0.05 * x)),
        shape,
      );
    const width = shape[1]!;
    return tensor(
      (data as Float32Array).map((x, k) => (k % width === Math.floor(k / width) % 3 ? 5 : 0.05 * x)),
      shape,
    );
  };
  return { ...small, weights: mapTree<typeof small.weights>(small.weights, loud) };
})();

/** Texts of tokens of one third, labelled so. */
const told = (count: number): LabelledText[] =>
  madeTexts(7, count, "told").map((text, k) => ({ text: text.map((id) => 3 * (id % 7) + (k % 3)), label: COLOURS[k % 3]! }));

async function quality(items: readonly LabelledText[], seed = 1): Promise<number> {
  const task = await labelTask(runtime, model, items, seed);
  return task.quality(await evaluate(runtime, model, task));
}

it("labels that the states tell apart are all right, whatever half is judged", async () => {
  for (const seed of [1, 2, 3]) expect(await quality(told(61), seed)).toBe(100);
});

it("labels by lot are right about as often as chance", async () => {
  const uniform = random("lot");
  const items = told(601).map(({ text }) => ({ text, label: COLOURS[Math.floor(3 * uniform())]! }));
  const is = await quality(items);
  // 300 are judged: a deviation of 2.7 points
  expect(Math.abs(is - 100 / 3)).toBeLessThan(9);
});

it("one half is judged, an example a text, and the loss is −log p of the label", async () => {
  const task = await labelTask(runtime, model, told(61), 1);
  expect([30, 31]).toContain(task.examples);
  expect(task).toMatchObject({ measure: "% accuracy", better: "higher", loss: { total: "nats" } });
  const { nats, right } = await evaluate(runtime, model, task);
  expect([...right!]).toEqual(new Array(task.examples).fill(1));
  // sure of every one, but never beyond doubt
  expect(Math.max(...nats!)).toBeLessThan(Math.log(2));
  expect(Math.min(...nats!)).toBeGreaterThan(0);
  expect(task.quality({ nats: nats!, right: Float64Array.of(1, 0, 1) }, [0, 1, 1, 2])).toBe(50);
});

it("one label has nothing to be told from, and labels that come once cannot be judged", async () => {
  const items = told(20);
  const all = (labelOf: (k: number) => string) =>
    labelTask(
      runtime,
      model,
      items.map(({ text }, k) => ({ text, label: labelOf(k) })),
      1,
    );
  await expect(all(() => "red")).rejects.toThrow("all texts have the same label, so there is nothing to classify; give");
  await expect(all(String)).rejects.toThrow("every label occurs only once; give at least two texts per label");
});

it("a label that comes once is learned but not judged, and every other label is both, in whatever order they come", async () => {
  const labels = Array.from({ length: 21 }, (_, k) => (k === 20 ? "once" : COLOURS[k % 2]!));
  for (const seed of [1, 2, 3, 4, 5]) {
    const task = await labelTask(
      runtime,
      model,
      told(21).map(({ text }, k) => ({ text, label: labels[k]! })),
      seed,
    );
    expect(task.examples).toBe(10);
    const judged = task.batches.flatMap(({ label }) => Array.from(label!.data as BigInt64Array, Number));
    expect([0, 1].map((label) => judged.filter((one) => one === label).length)).toEqual([5, 5]);
  }
});
