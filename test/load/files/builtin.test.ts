/** The models that come with Headwise load, know English a little, and are small; an unknown name is an error that helps. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readAddresses } from "../../../src/corpus/addresses.node.ts";
import { loadCheckpoint } from "../../../src/load/checkpoint.node.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { readTrainConfig } from "../../../src/train/config.ts";
import { streamData } from "../../../src/train/data.ts";
import { bitsPerByte } from "../../../src/train/metrics.ts";
import { createTrainer, initialState } from "../../../src/train/trainer.ts";

const folder = new URL("../../../models/english/", import.meta.url).pathname;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

it("english has the sizes of its configuration, half precision, at most 10 MB in all but the text", async () => {
  const { config, id } = await loadCheckpoint("builtin:english");
  const plan = readTrainConfig(JSON.parse(readFileSync(`${folder}train.json`, "utf8")), "train.json");
  expect(id).toBe("builtin:english");
  expect(config).toMatchObject({ family: "decoder", width: plan.model.width, vocabulary: plan.tokenizer.vocabulary });
  expect(config.heads).toEqual(Array.from({ length: plan.model.layers }, () => plan.model.heads));
  const files = readdirSync(folder).filter((name) => !name.endsWith(".br"));
  expect(files.reduce((sum, name) => sum + statSync(folder + name).size, 0)).toBeLessThan(10e6);
});

it("english spends on a held-out address the bits a byte that its card says, but for chance", async () => {
  const { config, weights, tokenizer } = await loadCheckpoint("builtin:english");
  const card = readFileSync(`${folder}README.md`, "utf8");
  const said = Number(/([\d.]+) bits per byte/.exec(card)![1]);
  const { heldOut } = await readAddresses();
  const text = heldOut[11]!.text.slice(0, 20_000);
  const tokens = Int32Array.from(tokenizer.encode(text).ids);
  const options = { tokens: 2048, seed: 1, accumulate: 1 };
  const data = streamData({ tokens, heldOut: tokens, heldOutBytes: Buffer.byteLength(text) }, config.maxPositions, options);
  const adam = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, clip: 1 } as const;
  const plain = { adam, dropout: { residual: 0, attention: 0 }, labelSmoothing: 0, seed: 1 };
  const trainer = createTrainer(runtime, config, plain, initialState(config, 1, byPath(weights)));
  const { nats } = await trainer.evaluate(data.heldOut());
  expect(Math.abs(bitsPerByte(nats, data.heldOutBytes!) / said - 1)).toBeLessThan(0.2);
});

it("an unknown name is refused with the nearest that there is", async () => {
  await expect(loadCheckpoint("builtin:englsh")).rejects.toThrow(
    /^builtin:englsh: unknown built-in model; use builtin:english( or builtin:[a-z0-9-]+)*$/,
  );
});

it("every committed configuration is one that training takes", () => {
  for (const path of ["../../../models/english/train.json", "../../../docs/train/multi30k.json"]) {
    const json = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
    expect(() => readTrainConfig(json, path)).not.toThrow();
  }
});
