/** The law of cutting: a model without some heads is the same function as the whole one with their outputs at zero. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Value } from "../../src/graph/value.ts";
import { encoderDecoderForward } from "../../src/models/encoder-decoder.ts";
import { type Kept, type Site, sitesOf } from "../../src/models/sites.ts";
import { forward } from "../../src/models/transformer.ts";
import type { Probe } from "../../src/nn/probe.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { random } from "../../src/params/random.ts";
import { byPath, countParameters } from "../../src/params/tree.ts";
import { type AnyModel, cutHeads, padHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Feeds, Runtime } from "../../src/run/runtime.ts";
import type { Tensor } from "../../src/run/tensor.ts";
import { FAMILIES, largestDifference, loadFixture, readInts } from "../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Some heads of every site, whole groups where keys are shared; one site may lose all of its heads. */
function someHeads(sites: readonly Site[], seed: number, empties = true): Kept {
  const uniform = random(`cut ${seed}`);
  const emptied = empties ? Math.floor(uniform() * sites.length) : -1;
  return new Map(
    sites.map(({ name, heads, keyValueHeads }, k) => {
      const free = keyValueHeads === heads || keyValueHeads === 1;
      const groups = upTo(free ? heads : keyValueHeads).filter((group) => k !== emptied && (group === 0 || uniform() < 0.6));
      const size = free ? 1 : heads / keyValueHeads;
      return [name, groups.flatMap((group) => upTo(size).map((r) => group * size + r))];
    }),
  );
}

/** Outputs of the heads that are not kept, times zero. */
const masked =
  (sites: readonly Site[], kept: Kept): Probe =>
  (at, z) => {
    const site = sites.find(({ path }) => at === `${path}.z`);
    if (!site) return z;
    const gate = Float32Array.from({ length: site.heads }, (_, head) => (kept.get(site.name)!.includes(head) ? 1 : 0));
    return mul(z, constant(gate, [site.heads, 1]));
  };

/** Every state and the logits. */
async function statesOf({ config, weights }: AnyModel, feeds: Feeds, probe?: Probe): Promise<Tensor[]> {
  const values: Value[] = [];
  if (config.family === "encoder-decoder") {
    const made = encoderDecoderForward(config, probe && { probe });
    values.push(...made.encoderStates, ...made.states, made.logits);
  } else {
    const made = forward(config, { probe });
    values.push(...made.states, ...(made.logits ? [made.logits] : []));
  }
  const program = await runtime.compile(Object.fromEntries(values.map((value, k) => [`${k}`, value])), {
    weights: byPath(weights),
  });
  const made = await program.run(feeds);
  return values.map((_, k) => made[`${k}`]!);
}

const feedsOf = (name: string, keys: Readonly<Record<string, string>>): Feeds =>
  Object.fromEntries(Object.entries(keys).map(([key, stored]) => [key, readInts(name, "golden.safetensors", stored)]));

const MODELS: readonly [string, () => Promise<AnyModel>, Feeds][] = [
  ...FAMILIES.map((name): [string, () => Promise<AnyModel>, Feeds] => [
    name,
    () => loadFixture(name),
    feedsOf(name, { ids: "input_ids", mask: "attention_mask" }),
  ]),
  ...TRANSLATORS.map((name): [string, () => Promise<AnyModel>, Feeds] => [
    name,
    () => translatorFixture(name),
    feedsOf(name, { ids: "input_ids", mask: "attention_mask", decoderIds: "decoder_input_ids" }),
  ]),
];

/** Tokens of a state that are no padding: a query that is padding may see nothing at all, and what it makes is arbitrary. */
function seen({ mask }: Feeds, { shape: [, length, width] }: Tensor): (at: number) => boolean {
  const { data, shape } = mask!;
  const n = shape[1]!;
  return (at) => length !== n || data[Math.floor(at / (width! * n)) * n + (Math.floor(at / width!) % n)] === 1n;
}

describe.each(MODELS)("%s", (_, load, feeds) => {
  it.each([1, 2, 3])("cut equals masked within 1e-5 (heads drawn with seed %i)", async (seed) => {
    const model = await load();
    const sites = sitesOf(model.config);
    const kept = someHeads(sites, seed);
    const cut = cutHeads(model, kept);
    const [whole, smaller] = [await statesOf(model, feeds, masked(sites, kept)), await statesOf(cut, feeds)];
    for (const [k, state] of whole.entries()) {
      expect(largestDifference(state, smaller[k]!, seen(feeds, state)), `state ${k}`).toBeLessThan(1e-5);
    }
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
    const [small, whole] = [await statesOf(cut, feeds), await statesOf(padded, feeds)];
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
    ["llama", { "0": [0, 1, 2] }, "heads 0.2, 0.3 share key/value head 1: cut all of them or none"],
    ["llama", { "9": [0] }, "there is no layer 9: the layers are 0, 1"],
    ["gpt2", { "1": [5] }, "there is no head 1.5: layer 1 has 0 to 4"],
    ["gpt2", { "1": [2, 1] }, "there is no head 1.1"],
  ])("%s, keeping %j", async (family, kept, message) => {
    const model = await loadFixture(family);
    expect(() => cutHeads(model, new Map(Object.entries(kept)))).toThrow(message);
  });

  it("every head", async () => {
    const model = await loadFixture("bert");
    const nothing = new Map(sitesOf(model.config).map(({ name }) => [name, []]));
    expect(() => cutHeads(model, nothing)).toThrow("no head would be left: keep at least one");
  });
});
