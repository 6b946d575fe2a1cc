/** Sentence similarity: cosines of means taken by hand, in the pairs' own order, and the loss that gradients are taken of. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyModel, anyForward } from "../../src/models/any.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { spearman } from "../../src/stats/rank.ts";
import { type RatedPair, similarityTask } from "../../src/tasks/similarity.ts";
import { evaluate, textFeeds } from "../../src/tasks/task.ts";
import { madeTexts } from "../heads/small-tasks.ts";
import { loadFixture } from "../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The mean over tokens of the last state of one text, run by itself. */
async function meanState({ config, weights }: AnyModel, texts: readonly ArrayLike<number>[]): Promise<number[][]> {
  const program = await runtime.compile({ state: anyForward(config).states.at(-1)! }, { weights: byPath(weights) });
  const means: number[][] = [];
  for (const text of texts) {
    const { data } = (await program.run(feedsFor(program, textFeeds([text])))).state!;
    means.push(
      Array.from({ length: config.width }, (_, m) =>
        Array.from(text).reduce((sum, _, i) => sum + Number(data[i * config.width + m]) / text.length, 0),
      ),
    );
  }
  return means;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/** Judgements from 1 to 5 that are all different. */
const made = (vocabulary: number, count: number): RatedPair[] => {
  const [left, right] = [madeTexts(vocabulary, count, "left"), madeTexts(vocabulary, count, "right")];
  return left.map((text, k) => ({ left: text, right: right[k]!, gold: 1 + (4 * ((k * 5) % count)) / (count - 1) }));
};

describe.each(["bert", "roberta", "gpt2"])("%s", (family) => {
  it("quality is Spearman's ρ of cosines by hand, and the loss the squared difference from the scaled judgement", async () => {
    const model = await loadFixture(family);
    const pairs = made(model.config.vocabulary, 13);
    const task = similarityTask(pairs, { examples: 5 });
    const [left, right] = [
      await meanState(
        model,
        pairs.map((pair) => pair.left),
      ),
      await meanState(
        model,
        pairs.map((pair) => pair.right),
      ),
    ];
    const cosines = pairs.map((_, k) => cosine(left[k]!, right[k]!));
    const judged = await evaluate(runtime, model, task);
    const gold = pairs.map((pair) => pair.gold);
    expect(task.quality(judged)).toBeCloseTo(100 * spearman(cosines, gold), 5);
    // the task has its own order
    expect([...judged.cosine!].sort()).toEqual(cosines.map((x) => expect.closeTo(x, 5)).sort((a, b) => a.sample - b.sample));
    const errors = cosines.map((x, k) => (x - (gold[k]! - 1) / 4) ** 2);
    const sum = (xs: Iterable<number>) => [...xs].reduce((a, b) => a + b, 0);
    expect(sum(judged[task.loss.total]!)).toBeCloseTo(sum(errors), 4);
  });
});

it("quality does not change with the scale of the judgements, nor with the order of the pairs", async () => {
  const model = await loadFixture("bert");
  const pairs = made(67, 11);
  const of = async (some: readonly RatedPair[]) => {
    const task = similarityTask(some, { examples: 3 });
    return task.quality(await evaluate(runtime, model, task));
  };
  const quality = await of(pairs);
  expect(await of(pairs.map((pair) => ({ ...pair, gold: 7 * pair.gold - 100 })))).toBeCloseTo(quality, 6);
  expect(await of(pairs.toReversed())).toBeCloseTo(quality, 4);
  expect(await of(pairs.map((pair) => ({ ...pair, gold: -pair.gold })))).toBeCloseTo(-quality, 6);
});

it("of some examples with repeats: the correlation of those", () => {
  const task = similarityTask(made(67, 7));
  const judged = { cosine: Float64Array.of(0.1, 0.5, 0.2, 0.9, 0.3, 0.4, 0.8), error: new Float64Array(7) };
  const all = task.quality(judged);
  expect(task.quality(judged, [0, 1, 2, 3, 4, 5, 6])).toBe(all);
  expect(task.quality(judged, [4, 1, 0, 6, 2, 3, 5])).toBeCloseTo(all, 10);
  expect(Math.abs(task.quality(judged, [0, 3]))).toBeCloseTo(100, 10);
});

it("too few pairs, and pairs that are all judged the same", () => {
  const pairs = made(67, 7);
  expect(() => similarityTask(pairs.slice(0, 2))).toThrow("2 pairs are too few for a rank correlation; give three or more");
  expect(() => similarityTask(pairs.map((pair) => ({ ...pair, gold: 2 })))).toThrow(
    "all pairs have the same score, so there is no order",
  );
});
