/** Dropout of heads: the rate over a run, how often each set of heads is kept, and that it is nothing else than gates. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import { gateHeads } from "../../src/models/gates.ts";
import { sitesOf } from "../../src/models/sites.ts";
import type { Probe } from "../../src/nn/probe.ts";
import { constant } from "../../src/ops/constant.ts";
import { tensor } from "../../src/run/tensor.ts";
import { causalBatch } from "../../src/train/batch.ts";
import { dropoutInput, dropoutKey, headDropout, headDropoutInput, headDropoutRate } from "../../src/train/dropout.ts";
import { objective } from "../../src/train/objective.ts";
import { initialState } from "../../src/train/trainer.ts";
import { DECODER, ENCODER } from "../laws/small.ts";
import { smallConfig } from "../models/small-translator.ts";
import { evaluate } from "../run/evaluate.ts";

describe("the rate of a step", () => {
  it("is constant, or falls to 0 in the warm-up and rises again", () => {
    expect(headDropoutRate({ heads: 0.2, schedule: "constant" }, 7, 200, 1000)).toBe(0.2);
    const v = (step: number, heads: number) => headDropoutRate({ heads, schedule: "v" }, step, 200, 1000);
    expect([v(1, 0.2), v(101, 0.2), v(201, 0.2)]).toEqual([0.2, 0.1, 0]);
    // Zhou et al. 2020: p(600) = 0.3 · 400 / 800
    expect(v(601, 0.3)).toBeCloseTo(0.15, 12);
    expect(v(1001, 0.3)).toBeCloseTo(0.3, 12);
  });

  it("is never below 0 or above its largest, whatever the warm-up", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (warmup, steps, step) => {
        const rate = headDropoutRate({ heads: 0.3, schedule: "v" }, step, warmup, steps);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.3);
      }),
    );
  });
});

const decoder = (heads: number) => ({ ...DECODER, heads: [heads, heads], keyValueHeads: [heads, heads] });
const PATH = "layers.0.attention.z";

/** The gates of some texts' heads, [text][head]. */
async function gates(texts: number, heads: number, rate: number, key = dropoutKey(1, 1), path = PATH): Promise<number[][]> {
  const probe = headDropout(decoder(heads), headDropoutInput(), dropoutInput());
  const z = input("z", [texts, 1, heads, 1]);
  const made = await evaluate(
    { z: probe(path, z) },
    {
      z: tensor(new Float32Array(texts * heads).fill(1), [texts, 1, heads, 1]),
      ...{ dropout: key, headDropout: tensor(Float32Array.of(rate), [1]) },
    },
  );
  const all = Array.from(made.z!.data, Number);
  return Array.from({ length: texts }, (_, b) => all.slice(b * heads, (b + 1) * heads));
}

describe("the gates of a text", () => {
  it.each([
    [2, 0.5],
    [3, 0.4],
    [3, 0.9],
    [5, 0.1],
  ])("of %d heads at a rate of %d are kept as independent draws are, of which those without a head are drawn again", async (heads, rate) => {
    const texts = 20_000;
    const found = new Map<string, number>();
    for (const row of await gates(texts, heads, rate)) {
      const kept = row.filter((gate) => gate > 0).length;
      for (const gate of row) expect(gate === 0 || Math.abs(gate - heads / kept) < 1e-6).toBe(true);
      const pattern = row.map((gate) => Number(gate > 0)).join("");
      found.set(pattern, (found.get(pattern) ?? 0) + 1);
    }
    for (let k = 0; k < 2 ** heads; k++) {
      const pattern = k.toString(2).padStart(heads, "0");
      const kept = [...pattern].filter((bit) => bit === "1").length;
      const p = kept === 0 ? 0 : ((1 - rate) ** kept * rate ** (heads - kept)) / (1 - rate ** heads);
      expect(Math.abs((found.get(pattern) ?? 0) - texts * p), pattern).toBeLessThanOrEqual(5 * Math.sqrt(texts * p * (1 - p)));
    }
  });

  it("of two heads at one half vary by 2/3", async () => {
    const all = (await gates(20_000, 2, 0.5)).flat();
    expect(all.reduce((sum, gate) => sum + (gate - 1) ** 2, 0) / all.length).toBeCloseTo(2 / 3, 1);
  });

  it("are all 1 at a rate of 0, to the last bit", async () => {
    expect(new Set((await gates(100, 7, 0)).flat())).toEqual(new Set([1]));
  });

  it("depend on the step, the seed and the layer, and on nothing else", async () => {
    const own = await gates(64, 5, 0.3);
    expect(await gates(64, 5, 0.3)).toEqual(own);
    for (const key of [dropoutKey(1, 2), dropoutKey(2, 1), dropoutKey(1, 1, 1)])
      expect(await gates(64, 5, 0.3, key)).not.toEqual(own);
    expect(await gates(64, 5, 0.3, dropoutKey(1, 1), "layers.1.attention.z")).not.toEqual(own);
  });
});

describe("in a model", () => {
  it.each([
    ["decoder", DECODER],
    ["encoder", ENCODER],
    ["encoder–decoder", smallConfig()],
  ] as const)("%s: the outputs of each attention with more than one head, and nothing else", (_, config) => {
    const probe = headDropout(config, headDropoutInput(), dropoutInput());
    const sites: string[] = [];
    const watch = (site: string, value: Value) => {
      if (probe(site, value) !== value) sites.push(site);
      return value;
    };
    objective(config, { batch: 2, sequence: 7, ...(config.family === "encoder-decoder" && { target: 5 }) }, { probe: watch });
    const wanted = sitesOf(config).filter(({ heads }) => heads > 1);
    expect(sites).toEqual(wanted.map(({ path }) => `${path}.z`));
  });

  it("gives the loss and the gradients of the model with these gates", async () => {
    const [batch, rate, key] = [3, 0.4, dropoutKey(1, 9)];
    const made = new Map<string, Value>();
    for (const { path, heads } of sitesOf(DECODER))
      if (heads > 1)
        made.set(path, constant(Float32Array.from((await gates(batch, heads, rate, key, `${path}.z`)).flat()), [batch, heads]));
    const shape = { batch, sequence: 7 };
    const outputs = (probe: Probe) => {
      const { total, gradients } = objective(DECODER, shape, { probe });
      return { total, ...Object.fromEntries(gradients().map((gradient, k) => [`${k}`, gradient])) };
    };
    const weights = Object.fromEntries(initialState(DECODER, 3).tensors);
    const rows = [0, 1, 2].map((b) => Int32Array.from({ length: 8 }, (_, i) => (3 * i + 5 * b) % 11));
    const { feeds } = causalBatch(rows, shape);
    const dropped = await evaluate(outputs(headDropout(DECODER, headDropoutInput(), dropoutInput())), {
      ...{ ...weights, ...feeds, dropout: key, headDropout: tensor(Float32Array.of(rate), [1]) },
    });
    const gatedOnes = await evaluate(outputs(gateHeads(DECODER, ({ path }) => made.get(path))), { ...weights, ...feeds });
    for (const [name, { data }] of Object.entries(gatedOnes))
      for (const [k, x] of data.entries()) expect(Number(dropped[name]!.data[k]), name).toBeCloseTo(Number(x), 5);
  });
});
