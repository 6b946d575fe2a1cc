/** The sweep computes only what comes after a head, and finds the same as the whole model with that head masked or cut. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ablateHeads } from "../../src/heads/ablation.ts";
import { ranks, spearman } from "../../src/heads/rank.ts";
import { similarityTask } from "../../src/heads/similarity-task.ts";
import type { Judged, Task } from "../../src/heads/task.ts";
import { nextTokenTask } from "../../src/heads/token-tasks.ts";
import { forward, type Transformer } from "../../src/models/transformer.ts";
import { random } from "../../src/params/random.ts";
import { byPath } from "../../src/params/tree.ts";
import { maskHeads } from "../../src/prune/check.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { FAMILIES, loadFixture } from "../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

function textsFor({ config }: Transformer, count: number, seed: string): number[][] {
  const uniform = random(seed);
  return upTo(count).map(() =>
    upTo(3 + Math.floor(uniform() * 8)).map(() => 2 + Math.floor(uniform() * (config.vocabulary - 2))),
  );
}

const taskFor = (model: Transformer): Task => {
  if (model.config.languageHead === "causal") return nextTokenTask(textsFor(model, 7, "texts"), { examples: 3 });
  const [left, right] = [textsFor(model, 7, "left"), textsFor(model, 7, "right")];
  return similarityTask(
    left.map((text, k) => ({ left: text, right: right[k]!, gold: (k * 3) % 5 })),
    { examples: 3 },
  );
};

/** Every example judged by the whole model with the outputs of one head times zero, or of none. */
async function masked({ config, weights }: Transformer, task: Task, layer?: number, head?: number): Promise<Judged> {
  const kept = new Map(
    layer === undefined ? [] : [[`${layer}`, upTo(config.heads[layer]!).filter((h) => h !== head)] as const],
  );
  const judged = task.judge(forward(config, { probe: maskHeads(config, kept) }));
  const program = await runtime.compile(judged, { weights: byPath(weights) });
  const all: Record<string, number[]> = {};
  for (const feeds of task.batches) {
    const made = await program.run(feedsFor(program, feeds));
    for (const [name, { data }] of Object.entries(made)) all[name] = [...(all[name] ?? []), ...(data as Float32Array)];
  }
  return Object.fromEntries(Object.entries(all).map(([name, xs]) => [name, Float64Array.from(xs)]));
}

function expectClose(got: Judged, want: Judged, what: string): void {
  expect(Object.keys(got)).toEqual(Object.keys(want));
  for (const [name, xs] of Object.entries(want)) {
    for (const [k, x] of xs.entries()) expect(Math.abs(got[name]![k]! - x), `${what} ${name} ${k}`).toBeLessThan(1e-4);
  }
}

describe.each(FAMILIES)("%s", (family) => {
  it("without a head is what masking it makes, for every head", async () => {
    const model = await loadFixture(family);
    const task = taskFor(model);
    const { whole, without } = await ablateHeads(runtime, model, task);
    expectClose(whole, await masked(model, task), "whole");
    expect(without.size).toBe(model.config.heads.reduce((a, b) => a + b));
    let moved = 0;
    for (const [name, judged] of without) {
      const [layer, head] = name.split(".").map(Number) as [number, number];
      expectClose(judged, await masked(model, task, layer, head), name);
      moved += Number(Math.abs(task.quality(judged) - task.quality(whole)) > 1e-6);
    }
    expect(moved).toBeGreaterThan(0);
  });
});

it("resampling gives a head the outputs of another example, and nothing changes where all are the same", async () => {
  const model = await loadFixture("gpt2");
  const [text, other] = textsFor(model, 2, "two").map((t) => [...t, ...t].slice(0, 6)) as [number[], number[]];
  const same = await ablateHeads(runtime, model, nextTokenTask([text, text, text]), { kind: "resample" });
  for (const judged of same.without.values()) expectClose(judged, same.whole, "same");
  const mixed = await ablateHeads(runtime, model, nextTokenTask([text, other]), { kind: "resample" });
  const differs = [...mixed.without.values()].filter(({ nats }) => Math.abs(nats![0]! - mixed.whole.nats![0]!) > 1e-3);
  expect(differs.length).toBeGreaterThan(5);
});

describe("qualities", () => {
  it("nats a token over all tokens, of some examples with repeats", () => {
    const task = nextTokenTask([
      [1, 2, 3],
      [1, 2],
    ]);
    const judged = { nats: Float64Array.of(4, 1), tokens: Float64Array.of(2, 1) };
    expect(task.quality(judged)).toBeCloseTo(5 / 3);
    expect(task.quality(judged, [1, 1, 0])).toBeCloseTo(6 / 4);
    expect(() => nextTokenTask([[1]])).toThrow("needs texts of two tokens or more");
  });

  it("Spearman's ρ with ties, by its closed form", () => {
    expect(ranks([10, 30, 20, 20])).toEqual([1, 4, 2.5, 2.5]);
    expect(spearman([1, 2, 3, 4], [10, 20, 30, 90])).toBeCloseTo(1);
    // 1 − 6 Σ d² / (n (n² − 1)) without ties
    expect(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(1 - (6 * 4) / (5 * 24));
    expect(spearman([1, 1], [1, 2])).toBeNaN();
  });
});
