/** Routed models in training: resumed bit for bit, and read, cut and exported afterwards; balance keeps all heads in use. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { mixtureConfig, toMixture } from "../../src/models/mixture.ts";
import { forward } from "../../src/models/transformer.ts";
import { byPath } from "../../src/params/tree.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { onnxFiles } from "../../src/prune/write/onnx.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, tensor } from "../../src/run/tensor.ts";
import { readTrainConfig, type TrainConfig } from "../../src/train/config.ts";
import { trainSession } from "../../src/train/run-folder/session.node.ts";
import { DECODER, largestDifference, runModel, smallModel, textsOf } from "../laws/small.ts";
import { madeText } from "../train/made-text.ts";

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-routed-"));
  writeFileSync(join(folder, "text.txt"), madeText(1, 60));
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true, force: true });
});

const configured = (model: object, change: object = {}): TrainConfig =>
  readTrainConfig(
    {
      data: { text: join(folder, "text.txt") },
      tokenizer: { vocabulary: 270, minFrequency: 0 },
      model: { layers: 2, width: 16, heads: 4, ...model },
      batch: { length: 13, tokens: 52 },
      schedule: { kind: "constant", warmup: 2 },
      ...{ steps: 5, every: 5, keep: 2 },
      ...change,
    },
    "test",
  );

describe.each<[string, object]>([
  ["moh", { attention: { routing: { kind: "moh", shared: 1, top: 1 } } }],
  ["moh-grouped", { architecture: "llama", keyValueHeads: 2, attention: { routing: { kind: "moh", shared: 1, top: 1 } } }],
  ["moa", { attention: { routing: { kind: "moa", top: 2 } } }],
  ["moa-rotary", { architecture: "llama", attention: { routing: { kind: "moa", top: 2 } } }],
])("%s", (name, model) => {
  it("stopped and resumed gives the same weights", async () => {
    const [whole, stopped] = [join(folder, name), join(folder, `${name}-stopped`)];
    await trainSession(runtime, configured(model), "test", { path: whole });
    let step = 0;
    const hooks = { onStep: (report: { step: number }) => void (step = report.step), stopping: () => step === 3 };
    await trainSession(runtime, configured(model), "test", { path: stopped, hooks });
    await trainSession(runtime, configured(model), "test", { path: stopped, resume: true });
    const weights = (path: string) => readFileSync(join(path, "model/model.safetensors"));
    expect(weights(stopped).equals(weights(whole))).toBe(true);
  });

  it("is read, cut, and exported to plain ONNX Runtime as the same function", async () => {
    const whole = await loadCheckpoint(join(folder, name, "model"));
    const groups =
      name === "moh-grouped"
        ? [
            [2, 3],
            [0, 1, 2, 3],
          ]
        : [[0, 2, 3], [1]];
    const cut = cutHeads(whole, new Map(groups.map((kept, layer) => [`${layer}`, kept])));
    for (const { config, weights } of [whole, cut]) {
      const ids = int64(
        Array.from({ length: 26 }, (_, k) => (k * 7) % 251),
        [2, 13],
      );
      const mask = int64(new Array(26).fill(1), [2, 13]);
      const program = await runtime.compile({ logits: forward(config).logits! }, { weights: byPath(weights) });
      const { logits } = await program.run({ ids, mask });
      const session = await ort.InferenceSession.create(onnxFiles({ config, weights }).get("model.onnx")!);
      const fed = (given: typeof ids) => new ort.Tensor("int64", given.data as BigInt64Array, given.shape);
      const made = (await session.run({ input_ids: fed(ids), attention_mask: fed(mask) })).logits!;
      await session.release();
      expect(largestDifference(tensor(made.data as Float32Array, made.dims), logits!)).toBeLessThan(1e-5);
    }
  });
});

describe("a plain model as a mixture of heads", () => {
  const plain = smallModel(DECODER, 1);

  it("starts as the model with only its first heads", async () => {
    const kept = [0, 1];
    const texts = textsOf([3, 1, 4, 1, 5, 9], [2, 6]);
    const last = async (model: typeof plain) => (await runModel(model, texts)).logits!;
    const few = cutHeads(plain, new Map([["0", kept]]));
    expect(largestDifference(await last(toMixture(plain, { shared: 1, top: 1 })), await last(few))).toBeLessThan(1e-5);
  });

  it("keeps its weights, and has new routers", () => {
    const { config, weights } = toMixture(plain, { shared: 0, top: 1 });
    const own = byPath(weights);
    for (const [path, kept] of byPath(plain.weights)) expect(own.get(path)).toBe(kept);
    expect([...own.keys()].filter((path) => !byPath(plain.weights).has(path))).toEqual([
      "layers.0.attention.router",
      "layers.1.attention.router",
    ]);
    expect(config.features?.["1"]).toEqual({ routing: { kind: "moh", shared: 0, top: 1, balance: 0.01 } });
  });

  it("is refused with too few heads, after pruning, and twice", () => {
    expect(() => mixtureConfig(DECODER, { shared: 2, top: 1 })).toThrow(
      'layer 1: 2 shared heads leave none of 2 to route; use 0 to 1 shared heads ("shared")',
    );
    const once = toMixture(plain, { shared: 1, top: 1 });
    expect(() => mixtureConfig(once.config, { shared: 1, top: 1 })).toThrow("layer 0 is a mixture of heads already");
    const sparse = { ...plain.config, features: { "0": { normalizer: "sparsemax" } } } as const;
    expect(() => mixtureConfig(sparse, { shared: 0, top: 1 })).toThrow(
      'layer 0: "routing" cannot be combined with "normalizer"; remove one of them',
    );
    const { config } = cutHeads(plain, new Map([["0", [0]]]));
    expect(() => mixtureConfig(config, { shared: 0, top: 1 })).toThrow("convert the whole model");
  });
});

describe("training refuses", () => {
  const routed = (routing: object, model: object = {}) => configured({ ...model, attention: { routing } });
  it.each<[object, object, string]>([
    [
      { kind: "moh", shared: 1, top: 4 },
      {},
      'test: "model.attention": a token cannot use 4 of 3 routed heads; use 1 to 3 ("routing.top")',
    ],
    [
      { kind: "moa", top: 5 },
      {},
      'test: "model.attention": a token cannot use 5 of 4 routed heads; use 1 to 4 ("routing.top")',
    ],
    [
      { kind: "moh", shared: 4, top: 1 },
      {},
      'test: "model.attention": 4 shared heads leave none of 4 to route; use 0 to 3 shared heads ("routing.shared")',
    ],
    [
      { kind: "moh", shared: 0, top: 1 },
      { heads: 1 },
      'test: "model.attention": routing needs at least 2 heads, but there is 1; use more heads, or no routing',
    ],
    [{ kind: "moh", shared: 0, top: 0 }, {}, 'test: "model.attention.routing.top" is 0; correct it'],
    [
      { kind: "moa", top: 2 },
      { architecture: "llama", keyValueHeads: 2 },
      'test: "model.keyValueHeads" is 2, but the heads of "moa" share one; remove it, or set it to 1',
    ],
    [{ kind: "mixture", top: 2 }, {}, 'test: "model.attention.routing.kind" is "mixture"; correct it'],
    [
      { kind: "moh", shared: 0, top: 1, tops: 2 },
      {},
      'there is no option "model.attention.routing.tops"; did you mean "model.attention.routing.top"?',
    ],
  ])("%j %j", (routing, model, message) => {
    expect(() => routed(routing, model)).toThrow(message);
  });
});
