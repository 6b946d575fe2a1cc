/** What attention costs in a model with uneven layers, and what measuring a cut gives for every family. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import type { AnyModel } from "../../src/models/any.ts";
import { attentionCost } from "../../src/models/attention-cost.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { type AttentionParameters, attention } from "../../src/nn/attention.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath, declare } from "../../src/params/tree.ts";
import { attentionOnly, attentionWork } from "../../src/prune/attention-work.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { measureSavings, type Savings, workSaved } from "../../src/prune/measure.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";
import { DECODER, GROUPED } from "../laws/small.ts";
import { largestDifference } from "../models/golden.ts";
import { MODELS, someHeads } from "./small-models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe("multiply-adds", () => {
  const T = 13;

  it.each([
    ["heads of their own", DECODER],
    ["groups", GROUPED],
  ])("are those of attention's cost, layer by layer (%s)", (_, config) => {
    const layers = config.heads.map((heads, l) => {
      const shape = { width: 11, heads, keyValueHeads: config.keyValueHeads[l]!, headWidth: 6 };
      const { projecting, attending } = attentionCost(shape, T);
      return projecting + attending;
    });
    expect(attentionWork(config, T)).toBe(layers[0]! + layers[1]!);
  });

  it("a layer without heads costs nothing; by hand for one head", () => {
    const config = { ...DECODER, heads: [0, 1], keyValueHeads: [0, 1] };
    // four projections of 11 × 6 for each token, scores and mixing of 6 for each pair
    expect(attentionWork(config, T)).toBe(4 * T * 11 * 6 + 2 * T * T * 6);
  });
});

it("a mixture of heads costs its routers and the heads that its tokens use", () => {
  const routing = { kind: "moh", shared: 1, top: 1, balance: 0.01 } as const;
  const config = { ...DECODER, heads: [3], keyValueHeads: [3], features: { "0": { routing } } };
  const T = 13;
  // queries, scores and mixing of 2 heads; keys, values and outputs of 3; scores of 2 + 1 heads, and of shared against routed
  expect(attentionWork(config, T)).toBe(T * 11 * 6 * (2 + 3 * 3) + 2 * T * T * 6 * 2 + T * 11 * (3 + 2));
});

describe.each(MODELS)("%s", (_, load) => {
  const cutOf = async (): Promise<{ model: AnyModel; cut: AnyModel }> => {
    const { config, weights } = await load();
    const model: AnyModel = { config, weights };
    return { model, cut: cutHeads(model, someHeads(sitesOf(config), 2)) };
  };

  it("attention alone is its attentions one after the other", async () => {
    const { cut } = await cutOf();
    const { width } = cut.config;
    const weights = byPath(cut.weights);
    let x = tensor(normals(random("x"), 2 * 3 * width), [2, 3, width]);
    const made = await (await runtime.compile({ y: attentionOnly(cut) }, { weights })).run({ x });
    for (const { path, heads, features } of sitesOf(cut.config)) {
      if (heads === 0) continue;
      const own = new Map(
        [...weights].filter(([at]) => at.startsWith(`${path}.`)).map(([at, leaf]) => [at.slice(path.length + 1), leaf]),
      );
      const p = declare<AttentionParameters<Value>>(Object.fromEntries(own));
      const step = await runtime.compile({ y: attention(p, input("x", ["b", "i", width]), { features }) }, { weights: own });
      x = (await step.run({ x })).y!;
    }
    expect(made.y!.shape).toEqual([2, 3, width]);
    expect(largestDifference(made.y!, x)).toBeLessThan(1e-4 * Math.max(1, ...(x.data as Float32Array).map(Math.abs)));
  });

  it("is measured before and after, within its positions", async () => {
    const { model, cut } = await cutOf();
    const asked: [AnyModel, number, number][] = [];
    const memory = async (one: AnyModel, batch: number, length: number) => {
      asked.push([one, batch, length]);
      return one === model ? 300 : 200;
    };
    const found = await measureSavings(runtime, model, cut, { batches: [1, 3], rounds: 1, memory });
    const length = Math.min(128, model.config.maxPositions);
    expect(found.work).toEqual({
      length,
      before: attentionWork(model.config, length),
      after: attentionWork(cut.config, length),
    });
    expect(found.work.after).toBeLessThan(found.work.before);
    expect(found.timings.map((timing) => [timing.batch, timing.length])).toEqual([
      [1, length],
      [3, length],
    ]);
    for (const { before, after, attention: alone } of found.timings)
      for (const time of [before, after, alone.before, alone.after]) expect(time).toBeGreaterThan(0);
    expect(found.memory).toEqual([1, 3].map((batch) => ({ batch, before: 300, after: 200 })));
    expect(asked.map(([, batch, tokens]) => [batch, tokens])).toEqual([1, 1, 3, 3].map((batch) => [batch, length]));
  });
});

it("memory is left out where the system tells nothing of it", async () => {
  const model = await MODELS[0]![1]();
  const found = await measureSavings(runtime, model, model, { batches: [1], length: 5, rounds: 1, memory: async () => null });
  expect(found).toMatchObject({ memory: [], work: { length: 5 } });
});

describe("the share of the removed work that shows up as time", () => {
  const savings = (before: number, after: number) => ({ work: { length: 3, before, after } }) as Savings;
  const timing = (before: number, after: number) => ({
    batch: 1,
    length: 3,
    before: 9,
    after: 9,
    attention: { before, after },
  });

  it.each([
    ["half the work, half the time", 100, 50, 8, 4, 0.5, 1],
    ["half the work, three quarters of the time", 100, 50, 8, 6, 0.5, 0.5],
    ["no time saved", 100, 50, 8, 8, 0.5, 0],
    ["slower than before", 100, 50, 8, 10, 0.5, -0.5],
    ["no work removed", 100, 100, 8, 7, 0, 1],
  ])("%s", (_, before, after, was, is, removed, shown) => {
    expect(workSaved(savings(before, after), timing(was, is))).toEqual({ removed, shown });
  });
});
