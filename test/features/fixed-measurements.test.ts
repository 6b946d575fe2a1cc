/** Measurements of models with fixed heads: entropies, twins, and comparisons of weights that fixed heads do not have. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Current } from "../../lab/engine/engine.ts";
import { createSubspaces } from "../../lab/engine/subspaces.ts";
import { input, type Value } from "../../src/graph/value.ts";
import { weightChange } from "../../src/heads/compare/compare-weights.ts";
import { matchedTwins } from "../../src/heads/observe/twins/twins.ts";
import { type Weighted, type Weighting, weightsOf } from "../../src/heads/observe/weights.ts";
import { headMaps } from "../../src/heads/redundancy/head-maps.ts";
import { compositions, mapCosines, subspaceOverlaps } from "../../src/heads/redundancy/map-likeness.ts";
import { forward, type Transformer } from "../../src/models/transformer.ts";
import type { FixedPattern } from "../../src/nn/features/fixed-heads.ts";
import { keep } from "../../src/nn/probe.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, sizeOf, tensor } from "../../src/run/tensor.ts";
import { randomText } from "../heads/models.ts";
import { largestDifference } from "../models/golden.ts";
import { evaluate } from "../run/evaluate.ts";
import { featuredModel } from "./featured-models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const made = (shape: readonly number[], name: string) => tensor(normals(random(name), sizeOf(shape)), shape);
const SHAPE = [2, 3, 5, 5];
const FEEDS = { scores: made(SHAPE, "scores"), v: made([2, 5, 3, 4], "v"), wo: made([3, 4, 7], "wo") };
const [scores, v, wo] = [input("scores", SHAPE), input("v", [2, 5, 3, 4]), input("wo", [3, 4, 7])];

describe("weights without scores", () => {
  it("have the entropies and norm weights that they have with scores", async () => {
    const pattern = softmax(scores);
    const outputs = (weighted: (weighting: Weighting) => Weighted, prefix: string): Record<string, Value> => {
      const norm = weighted("norm");
      return {
        [`${prefix}.raw`]: weighted("raw").entropy,
        [`${prefix}.norm`]: norm.entropy,
        [`${prefix}.pattern`]: norm.pattern,
      };
    };
    const at = (site: string) => ({ pattern, masked: scores, v })[site]!;
    const [plain, fixed] = [weightsOf({}, at, () => wo), weightsOf({ fixed: ["self"] }, at, () => wo)];
    const got = await evaluate({ ...outputs(plain, "with"), ...outputs(fixed, "without") }, FEEDS);
    for (const name of ["raw", "norm", "pattern"])
      expect(largestDifference(got[`with.${name}`]!, got[`without.${name}`]!), name).toBeLessThan(1e-5);
  });

  it("have the entropy of a row divided by its sum", async () => {
    const rows = [0.3, 0.1, 0, 0];
    const pattern = input("pattern", [1, 1, 1, 4]);
    const { entropy } = await evaluate(
      {
        entropy: weightsOf(
          { fixed: [{ gaussian: -1 }] },
          () => pattern,
          () => wo,
        )("raw").entropy,
      },
      { pattern: tensor(Float32Array.from(rows), [1, 1, 1, 4]) },
    );
    expect(entropy!.data[0]).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 5);
  });
});

const FIXED: readonly FixedPattern[] = ["previous", "next"];
const load = async (fixed: readonly FixedPattern[] = FIXED) => (await featuredModel("bert", { fixed })) as Transformer;

describe("twins", () => {
  const texts = Array.from({ length: 4 }, (_, k) => randomText(`twins ${k}`, 9, 60, 1, 1));

  it.each([2, 5])("have learned heads in the places of %i fixed ones of 5", async (count) => {
    const model = await load(Array.from({ length: count }, () => "previous" as const));
    const [twin] = await matchedTwins(runtime, model, texts, 1, 1);
    expect(byPath(twin!.weights).get("layers.0.attention.wq")!.shape[1]).toBe(5);
    const kept = new Map<string, Value>();
    forward(twin!.config, { probe: keep(kept, (site) => site.endsWith(".pattern")) });
    const program = await runtime.compile(Object.fromEntries(kept), { weights: byPath(twin!.weights) });
    const ids = texts[0]!.ids;
    const ones = int64(new Array(ids.length).fill(1), [1, ids.length]);
    const patterns = await program.run({ ids: int64(ids, [1, ids.length]), mask: ones });
    const n = ids.length;
    for (const { data } of Object.values(patterns)) {
      expect(Array.from(data, Number).every(Number.isFinite)).toBe(true);
      const previous = Array.from({ length: n - 1 }, (_, i) => Number(data[(i + 1) * n + i]));
      expect(previous.reduce((a, b) => a + b) / (n - 1)).toBeLessThan(0.7);
    }
  });
});

describe("comparisons of weights", () => {
  it("find no change of queries and keys of a fixed head, unless it is fixed in one model only", async () => {
    const [a, b] = [await load(), await load(["previous"])];
    const change = (x: Transformer, y: Transformer, head: number) =>
      weightChange(x, y, { layer: 0, head, inA: head, inB: head }).queryKey;
    expect([change(a, b, 0), change(a, b, 1), change(a, b, 2)]).toEqual([0, null, expect.any(Number)]);
    expect(change(a, a, 4)).toBe(0);
    expect(weightChange(a, b, { layer: 0, head: 2, inA: 2, inB: 2 }).valueOutput).toBeCloseTo(0, 6);
  });

  it("see nothing in common between a fixed head and any other, except in values and outputs", async () => {
    const maps = headMaps(await load());
    const [qk, ov] = [await mapCosines(runtime, maps, "qk"), await mapCosines(runtime, maps, "ov")];
    const queries = await subspaceOverlaps(runtime, maps, "queries");
    const into = await compositions(runtime, maps, "q");
    for (let other = 0; other < 10; other++) {
      if (other === 1) continue;
      expect([qk[1]![other], queries[1]![other]]).toEqual([0, 0]);
      expect(ov[1]![other]).not.toBe(0);
    }
    expect(qk[2]![3]).not.toBe(0);
    expect(into[0]![6]).toBeLessThan(0);
    expect(into[0]![7]).not.toBe(into[0]![6]);
  });
});

it("subspaces of queries and keys are those of learned heads", async () => {
  const current = { runtime, opened: { checkpoint: await load() } };
  const subspaces = createSubspaces(() => current as unknown as Current);
  const { heads } = await subspaces.coverage("q", "0", () => {});
  expect(heads).toEqual(["0.2", "0.3", "0.4"]);
  expect((await subspaces.coverage("v", "0", () => {})).heads).toHaveLength(5);
  expect((await subspaces.between("k", "0.2", "0.4")).angles.length).toBeGreaterThan(0);
  await expect(subspaces.between("q", "0.0", "0.2")).rejects.toThrow(
    "head 0.0 is fixed, so it has no queries and keys; choose another head, or its values or output",
  );
});
