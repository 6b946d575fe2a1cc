/** Measuring heads with features: ablation, twins, maps and distances, where patterns have exact zeros or negative weights. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { weightChange } from "../../src/heads/compare/compare-weights.ts";
import { ablateHeads } from "../../src/heads/importance/ablation.ts";
import { ABLATIONS, type Ablation } from "../../src/heads/importance/methods.ts";
import { compilePatterns } from "../../src/heads/observe/patterns.ts";
import { matchedTwins } from "../../src/heads/observe/twins/twins.ts";
import { headMaps } from "../../src/heads/redundancy/head-maps.ts";
import { halvedDistances, patternRow } from "../../src/heads/scores/similarity.ts";
import { singleHeads, sitesOf } from "../../src/models/sites.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { PATTERN_PARAMETERS } from "../../src/nn/features/features.ts";
import { byPath } from "../../src/params/tree.ts";
import { attentionWork } from "../../src/prune/attention-work.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { randomText } from "../heads/models.ts";
import { judgedApart, madeTask } from "../heads/small-tasks.ts";
import { FEATURES, featuredModel } from "./featured-models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const EACH = Object.entries(FEATURES);
const load = async (features: (typeof FEATURES)[string]) => (await featuredModel("gpt2", features)) as Transformer;

describe.each(EACH)("%s", (_, features) => {
  it.each(ABLATIONS)("%s ablation is finite, and the same for heads of a cut model", async (kind: Ablation) => {
    const model = await load(features);
    const task = madeTask(model);
    const { whole, without } = await ablateHeads(runtime, model, task, { kind });
    expect(without.size).toBe(singleHeads(model.config).length);
    for (const judged of [whole, ...without.values()])
      for (const values of Object.values(judged)) expect(values.every(Number.isFinite)).toBe(true);
    if (kind !== "zero") return;
    // head 0.0 masked in a model without 0.1 is both cut
    const rest = sitesOf(model.config).map(({ heads }) => [...Array(heads).keys()]);
    const [first = []] = rest;
    const one = cutHeads(model, new Map([["0", first.filter((head) => head !== 1)]]));
    const both = cutHeads(model, new Map([["0", first.filter((head) => head > 1)]]));
    const { without: left } = await ablateHeads(runtime, one, task, { kind, units: [{ name: "0.0", site: "0", heads: [0] }] });
    const { whole: cut } = await ablateHeads(runtime, both, task, { kind, units: [] });
    expect(judgedApart(left.get("0.0")!, cut)).toBeLessThan(1e-4);
  });

  it("distances between heads are finite and at most √ln 2", async () => {
    const model = await load(features);
    const text = randomText("text", 9, model.config.vocabulary, 0, 0);
    const patterns = (await (await compilePatterns(runtime, model, "raw"))(text)).flat();
    const rows = [1, 4, 8].map((i) => patternRow(patterns, 9, i, i + 1));
    for (const row of halvedDistances([rows, []], patterns.length).distances.flat()) {
      expect(row).toBeGreaterThanOrEqual(0);
      expect(row).toBeLessThanOrEqual(Math.sqrt(Math.LN2));
    }
  });

  it("twins keep what shapes patterns, and are finite, for a cut model too", async () => {
    const model = await load(features);
    const texts = [randomText("a", 9, model.config.vocabulary, 0, 0), randomText("b", 7, model.config.vocabulary, 0, 0)];
    for (const own of [model, cutHeads(model, new Map([["0", [0, 2]]]))]) {
      const [twin] = await matchedTwins(runtime, own, texts, 1, 1);
      for (const [path, { data }] of byPath(twin!.weights)) {
        expect(Array.from(data, Number).every(Number.isFinite), path).toBe(true);
        const stays = PATTERN_PARAMETERS.some((name) => path.endsWith(`.attention.${name}`));
        const same = `${data}` === `${byPath(own.weights).get(path)!.data}`;
        if (path.includes(".attention.") && data.length > 0 && !/\.b[qkvo]$/.test(path)) expect(same, path).toBe(stays);
      }
    }
  });

  it("a head's maps stay its own when others are cut", async () => {
    const model = await load(features);
    const cut = cutHeads(model, new Map([["0", [0, 2]]]));
    const [whole, smaller] = [headMaps(model)[0]!, headMaps(cut)[0]!];
    for (const [k, head] of [0, 2].entries()) {
      expect(smaller.scoreNorms[k]).toBeCloseTo(whole.scoreNorms[head]!, 5);
      expect(smaller.outputNorms[k]).toBeCloseTo(whole.outputNorms[head]!, 5);
      const change = weightChange(model, cut, { layer: 0, head, inA: head, inB: k } as never);
      expect([change.queryKey, change.valueOutput]).toEqual([0, 0]);
    }
  });
});

it("rows of mixed weights are compared by the shares of their sizes", () => {
  const { weights } = patternRow([Float32Array.of(0.5, -0.25, 0.25, 0), Float32Array.of(0, 0, 0, 0)], 4, 0, 4);
  expect([...weights]).toEqual([0.5, 0.25, 0.25, 0, 0.25, 0.25, 0.25, 0.25]);
});

it("multiply-adds of heads that talk count the scores of all original heads", async () => {
  const model = await load({ talking: true });
  const { width, headWidth } = model.config;
  const n = 13;
  const work = (scored: number, heads: number) =>
    2 * n * width * headWidth * (scored + heads) + n * n * headWidth * (scored + heads) + n * n * scored * (scored + heads);
  const others = sitesOf(model.config)
    .slice(1)
    .reduce((sum, { heads }) => sum + work(heads, heads), 0);
  const [{ heads: count = 0 } = {}] = sitesOf(model.config);
  expect(attentionWork(model.config, n)).toBe(work(count, count) + others);
  expect(attentionWork(cutHeads(model, new Map([["0", [1]]])).config, n)).toBe(work(count, 1) + others);
  expect(attentionWork(cutHeads(model, new Map([["0", []]])).config, n)).toBe(others);
});
