/** Dropout: how much it drops, where, and that the same key drops the same. */
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input } from "../../src/graph/value.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { sum } from "../../src/ops/reduce.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { dropout, dropoutInput, dropoutKey } from "../../src/train/dropout.ts";
import { objective } from "../../src/train/objective.ts";
import { DECODER, ENCODER } from "../laws/small.ts";
import { smallConfig } from "../models/small-translator.ts";
import { evaluate } from "../run/evaluate.ts";

const SHAPE = [13, 41, 97] as const;
const COUNT = 13 * 41 * 97;
const SITE = "layers.3.feedForward";
const PATTERN = "layers.3.attention.pattern";

/** What becomes of ones at a site. */
async function kept(key: Tensor, { rate = 0.3, site = SITE, threads = 1 } = {}): Promise<Float32Array> {
  const x = input("x", SHAPE);
  const value = dropout({ residual: rate, attention: rate }, dropoutInput())(site, x);
  const runtime = await nodeRuntime({ threads });
  try {
    const program = await runtime.compile({ value });
    const made = await program.run({ x: tensor(new Float32Array(COUNT).fill(1), SHAPE), dropout: key });
    return made.value!.data as Float32Array;
  } finally {
    await runtime.release();
  }
}

const dropped = (values: Float32Array): number => values.reduce((n, x) => n + Number(x === 0), 0);

describe.each([0.01, 0.1, 0.3, 0.5, 0.9])("a rate of %d", (rate) => {
  it.each([SITE, PATTERN])("drops that share at %s and scales the rest by 1 / (1 − rate)", async (site) => {
    const values = await kept(dropoutKey(1, 1), { rate, site });
    const deviation = Math.sqrt(COUNT * rate * (1 - rate));
    expect(Math.abs(dropped(values) - COUNT * rate)).toBeLessThan(5 * deviation);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    const mean = values.reduce((a, b) => a + b, 0) / COUNT;
    expect(Math.abs(mean - 1)).toBeLessThan((5 * deviation) / (COUNT * (1 - rate)));
  });
});

/** The correlation of what two runs drop: 0 ± 1/√n by chance. */
function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (x: Float32Array) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float32Array, mx: number, y: Float32Array, my: number) =>
    x.reduce((s, v, i) => s + (v - mx) * (y[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

describe("what is dropped", () => {
  const reference = () => kept(dropoutKey(1, 7, 0));

  it("is the same for the same key, with one thread and with two", async () => {
    expect(await reference()).toEqual(await reference());
    expect(await kept(dropoutKey(1, 7, 0), { threads: 2 })).toEqual(await reference());
  });

  it.each<[string, () => Promise<Float32Array>]>([
    ["step", () => kept(dropoutKey(1, 8, 0))],
    ["micro-batch", () => kept(dropoutKey(1, 7, 1))],
    ["seed", () => kept(dropoutKey(2, 7, 0))],
    ["layer", () => kept(dropoutKey(1, 7, 0), { site: "layers.4.feedForward" })],
    ["site", () => kept(dropoutKey(1, 7, 0), { site: "layers.3.attention.out" })],
    ["side", () => kept(dropoutKey(1, 7, 0), { site: "decoder.layers.3.feedForward" })],
  ])("has nothing to do with that of another %s, nor with it moved along", async (_, other) => {
    const [a, b] = [await reference(), await other()];
    for (const by of [0, 1, 97, 41 * 97]) {
      const moved = correlation(a.subarray(0, COUNT - by), b.subarray(by));
      expect(Math.abs(moved), `moved by ${by}`).toBeLessThan(5 / Math.sqrt(COUNT - by));
    }
  });

  it("has nothing to do with its neighbours", async () => {
    const values = await reference();
    for (const by of [1, 2, 64, 97, 1024])
      expect(Math.abs(correlation(values.subarray(by), values.subarray(0, COUNT - by)))).toBeLessThan(
        5 / Math.sqrt(COUNT - by),
      );
  });

  it("goes backward as it came forward", async () => {
    const [x, c] = [input("x", SHAPE), input("c", SHAPE)];
    const y = dropout({ residual: 0.4, attention: 0 }, dropoutInput())(SITE, x);
    const [gradient] = grads(sum(mul(y, c)), [x], constant(1));
    const ones = tensor(new Float32Array(COUNT).fill(1), SHAPE);
    const ramp = tensor(
      Float32Array.from({ length: COUNT }, (_, i) => 1 + (i % 7)),
      SHAPE,
    );
    const made = await evaluate({ y, gradient: gradient! }, { x: ones, c: ramp, dropout: dropoutKey(3, 5) });
    expect(made.gradient!.data).toEqual((made.y!.data as Float32Array).map((m, i) => m * Number(ramp.data[i])));
    expect(dropped(made.gradient!.data as Float32Array)).toBeGreaterThan(COUNT / 3);
  });
});

describe("a rate of zero", () => {
  it("leaves the value itself, and needs no key", () => {
    const x = input("x", SHAPE);
    const probe = dropout({ residual: 0, attention: 0 }, dropoutInput());
    for (const site of [SITE, PATTERN, "embeddings"]) expect(probe(site, x)).toBe(x);
  });

  it("leaves alone what is no residual or pattern", () => {
    const x = input("x", SHAPE);
    const probe = dropout({ residual: 0.5, attention: 0.5 }, dropoutInput());
    for (const site of ["layers.0.attention.z", "layers.0.attention.q", "logits", "layers.0.out"])
      expect(probe(site, x)).toBe(x);
  });
});

describe("sites of the models", () => {
  const sitesOf = (config: Parameters<typeof objective>[0]) => {
    const [residual, attention]: [string[], string[]] = [[], []];
    const key = dropoutInput();
    const probe: Parameters<typeof objective>[2] = {
      probe: (site, value) => {
        if (dropout({ residual: 0.5, attention: 0 }, key)(site, value) !== value) residual.push(site);
        if (dropout({ residual: 0, attention: 0.5 }, key)(site, value) !== value) attention.push(site);
        return value;
      },
    };
    objective(config, { batch: 2, sequence: 7, ...(config.family === "encoder-decoder" && { target: 5 }) }, probe);
    return { residual, attention };
  };

  it.each([
    ["decoder", DECODER, 1, 2 * 2, 2],
    ["encoder", ENCODER, 1, 2 * 2, 2],
    // two embeddings; two sub-layers in an encoder's layer and three in a decoder's
    ["encoder–decoder", smallConfig({ decoderHeads: [3, 2, 7] }), 2, 2 * 2 + 3 * 3, 2 + 2 * 3],
  ] as const)("%s: the embeddings, every sub-layer's output and every pattern, once each", (_, config, embeddings, outputs, patterns) => {
    const { residual, attention } = sitesOf(config);
    expect(new Set(residual).size).toBe(residual.length);
    expect(new Set(attention).size).toBe(attention.length);
    expect(residual.filter((site) => site.endsWith("embeddings"))).toHaveLength(embeddings);
    expect(residual).toHaveLength(embeddings + outputs);
    expect(attention).toHaveLength(patterns);
  });
});
