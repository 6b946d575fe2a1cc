import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { inputsOf } from "../../src/graph/walk.ts";
import { encoderDecoderForward } from "../../src/models/encoder-decoder.ts";
import { encoderDecoderParameters } from "../../src/models/encoder-decoder-parameters.ts";
import { crossEntropy } from "../../src/nn/loss.ts";
import { keep } from "../../src/nn/probe.ts";
import { sinusoids } from "../../src/nn/sinusoid.ts";
import { byPath, leaves, type Spec } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64 } from "../../src/run/tensor.ts";
import { largestDifference } from "./golden.ts";
import { smallConfig, smallWeights } from "./small-translator.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const SOURCE = [5, 17, 9, 40, 11, 3, 2];
const TARGET = [1, 33, 8, 21, 50];
const feeds = (source: readonly number[], mask: readonly number[], target: readonly number[]) => ({
  ids: int64(source, [1, source.length]),
  mask: int64(mask, [1, source.length]),
  decoderIds: int64(target, [1, target.length]),
});

describe.each([false, true])("the encoder–decoder, norms first: %s", (normFirst) => {
  const config = smallConfig({ normFirst });
  const weights = byPath(smallWeights(config));
  const { logits, states, encoderStates } = encoderDecoderForward(config);
  const run = async (source: number[], mask: number[], target: number[]) =>
    (await runtime.compile({ logits }, { weights })).run(feeds(source, mask, target));

  it("gives a state before and after every layer", () => {
    expect([encoderStates.length, states.length]).toEqual([3, 4]);
    expect(logits.shape).toEqual(["batch", "target", 53]);
  });

  it("does not see padding of the source", async () => {
    const plain = await run(
      SOURCE,
      SOURCE.map(() => 1),
      TARGET,
    );
    const padded = await run([...SOURCE, 7, 7], [...SOURCE.map(() => 1), 0, 0], TARGET);
    expect(largestDifference(plain.logits!, padded.logits!)).toBeLessThan(1e-5);
  });

  it("sees the whole source, and of the target only what came before", async () => {
    const ones = SOURCE.map(() => 1);
    const plain = await run(SOURCE, ones, TARGET);
    const source = await run(SOURCE.with(6, 29), ones, TARGET);
    expect(largestDifference(plain.logits!, source.logits!, (k) => k < 53)).toBeGreaterThan(1e-3);
    const target = await run(SOURCE, ones, TARGET.with(3, 29));
    expect(largestDifference(plain.logits!, target.logits!, (k) => k < 3 * 53)).toBeLessThan(1e-5);
    expect(largestDifference(plain.logits!, target.logits!, (k) => k >= 3 * 53)).toBeGreaterThan(1e-3);
  });

  it("can be differentiated with fixed sizes, down to every parameter", async () => {
    const full = smallConfig({ normFirst, decoderHeads: [3, 2, 7] });
    const weights = byPath(smallWeights(full));
    const fixed = encoderDecoderForward(full, { batch: 1, sequence: 7, target: 5 });
    const loss = crossEntropy(fixed.logits, input("targets", [1, 5], "int64"));
    const parameters = [...inputsOf([loss])].filter(([, v]) => v.dtype === "float32");
    expect(parameters.map(([name]) => name).sort()).toEqual([...weights.keys()].sort());
    const derivatives = grads(
      loss,
      parameters.map(([, v]) => v),
    );
    const outputs = Object.fromEntries(parameters.map(([name], k) => [`d ${name}`, derivatives[k]!]));
    const program = await runtime.compile(outputs, { weights });
    const got = await program.run({
      ...feeds(
        SOURCE,
        SOURCE.map(() => 1),
        TARGET,
      ),
      targets: int64([33, 8, 21, 50, 2], [1, 5]),
    });
    for (const [name, { data }] of Object.entries(got)) {
      // softmax ignores what a key's bias adds to all scores of a query
      if (!name.endsWith("bk")) expect(Math.max(...(data as Float32Array).map(Math.abs)), name).toBeGreaterThan(1e-7);
      expect((data as Float32Array).every(Number.isFinite), name).toBe(true);
    }
  });

  it("shows every site that training and watching need", () => {
    const kept = new Map<string, Value>();
    encoderDecoderForward(config, { probe: keep(kept) });
    const of = (at: string) => [...kept.keys()].filter((s) => s.startsWith(at)).map((s) => s.slice(at.length));
    const attention = ["q", "k", "v", "scores", "masked", "pattern", "z", "out"];
    const inside = (name: string) => attention.map((s) => `${name}.${s}`);
    expect(of("encoder.layers.1.")).toEqual(["input", ...inside("attention"), "feedForward", "output"]);
    expect(of("decoder.layers.2.")).toEqual(["input", ...inside("attention"), ...inside("cross"), "feedForward", "output"]);
    for (const site of ["encoder.embeddings", "decoder.embeddings", "logits"]) expect([...kept.keys()]).toContain(site);
  });
});

it("starts matrices with Glorot's deviation and the tied table with width^-1/2", () => {
  const specs = new Map(leaves<Spec>(encoderDecoderParameters(smallConfig())));
  expect(specs.get("embeddings.tokens")).toMatchObject({ shape: [53, 22], init: 22 ** -0.5 });
  expect(specs.get("encoder.layers.0.attention.wq")!.init).toBeCloseTo(Math.sqrt(2 / (22 + 15)), 12);
  expect(specs.get("encoder.layers.0.attention.wo")!.init).toBeCloseTo(Math.sqrt(2 / (15 + 22)), 12);
  expect(specs.get("decoder.layers.1.cross.wv")!.init).toBeCloseTo(Math.sqrt(2 / (22 + 15)), 12);
  expect(specs.get("encoder.layers.1.feedForward.up")!.init).toBeCloseTo(Math.sqrt(2 / (22 + 31)), 12);
  expect(specs.get("decoder.layers.0.crossNorm.scale")!.init).toBe("ones");
  expect(specs.get("finalLogitsBias")!.init).toBe("zeros");
});

it("places sines before cosines, each pair on one circle, and shifts by the offset", () => {
  for (const spacing of ["paper", "tensor2tensor"] as const) {
    const [rows, shifted] = [0, 3].map((offset) => sinusoids(11, 14, { spacing, offset }));
    expect(Array.from(rows!.slice(3 * 14))).toEqual(Array.from(shifted!.slice(0, 8 * 14)));
    for (let k = 0; k < 7; k++) expect(rows![5 * 14 + k]! ** 2 + rows![5 * 14 + 7 + k]! ** 2).toBeCloseTo(1, 6);
    expect(rows![14]).toBeCloseTo(Math.sin(1), 6);
    expect(rows![14 + 6]).toBeCloseTo(Math.sin(spacing === "paper" ? 10000 ** (-12 / 14) : 1e-4), 6);
  }
});

it("refuses a fixed length beyond its positions", () => {
  expect(() => encoderDecoderForward(smallConfig(), { batch: 2, sequence: 38, target: 3 })).toThrow(
    "a text of 38 tokens is longer than the model's 37 positions",
  );
});
