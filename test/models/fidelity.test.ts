import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { inputsOf } from "../../src/graph/walk.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { gateHeads } from "../../src/models/gates.ts";
import { forward } from "../../src/models/transformer.ts";
import { crossEntropy } from "../../src/nn/loss.ts";
import { keep } from "../../src/nn/probe.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { below, FAMILIES, fixtureConfig, largestDifference, loadFixture, readInts } from "./golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

/** Each position's target is the token after it; the last has none. */
const nextTokens = ({ shape, data }: Tensor): Tensor => {
  const n = shape[1]!;
  return tensor(
    BigInt64Array.from(data as BigInt64Array, (_, k) => (k % n === n - 1 ? -100n : (data as BigInt64Array)[k + 1]!)),
    shape,
  );
};

describe.each(FAMILIES)("%s against transformers", (family) => {
  it("gives every hidden state within 1e-4 and every pattern within 1e-5", async () => {
    const { config, weights, golden } = await loadFixture(family);
    const kept = new Map<string, Value>();
    const { states, logits } = forward(config, { probe: keep(kept, (site) => site.endsWith("pattern")) });
    const patterns = [...kept.values()];
    const outputs = Object.fromEntries([
      ...states.map((s, l) => [`hidden.${l}`, s]),
      ...patterns.map((a, l) => [`pattern.${l}`, a]),
      ["logits", logits!],
    ]) as Record<string, Value>;
    const mask = readInts(family, "golden.safetensors", "attention_mask");
    const ids = readInts(family, "golden.safetensors", "input_ids");
    const got = await (await runtime.compile<string>(outputs, { weights: byPath(weights) })).run({ ids, mask });
    expect(patterns).toHaveLength(config.heads.length);
    for (const name of Object.keys(outputs)) {
      const n = ids.shape[1]!;
      const perQuery = name.startsWith("pattern") ? n : got[name]!.shape.at(-1)!;
      const heads = name.startsWith("pattern") ? got[name]!.shape[1]! : 1;
      // what a padding query computes is arbitrary
      const real = (k: number) => mask.data[Math.floor(k / (perQuery * n * heads)) * n + (Math.floor(k / perQuery) % n)] === 1n;
      const worst = largestDifference(got[name]!, await golden.read(name), real);
      expect(worst, name).toBeLessThan(name.startsWith("pattern") ? 1e-5 : 1e-4);
    }
  });

  it("has the gradients of the loss for every parameter and every head's gate within 1e-4", async () => {
    const { config, weights, golden } = await loadFixture(family);
    const [ids, mask, given] = ["input_ids", "attention_mask", "labels"].map((n) => readInts(family, "golden.safetensors", n));
    const labels = config.languageHead === "causal" ? nextTokens(given!) : given!;
    const [batch, sequence] = ids!.shape;
    const gates = new Map(config.heads.map((h, l) => [l, input(`gate.${l}`, [h])]));
    const { logits } = forward(config, { batch, sequence, probe: gateHeads(config, ({ name }) => gates.get(Number(name))) });
    const loss = crossEntropy(logits!, input("labels", [batch!, sequence!], "int64"));
    const wrt = [...inputsOf([loss])].filter(([, v]) => v.dtype === "float32");
    const derivatives = grads(
      loss,
      wrt.map(([, v]) => v),
    );
    const outputs = { loss, ...Object.fromEntries(wrt.map(([name], i) => [`d ${name}`, derivatives[i]!])) };
    const ones = Object.fromEntries(
      [...gates].map(([l, g]) => [`gate.${l}`, tensor(new Float32Array(g.shape[0] as number).fill(1), g.shape as number[])]),
    );
    const program = await runtime.compile<string>(outputs, { weights: byPath(weights) });
    const got = await program.run({ ids: ids!, mask: mask!, labels, ...ones });
    expect(largestDifference(got.loss!, await golden.read("loss"))).toBeLessThan(1e-5);
    const gradients = below(golden, "grad.");
    const byName = { ...gradients, tensors: new Map([...gradients.tensors].filter(([n]) => !n.startsWith("gate."))) };
    const wanted = byPath(await readWeights(config, byName));
    for (const [name] of wrt) {
      const reference = name.startsWith("gate.") ? await golden.read(`grad.${name}`) : wanted.get(name)!;
      expect(largestDifference(got[`d ${name}`]!, reference), name).toBeLessThan(1e-4);
    }
    expect(wrt).toHaveLength(wanted.size + config.heads.length);
  });
});

it.each(["llama", "llama3", "llama-linear"])("%s: the older configuration keys mean the same", (family) => {
  expect(fixtureConfig(family, "config.old.json")).toEqual(fixtureConfig(family));
});
