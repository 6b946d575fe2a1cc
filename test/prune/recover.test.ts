/** Training after a cut brings the smaller model nearer to the whole one, and changes nothing else about it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyModel, anyForward } from "../../src/models/any.ts";
import { sitesOf, unitsOf } from "../../src/models/sites.ts";
import { byPath } from "../../src/params/tree.ts";
import { keptAfter } from "../../src/prune/choosing.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { recover } from "../../src/prune/recover.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { similarityTask } from "../../src/tasks/similarity.ts";
import type { Task } from "../../src/tasks/task.ts";
import { nextTokenTask, translationTask } from "../../src/tasks/token-tasks.ts";
import { KINDS, madeTask, upTo } from "../heads/small-tasks.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** Without the first unit of every other attention. */
function cutOf({ config, weights }: AnyModel): AnyModel {
  const sites = sitesOf(config).filter((_, k) => k % 2 === 0);
  const gone = sites.map(({ name }) => unitsOf(config).find(({ site }) => site === name)!);
  return cutHeads({ config, weights }, keptAfter(config, gone));
}

/** The mean squared difference of the last states, over tokens that are there. */
async function apart(a: AnyModel, b: AnyModel, { batches }: Task): Promise<number> {
  const programs = await Promise.all(
    [a, b].map(({ config, weights }) =>
      runtime.compile({ state: anyForward(config).states.at(-1)! }, { weights: byPath(weights) }),
    ),
  );
  let [sum, count] = [0, 0];
  for (const feeds of batches) {
    const [x, y] = await Promise.all(programs.map(async (program) => (await program.run(feedsFor(program, feeds))).state!));
    const counted = feeds.decoderIds ? feeds.targets!.data : feeds.mask!.data;
    const width = a.config.width;
    for (let k = 0; k < x!.data.length; k++) {
      if (counted[Math.floor(k / width)]! < (feeds.decoderIds ? 0n : 1n)) continue;
      sum += (Number(x!.data[k]) - Number(y!.data[k])) ** 2;
      count++;
    }
  }
  return sum / count;
}

describe.each(KINDS)("%s", (_, load) => {
  it("comes nearer to the whole model, with the same shapes, and the same again by the same seed", async () => {
    const whole = await load();
    const cut = cutOf(whole);
    const before = new Map([...byPath(cut.weights)].map(([path, { data }]) => [path, data.slice()]));
    const task = madeTask(whole);
    const losses: number[] = [];
    const options = { steps: 31, learningRate: 3e-3, seed: 5 };
    const trained = await recover(runtime, whole, cut, task, { ...options, progress: (_, loss) => losses.push(loss) });
    expect(losses).toHaveLength(31);
    const mean = (some: readonly number[]) => some.reduce((a, b) => a + b) / some.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.8 * mean(losses.slice(0, 5)));
    const was = await apart(whole, cut, task);
    expect(await apart(whole, trained, task)).toBeLessThan(0.7 * was);
    const shapes = (model: AnyModel) => [...byPath(model.weights)].map(([path, { shape }]) => [path, shape]);
    expect(shapes(trained)).toEqual(shapes(cut));
    expect(trained.config).toEqual(cut.config);
    // the model that it began from is as it was
    for (const [path, { data }] of byPath(cut.weights)) expect(data, path).toEqual(before.get(path));
    const again = await recover(runtime, whole, cut, task, options);
    expect(again.weights).toEqual(trained.weights);
  });

  it("reads texts up to the model's last position", async () => {
    const whole = await load();
    const longest = upTo(whole.config.maxPositions).map((k) => 2 + (k % 41));
    const texts = [longest, longest.toReversed()];
    const trained = await recover(runtime, whole, cutOf(whole), longTask(whole, texts), { steps: 1, seed: 1 });
    for (const [path, { data }] of byPath(trained.weights))
      expect(
        [...data].every((x) => Number.isFinite(x)),
        path,
      ).toBe(true);
  });
});

function longTask({ config }: AnyModel, texts: readonly number[][]): Task {
  if (config.family === "encoder-decoder")
    return translationTask(
      texts.map((text) => ({ source: text, target: text })),
      config.ids.start,
    );
  if (config.languageHead === "causal") return nextTokenTask(texts);
  return similarityTask([0, 1, 2].map((gold) => ({ left: texts[0]!, right: texts[gold % 2]!, gold })));
}

it("what is trained from is a cut of nothing: the loss is zero but for rounding, and stays small", async () => {
  const whole = await KINDS[1]![1]();
  const task = madeTask(whole);
  const lossesOf = async (model: AnyModel, steps: number) => {
    const losses: number[] = [];
    const trained = await recover(runtime, whole, model, task, { steps, seed: 1, progress: (_, loss) => losses.push(loss) });
    return { losses, trained };
  };
  const { losses, trained } = await lossesOf({ config: whole.config, weights: whole.weights }, 3);
  expect(losses[0]).toBeLessThan(1e-12);
  // AdamW divides by the gradient's size, so it turns rounding errors into steps of the learning rate
  const [real] = (await lossesOf(cutOf(whole), 1)).losses;
  expect(Math.max(...losses)).toBeLessThan(1e-3 * real!);
  expect(await apart(whole, trained, task)).toBeLessThan(1e-3 * real!);
});
