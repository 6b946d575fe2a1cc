/** The arms: what starts equal, what is trained on what, and what all models of a study share. */
import { describe, expect, it } from "vitest";
import { createWorld } from "../../src/corpus/world/document.ts";
import { worldEncoder } from "../../src/corpus/world/tokenizer.ts";
import { decoderParameters } from "../../src/models/decoder.ts";
import { countParameters } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import {
  asymmetry,
  checkStudy,
  hubConfigOf,
  MEASURED,
  modelConfigOf,
  type RunKey,
  runKeys,
  STUDIES,
  type StudyConfig,
  startingWeights,
  trainingDocuments,
} from "../../src/study/arms.ts";
import { divergenceGraph, divergences } from "../../src/study/divergence.ts";
import { layOut } from "../../src/study/sheet.ts";
import { PLAN } from "./made-results.ts";

const plans: [string, StudyConfig][] = [...Object.entries(STUDIES), ["small", PLAN]];
const VOCABULARY = 2003;

describe.each(plans)("the %s study", (_, plan) => {
  it("can be carried out", () => expect(() => checkStudy(plan)).not.toThrow());

  it("has every model once, seed by seed, controls included", () => {
    const keys = runKeys(plan);
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
    expect(keys).toHaveLength(plan.heads.length * plan.seeds + 3 * plan.controls.seeds);
    expect(keys.map(({ seed }) => seed)).toEqual(keys.map(({ seed }) => seed).toSorted((a, b) => a - b));
    for (const arm of ["random", "shuffled", "symmetric"])
      expect(keys.filter((k) => k.arm === arm).map((k) => [k.heads, k.seed])).toEqual(
        Array.from({ length: plan.controls.seeds }, (_, s) => [plan.controls.heads, s + 1]),
      );
  });

  it("has as many parameters with any number of heads", () => {
    const counts = plan.heads.map((heads) => {
      const config = modelConfigOf(plan, heads, VOCABULARY);
      expect(config.headWidth * heads).toBe(plan.width);
      expect(hubConfigOf(plan, heads, VOCABULARY).n_head).toBe(heads);
      return countParameters(decoderParameters(config));
    });
    expect(new Set(counts).size).toBe(1);
  });

  it("models of a seed start with the same numbers, whatever the number of heads", () => {
    const [one, many] = [plan.heads[0]!, plan.heads.at(-1)!].map((heads) =>
      startingWeights(modelConfigOf(plan, heads, 31), { arm: "trained", heads, seed: 3 }),
    );
    for (const [path, { data }] of one!) expect([...many!.get(path)!.data], path).toEqual([...data]);
    const other = startingWeights(modelConfigOf(plan, 1, 31), { arm: "trained", heads: 1, seed: 4 });
    expect([...other.get("layers.0.attention.wq")!.data]).not.toEqual([...one!.get("layers.0.attention.wq")!.data]);
  });
});

it.each<[string, Partial<StudyConfig>, RegExp]>([
  ["no single head", { heads: [2, 7] }, /head counts are 2, 7; list them in ascending order, starting at 1/],
  ["counts that fall", { heads: [1, 7, 2] }, /ascending order, starting at 1/],
  ["heads that do not divide", { heads: [1, 3, 7] }, /3 heads do not divide the width 14/],
  ["controls apart", { controls: { heads: 14, seeds: 1 } }, /controls have 14 heads; choose one of 1, 2, 7/],
  ["no seeds", { seeds: 0 }, /no seed/],
  ["half a batch", { documents: 23 }, /23 documents are not a multiple of the batch 11/],
  ["no documents", { documents: 0 }, /0 documents/],
])("a plan with %s is refused", (_, change, says) => {
  expect(() => checkStudy({ ...PLAN, ...change })).toThrow(says);
});

describe("the symmetric start", () => {
  const start = (arm: RunKey["arm"]) => startingWeights(modelConfigOf(PLAN, 7, VOCABULARY), { arm, heads: 7, seed: 2 });

  it("has equal heads, each the first of the random start, and is else that start", () => {
    const [alike, own] = [start("symmetric"), start("trained")];
    const config = modelConfigOf(PLAN, 7, VOCABULARY);
    expect(asymmetry(config, alike)).toBe(0);
    expect(asymmetry(config, own)).toBeGreaterThan(0.01);
    for (const [path, { data }] of own) {
      if (!/attention\.(w[qkvo]|b[qkv])$/.test(path)) expect([...alike.get(path)!.data], path).toEqual([...data]);
    }
    // [m, h, d] and [h, d, m] with d = 2
    const [wq, wo] = ["wq", "wo"].map((name) => `layers.1.attention.${name}`) as [string, string];
    expect([...alike.get(wq)!.data].slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1].map((k) => own.get(wq)!.data[k]));
    expect(alike.get(wo)!.data[5 * 28 + 3]).toBe(own.get(wo)!.data[3]);
  });

  it("has one pattern for all heads; a random start has not", async () => {
    const world = createWorld();
    const documents = trainingDocuments({ arm: "trained", heads: 7, seed: 2 }, 0, 3);
    const sheet = layOut(documents, { encode: worldEncoder(world), idOf: () => 0 }, 3, 13);
    const config = modelConfigOf(PLAN, 7, VOCABULARY);
    const runtime = await nodeRuntime({ threads: 1 });
    // patterns of small weights are all nearly even: these are twenty times as large
    const large = (arm: RunKey["arm"]) =>
      new Map(
        [...start(arm)].map(([path, t]) => [
          path,
          /w[qk]$/.test(path) ? { ...t, data: (t.data as Float32Array).map((x) => 20 * x) } : t,
        ]),
      );
    try {
      const graph = divergenceGraph(config, sheet);
      for (const d of await divergences(runtime, graph, large("symmetric"), sheet)) expect(Math.abs(d)).toBeLessThan(1e-6);
      for (const d of await divergences(runtime, graph, large("trained"), sheet)) expect(d).toBeGreaterThan(1e-4);
    } finally {
      await runtime.release();
    }
  });
});

describe("training documents", () => {
  const key = (arm: RunKey["arm"], seed = 1): RunKey => ({ arm, heads: 1, seed });
  const texts = (documents: ReturnType<typeof trainingDocuments>) => documents.map(({ words }) => words.join(" "));

  it("are a stream that can be entered anywhere, another one for each seed, the same for every arm on the world", () => {
    expect(texts(trainingDocuments(key("trained"), 4, 3))).toEqual(texts(trainingDocuments(key("symmetric"), 0, 7)).slice(4));
    expect(texts(trainingDocuments(key("trained", 2), 0, 7))).not.toEqual(texts(trainingDocuments(key("trained"), 0, 7)));
  });

  it("are not measured on", () => {
    const measured = new Set(texts(trainingDocuments({ ...key("trained"), seed: MEASURED as never }, 0, 100)));
    for (const seed of [1, 2, 3, 4, 5])
      for (const text of texts(trainingDocuments(key("trained", seed), 0, 100))) expect(measured).not.toContain(text);
  });

  it("without order are the same words in another order, with nothing to aim at", () => {
    const [own, mixed] = [trainingDocuments(key("trained"), 3, 11), trainingDocuments(key("shuffled"), 3, 11)];
    for (const [k, { words, targets }] of mixed.entries()) {
      expect(words.toSorted()).toEqual(own[k]!.words.toSorted());
      expect(words).not.toEqual(own[k]!.words);
      expect(targets).toEqual([]);
    }
  });
});
