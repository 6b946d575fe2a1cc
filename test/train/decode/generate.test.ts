import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forward } from "../../../src/models/transformer.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64 } from "../../../src/run/tensor.ts";
import { createGenerator, generate } from "../../../src/train/decode/generate.ts";
import { loadFixture } from "../../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

// learned positions, without and with an offset; rotary ones with grouped keys and scalings; a window shorter than the text
describe.each(["gpt2", "opt", "llama", "llama3", "qwen2", "mistral"])("%s", (family) => {
  it.each([1, 6])("goes on from %i tokens as if it read the whole text each time", async (length) => {
    const model = await loadFixture(family);
    const prompt = [7, 31, 4, 19, 22, 5].slice(0, length);
    const count = 17 - length;
    const made = await generate(runtime, model, prompt, { count, temperature: 0 });
    expect(made).toHaveLength(count);
    const whole = [...prompt, ...made];
    const shape = [1, whole.length];
    const program = await runtime.compile({ logits: forward(model.config).logits! }, { weights: byPath(model.weights) });
    const got = await program.run({
      ids: int64(whole, shape),
      mask: int64(
        whole.map(() => 1),
        shape,
      ),
    });
    const { vocabulary } = model.config;
    for (let k = 0; k < count; k++) {
      const at = length - 1 + k;
      const logits = (got.logits!.data as Float32Array).subarray(at * vocabulary, (at + 1) * vocabulary);
      // equal but for rounding: the token chosen with the cache is the best, or as good as the best
      expect(Math.max(...logits) - logits[made[k]!]!, `token ${k}`).toBeLessThan(1e-4);
    }
  });
});

describe("drawing", () => {
  it("is the same for the same seed, and another for others", async () => {
    const generator = createGenerator(runtime, await loadFixture("gpt2"));
    const drawn = (seed: number) => generator.generate([7, 31], { count: 11, seed, temperature: 2 });
    expect(await drawn(3)).toEqual(await drawn(3));
    expect(await drawn(3)).not.toEqual(await drawn(4));
  });

  it("among one, or at no temperature, takes the likeliest", async () => {
    const generator = createGenerator(runtime, await loadFixture("llama"));
    const likeliest = await generator.generate([7, 31], { count: 11, temperature: 0 });
    expect(await generator.generate([7, 31], { count: 11, topK: 1 })).toEqual(likeliest);
    expect(await generator.generate([7, 31], { count: 11, temperature: 1e-4 })).toEqual(likeliest);
  });

  it("follows the probabilities, within those that topK leaves", async () => {
    const model = await loadFixture("gpt2");
    const program = await runtime.compile({ logits: forward(model.config).logits! }, { weights: byPath(model.weights) });
    const { logits } = await program.run({ ids: int64([7, 31], [1, 2]), mask: int64([1, 1], [1, 2]) });
    const { vocabulary } = model.config;
    const last = Array.from((logits!.data as Float32Array).subarray(vocabulary), (x) => x / 0.7);
    const top = [...last.keys()].sort((a, b) => last[b]! - last[a]!).slice(0, 5);
    const total = top.reduce((sum, k) => sum + Math.exp(last[k]!), 0);
    const generator = createGenerator(runtime, model);
    const seen = new Map<number, number>();
    const draws = 600;
    for (let seed = 0; seed < draws; seed++) {
      const [token] = await generator.generate([7, 31], { count: 1, temperature: 0.7, topK: 5, seed });
      seen.set(token!, (seen.get(token!) ?? 0) + 1);
    }
    expect([...seen.keys()].every((k) => top.includes(k))).toBe(true);
    for (const k of top) {
      const p = Math.exp(last[k]!) / total;
      expect(Math.abs((seen.get(k) ?? 0) / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
    }
  });

  it("stops after the end, which is given too", async () => {
    const generator = createGenerator(runtime, await loadFixture("gpt2"));
    const free = await generator.generate([7, 31], { count: 11, seed: 5, temperature: 3 });
    const end = free[4]!;
    const stopped = await generator.generate([7, 31], { count: 11, seed: 5, temperature: 3, end });
    expect(stopped).toEqual(free.slice(0, free.indexOf(end) + 1));
  });
});

it("refuses what the model cannot go on from", async () => {
  const model = await loadFixture("gpt2");
  const generator = createGenerator(runtime, model);
  const { maxPositions, vocabulary } = model.config;
  await expect(generator.generate([], { count: 1 })).rejects.toThrow("the prompt is empty");
  await expect(generator.generate([vocabulary], { count: 1 })).rejects.toThrow(`the prompt has the id ${vocabulary}`);
  await expect(generator.generate([1], { count: maxPositions })).rejects.toThrow(
    `exceed the model's ${maxPositions} positions`,
  );
  await expect(generator.generate([1], { count: 1, temperature: -1 })).rejects.toThrow(
    "the temperature is -1; give a number from 0",
  );
  await expect(generator.generate([1], { count: 1, topK: 0 })).rejects.toThrow("topK is 0; give a number from 1");
  const bert = await loadFixture("bert");
  expect(() => createGenerator(runtime, bert)).toThrow("use a causal language model (GPT-2, Llama …)");
});
