/** The sweep computes only what comes after a head, and finds the same as the whole model with that head masked or cut. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../../src/graph/value.ts";
import { ablateHeads } from "../../../src/heads/importance/ablation.ts";
import { type AnyModel, anyForward } from "../../../src/models/any.ts";
import { maskHeads } from "../../../src/models/gates.ts";
import { sitesOf, unitsOf } from "../../../src/models/sites.ts";
import type { Transformer } from "../../../src/models/transformer.ts";
import type { Probe } from "../../../src/nn/probe.ts";
import { add, mul, sub } from "../../../src/ops/arithmetic.ts";
import { constant } from "../../../src/ops/constant.ts";
import { softmax } from "../../../src/ops/softmax.ts";
import { random } from "../../../src/params/random.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../../src/run/runtime.ts";
import { ranks, spearman } from "../../../src/stats/rank.ts";
import { similarityTask } from "../../../src/tasks/similarity.ts";
import type { Judged, Task } from "../../../src/tasks/task.ts";
import { nextTokenTask, translationTask } from "../../../src/tasks/token-tasks.ts";
import { FAMILIES, loadFixture } from "../../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

function textsFor({ config }: { readonly config: { readonly vocabulary: number } }, count: number, seed: string): number[][] {
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

/** Every example judged by the whole model under a probe. */
async function probed({ config, weights }: AnyModel, task: Task, probe: Probe): Promise<Judged> {
  const program = await runtime.compile(task.judge(anyForward(config, probe)), { weights: byPath(weights) });
  const all: Record<string, number[]> = {};
  for (const feeds of task.batches) {
    const made = await program.run(feedsFor(program, feeds));
    for (const [name, { data }] of Object.entries(made)) all[name] = [...(all[name] ?? []), ...(data as Float32Array)];
  }
  return Object.fromEntries(Object.entries(all).map(([name, xs]) => [name, Float64Array.from(xs)]));
}

/** With the outputs of one head, or of several of a site, times zero. */
const masked = (model: AnyModel, task: Task, site?: string, ...heads: number[]): Promise<Judged> => {
  const sites = sitesOf(model.config).filter(({ name }) => name === site);
  const kept = new Map(sites.map(({ name, heads: n }) => [name, upTo(n).filter((h) => !heads.includes(h))]));
  return probed(model, task, maskHeads(model.config, kept));
};

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
      const [layer, head] = name.split(".") as [string, string];
      expectClose(judged, await masked(model, task, layer, Number(head)), name);
      moved += Number(Math.abs(task.quality(judged) - task.quality(whole)) > 1e-6);
    }
    expect(moved).toBeGreaterThan(0);
  });
});

describe.each(TRANSLATORS)("%s", (family) => {
  it("without a head of the encoder, the decoder or between them is what masking it makes", async () => {
    const model = await translatorFixture(family);
    const texts = (seed: string) => textsFor(model, 5, seed);
    const targets = texts("target");
    const task = translationTask(
      texts("source").map((source, k) => ({ source, target: targets[k]! })),
      1,
    );
    const { without } = await ablateHeads(runtime, model, task);
    expect(without.size).toBe(sitesOf(model.config).reduce((sum, { heads }) => sum + heads, 0));
    for (const [name, judged] of without) {
      const at = name.lastIndexOf(".");
      expectClose(judged, await masked(model, task, name.slice(0, at), Number(name.slice(at + 1))), name);
    }
  });
});

it("a group that shares keys and values is taken out whole", async () => {
  const model = await loadFixture("llama");
  const task = taskFor(model);
  const units = unitsOf(model.config);
  expect(units[0]!.heads.length).toBeGreaterThan(1);
  const { without } = await ablateHeads(runtime, model, task, { units });
  for (const { name, site, heads } of units) {
    expectClose(without.get(name)!, await masked(model, task, site, ...heads), name);
  }
});

/** A mixture of a pattern [b, h, i, j] and another, by the head. */
const mixed = (a: Value, b: Value, head: number): Value => {
  const own = constant(
    Float32Array.from({ length: a.shape[1] as number }, (_, h) => Number(h === head)),
    [1, a.shape[1] as number, 1, 1],
  );
  return add(a, mul(own, sub(b, a)));
};

describe.each(["gpt2", "llama", "mistral"] as const)("other things in a head's place, in %s", (family) => {
  it("uniform: it looks at all keys alike", async () => {
    const model = await loadFixture(family);
    const task = taskFor(model);
    const { without } = await ablateHeads(runtime, model, task, { kind: "uniform" });
    for (const head of upTo(model.config.heads[0]!)) {
      const seen = new Map<string, Value>();
      const flat: Probe = (at, value) => {
        seen.set(at, value);
        if (at !== "layers.0.attention.pattern") return value;
        const [masked, scores] = ["masked", "scores"].map((name) => seen.get(`layers.0.attention.${name}`)!);
        return mixed(value, softmax(sub(masked!, scores!)), head);
      };
      expectClose(without.get(`0.${head}`)!, await probed(model, task, flat), `0.${head}`);
    }
  });

  it("frozen: later patterns stay", async () => {
    const model = await loadFixture(family);
    const task = taskFor(model);
    const { without, whole } = await ablateHeads(runtime, model, task, { kind: "frozen" });
    const last = model.config.heads.length - 1;
    const zero = await ablateHeads(runtime, model, task);
    // in the last layer no pattern comes later
    expectClose(without.get(`${last}.0`)!, zero.without.get(`${last}.0`)!, "last layer");
    const differs = (a: Judged, b: Judged) =>
      Object.keys(a).some((name) => a[name]!.some((x, k) => Math.abs(x - b[name]![k]!) > 1e-5));
    expect(differs(without.get("0.0")!, zero.without.get("0.0")!)).toBe(true);
    expect(differs(without.get("0.0")!, whole)).toBe(true);
  });

  it("mean: nothing changes where all texts are the same", async () => {
    const model = await loadFixture(family);
    const [text] = textsFor(model, 1, "one") as [number[]];
    const { whole, without } = await ablateHeads(runtime, model, nextTokenTask([text, text, text]), { kind: "mean" });
    for (const judged of without.values()) expectClose(judged, whole, "same");
    const other = await ablateHeads(runtime, model, taskFor(model), { kind: "mean" });
    expect([...other.without.values()].some(({ nats }) => Math.abs(nats![0]! - other.whole.nats![0]!) > 1e-3)).toBe(true);
  });
});

it("resampling gives a head the outputs of another example, and nothing changes where all are the same", async () => {
  const model = await loadFixture("gpt2");
  const [text, other] = textsFor(model, 2, "two").map((t) => [...t, ...t].slice(0, 6)) as [number[], number[]];
  const same = await ablateHeads(runtime, model, nextTokenTask([text, text, text]), { kind: "resample" });
  for (const judged of same.without.values()) expectClose(judged, same.whole, "same");
  const mixture = await ablateHeads(runtime, model, nextTokenTask([text, other]), { kind: "resample" });
  const differs = [...mixture.without.values()].filter(({ nats }) => Math.abs(nats![0]! - mixture.whole.nats![0]!) > 1e-3);
  expect(differs.length).toBeGreaterThan(5);
});

describe("qualities", () => {
  it("nats per token over all tokens, of some examples with repeats", () => {
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
