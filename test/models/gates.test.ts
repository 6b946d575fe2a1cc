/** Gates multiply the outputs of the heads of their attention, and nothing else. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import { atHeads, gateHeads, maskHeads } from "../../src/models/gates.ts";
import { constant } from "../../src/ops/constant.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";
import { fixtureConfig } from "./golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const CONFIG: TransformerConfig = { ...fixtureConfig("gpt2"), heads: [3, 3], keyValueHeads: [3, 3], headWidth: 2 };
const z = input("z", [2, 1, 3, 2]);
const feeds = {
  z: tensor(
    Float32Array.from({ length: 12 }, (_, i) => i + 1),
    [2, 1, 3, 2],
  ),
};
const numbersOf = async (value: typeof z) => {
  const program = await runtime.compile({ y: value });
  return [...((await program.run(feeds)).y!.data as Float32Array)];
};

it("a gate of a head multiplies what it puts out, at its attention only", async () => {
  const probe = gateHeads(CONFIG, ({ name }) => (name === "1" ? constant(Float32Array.of(1, 0, 2)) : undefined));
  for (const site of ["layers.0.attention.z", "layers.11.attention.z", "layers.1.attention.v", "layers.1.z"])
    expect(probe(site, z)).toBe(z);
  expect(await numbersOf(probe("layers.1.attention.z", z))).toEqual([1, 2, 0, 0, 10, 12, 7, 8, 0, 0, 22, 24]);
});

it("gates of [b, h] are those of each example", async () => {
  const rows = constant(Float32Array.of(1, 0, 2, 0, 1, 3), [2, 3]);
  const probe = gateHeads(CONFIG, () => rows);
  expect(await numbersOf(probe("layers.0.attention.z", z))).toEqual([1, 2, 0, 0, 10, 12, 0, 0, 9, 10, 33, 36]);
});

it("a mask keeps the heads that stay and zeroes the others; attentions it does not name stay whole", async () => {
  const probe = maskHeads(CONFIG, new Map([["1", [0, 2]]]));
  expect(probe("layers.0.attention.z", z)).toBe(z);
  expect(await numbersOf(probe("layers.1.attention.z", z))).toEqual([1, 2, 0, 0, 5, 6, 7, 8, 0, 0, 11, 12]);
});

it("every attention of a model is called with its site", () => {
  const seen: string[] = [];
  const probe = atHeads(CONFIG, ({ name }, value) => {
    seen.push(name);
    return value;
  });
  for (const site of ["layers.0.attention.z", "layers.0.attention.q", "layers.1.attention.z"]) probe(site, z);
  expect(seen).toEqual(["0", "1"]);
});
