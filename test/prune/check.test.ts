/** The check of a cut finds nothing where there is nothing, and cannot be fooled by a number that is none. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mapTree } from "../../src/params/tree.ts";
import { checkCut } from "../../src/prune/check.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { loadFixture } from "../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const text = (...ids: number[]) => ({ ids: Int32Array.from(ids) });
const TEXTS = [text(9), text(2, 9, 8, 3), text(2, 7, 8, 3), text(2, 3)];
const kept = new Map([["0", [0, 2]]]);

it("compares states and logits over all texts", async () => {
  const whole = await loadFixture("gpt2");
  const check = await checkCut(runtime, whole, kept, cutHeads(whole, kept), TEXTS);
  expect(check).toMatchObject({ texts: 4, tokens: 11 });
  expect(Math.max(check.states, check.logits!)).toBeLessThan(1e-5);
  expect(check.scale).toBeGreaterThan(0.1);
  const other = await checkCut(runtime, whole, new Map(), cutHeads(whole, kept), TEXTS);
  expect(other.states).toBeGreaterThan(1e-3);
});

it("does not forget a NaN in one text when the next is equal", async () => {
  const whole = await loadFixture("gpt2");
  const cut = cutHeads(whole, kept);
  // only the token 9 has it, and only some texts have that token
  const weights = mapTree<typeof cut.weights>(cut.weights, ({ shape, data }: Tensor, path) =>
    tensor(path === "embeddings.tokens" ? (data as Float32Array).with(9 * shape[1]!, Number.NaN) : data, shape),
  );
  const { states } = await checkCut(runtime, whole, kept, { ...cut, weights }, TEXTS);
  expect(states).toBeNaN();
});

describe.each(TRANSLATORS)("%s", (name) => {
  it("is checked in its encoder, its decoder and across", async () => {
    const whole = await translatorFixture(name);
    const sites = Object.entries({ "encoder.0": [0, 2], "decoder.1": [1, 2, 3], "cross.2": [0] });
    const kept = new Map(sites);
    const check = await checkCut(runtime, whole, kept, cutHeads(whole, kept), TEXTS);
    expect(check).toMatchObject({ texts: 4, tokens: 11 });
    expect(Math.max(check.states, check.logits!)).toBeLessThan(1e-5);
    for (const [site] of sites) {
      const others = new Map(sites.filter(([other]) => other !== site));
      const { logits } = await checkCut(runtime, whole, others, cutHeads(whole, kept), TEXTS);
      expect(logits, site).toBeGreaterThan(1e-3);
    }
  });
});
