/** The law of cutting: a model without some heads is the same function as the whole one with their outputs at zero. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnyModel } from "../../src/models/any.ts";
import { maskHeads } from "../../src/models/gates.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { byPath, countParameters } from "../../src/params/tree.ts";
import { cutHeads, padHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { largestDifference, loadFixture } from "../models/golden.ts";
import { MODELS, seen, someHeads, statesOf } from "./small-models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe.each(MODELS)("%s", (_, load, feeds) => {
  it.each([1, 2, 3])("cut equals masked within 1e-5 (heads drawn with seed %i)", async (seed) => {
    const model = await load();
    const sites = sitesOf(model.config);
    const kept = someHeads(sites, seed);
    const cut = cutHeads(model, kept);
    const [whole, smaller] = [
      await statesOf(runtime, model, feeds, maskHeads(model.config, kept)),
      await statesOf(runtime, cut, feeds),
    ];
    for (const [k, state] of whole.entries()) {
      expect(largestDifference(state, smaller[k]!, seen(feeds, state)), `state ${k}`).toBeLessThan(1e-5);
    }
    const unmasked = await statesOf(runtime, model, feeds);
    expect(largestDifference(unmasked.at(-1)!, smaller.at(-1)!), "the importance of the heads").toBeGreaterThan(1e-3);
    expect(sitesOf(cut.config).map(({ heads }) => heads)).toEqual(sites.map(({ name }) => kept.get(name)!.length));
    expect(countParameters(cut.weights)).toBeLessThan(countParameters(model.weights));
  });

  it("padded to the whole size, it has the whole model's shapes and is still the same", async () => {
    const model = await load();
    const kept = someHeads(sitesOf(model.config), 6);
    const cut = cutHeads(model, kept);
    const padded = padHeads(cut, model.config);
    const shapes = ({ weights }: AnyModel) => [...byPath(weights)].map(([path, { shape }]) => [path, shape]);
    expect(shapes(padded)).toEqual(shapes(model));
    expect(cutHeads(padded, kept)).toEqual({ config: cut.config, weights: cut.weights });
    const [small, whole] = [await statesOf(runtime, cut, feeds), await statesOf(runtime, padded, feeds)];
    const differs = small.map((state, k) => largestDifference(state, whole[k]!, seen(feeds, state)));
    expect(Math.max(...differs)).toBeLessThan(1e-5);
  });

  it("cut twice is cut once, with the heads of the first model remembered", async () => {
    const model = await load();
    const first = someHeads(sitesOf(model.config), 4, false);
    const once = cutHeads(model, first);
    const second = someHeads(sitesOf(once.config), 5);
    const direct = new Map([...first].map(([name, heads]) => [name, second.get(name)!.map((k) => heads[k]!)]));
    const [twice, at] = [cutHeads(once, second), cutHeads(model, direct)];
    expect(twice).toEqual({ ...at, config: at.config });
    expect(Object.entries(twice.config.originalHeads!)).toEqual([...direct]);
  });
});

describe("what cannot be cut", () => {
  it.each([
    ["llama", { "0": [0, 1, 2] }, "heads 0.2, 0.3 share key/value head 1; remove all of them or none"],
    ["llama", { "9": [0] }, "there is no layer 9; use one of 0, 1"],
    ["gpt2", { "1": [5] }, "there is no head 1.5; use 1.0 to 1.4"],
    ["gpt2", { "1": [2, 1] }, "there is no head 1.1"],
  ])("%s, keeping %j", async (family, kept, message) => {
    const model = await loadFixture(family);
    expect(() => cutHeads(model, new Map(Object.entries(kept)))).toThrow(message);
  });

  it("every head", async () => {
    const model = await loadFixture("bert");
    const nothing = new Map(sitesOf(model.config).map(({ name }) => [name, []]));
    expect(() => cutHeads(model, nothing)).toThrow("no head would be left; keep at least one");
  });
});
