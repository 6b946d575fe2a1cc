/** What heads write, against z W_O of the plain pass: every two tokens have the same product, and centered kernels agree. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleTokens, writtenOutputs } from "../../../src/heads/observe/written.ts";
import { writtenCores } from "../../../src/heads/redundancy/head-maps.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { DECODER, ENCODER, GROUPED, runModel, smallModel, textsOf } from "../../laws/small.ts";
import { randomText } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const TEXTS = [7, 13, 11].map((n, k) => randomText(`text ${k}`, n, 23, 1, 1));

it.each([
  ["encoder", smallModel(ENCODER, 1)],
  ["decoder", smallModel(DECODER, 2)],
  ["grouped keys", smallModel(GROUPED, 3)],
  ["an emptied layer", cutHeads(smallModel(ENCODER, 4), new Map([["0", []]]))],
])("%s", async (_, model) => {
  const { headWidth: d, width: m } = model.config;
  const sample = sampleTokens(TEXTS, model.config.family === "decoder", 19, 5);
  const outputs = await writtenOutputs(runtime, model, writtenCores(model), sample);
  const layers = [...model.config.heads.keys()].filter((l) => model.config.heads[l]! > 0);
  expect(outputs.map(({ shape }) => shape)).toEqual(layers.map((l) => [model.config.heads[l], d, 19]));
  for (const [k, l] of layers.entries()) {
    const [heads, wo] = [model.config.heads[l]!, model.weights.layers[l]!.attention.wo.data];
    for (let h = 0; h < heads; h++) {
      const direct: number[][] = [];
      for (const { text, positions } of sample) {
        const site = `layers.${l}.attention.z`;
        const z = (await runModel(model, textsOf([...text.ids]), { wanted: (s) => s === site }))[site]!.data;
        const write = (i: number, c: number) =>
          Array.from({ length: d }, (_, e) => Number(z[(i * heads + h) * d + e]) * Number(wo[(h * d + e) * m + c]));
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        direct.push(...positions.map((i) => Array.from({ length: m }, (_, c) => sum(write(i, c)))));
      }
      const features = (i: number) => Array.from({ length: d }, (_, e) => Number(outputs[k]!.data[(h * d + e) * 19 + i]));
      const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, e) => s + x * b[e]!, 0);
      for (let i = 0; i < 19; i++)
        for (let j = 0; j <= i; j++) expect(dot(features(i), features(j))).toBeCloseTo(dot(direct[i]!, direct[j]!), 3);
    }
  }
});
