/** Planted heads attend as they were written to, and the table counts what a report makes of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePatterns } from "../../src/heads/observe/patterns.ts";
import { countedQueries, prepare } from "../../src/heads/observe/text.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { broken, confusion, summarize, type Truth } from "../../src/study/truth/confusion.ts";
import { type Planted, plantedModel } from "../../src/study/truth/planted.ts";
import { vocabularyOf } from "../../src/study/truth/traits.ts";
import { syntheticTreebank } from "../../src/study/truth/treebank.ts";
import { truthText } from "../../src/view/study/truth-text.ts";

const corpus = syntheticTreebank(1, 60);
const vocabulary = vocabularyOf(corpus, 1);
type Words = (typeof corpus.sentences)[number]["words"];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

it("the synthetic treebank is trees over words that are where they say", () => {
  for (const { text, words } of corpus.sentences) {
    for (const [w, { form, start, end }] of words.entries()) {
      expect(text.slice(start, end)).toBe(form);
      let [at, steps] = [w, 0];
      for (; words[at]!.head! >= 0; steps++) at = steps > words.length ? -1 : words[at]!.head!;
      expect(steps).toBeLessThanOrEqual(words.length);
    }
  }
  expect(syntheticTreebank(1, 60)).toEqual(corpus);
  expect(syntheticTreebank(2, 60)).not.toEqual(corpus);
});

describe.each(["bert", "gpt2", "llama"] as const)("in the shape of %s", (shape) => {
  let planted: Planted;
  let patterns: Awaited<ReturnType<typeof compilePatterns>>;
  beforeAll(async () => {
    planted = plantedModel(shape, vocabulary, 1);
    patterns = await compilePatterns(runtime, planted.checkpoint, "raw");
  });

  /** How often the largest weight of a planted head's row is where `wanted` says, among the queries that have such a key. */
  async function hitShare(plan: string, wanted: (words: Words, w: number) => number): Promise<number> {
    const { layer, head } = planted.recipes.find(({ recipe }) => recipe?.name === plan)!;
    const { config, tokenizer } = planted.checkpoint;
    const causal = config.family === "decoder";
    let [hits, queries] = [0, 0];
    for (const sentence of corpus.sentences.slice(0, 30)) {
      const text = prepare(sentence, tokenizer, config);
      const pattern = (await patterns(text))[layer]![head]!;
      const n = text.ids.length;
      for (const i of countedQueries(text, causal)) {
        const gold = wanted(sentence.words, text.wordOf[i]!);
        const key = gold < 0 ? -1 : text.wordOf.indexOf(gold);
        if (key < 0 || (causal && key > i)) continue;
        const row = pattern.subarray(i * n, (i + 1) * n);
        queries++;
        if (row.indexOf(Math.max(...row)) === key) hits++;
      }
    }
    expect(queries).toBeGreaterThan(5);
    return hits / queries;
  }

  it.each([
    ["previous token", (_: Words, w: number) => w - 1],
    ["itself", (_: Words, w: number) => w],
    ["two back", (_: Words, w: number) => w - 2],
    ["three back", (_: Words, w: number) => w - 3],
    ["obj (NOUN, PROPN → VERB)", (words: Words, w: number) => (words[w]!.relation === "obj" ? words[w]!.head! : -1)],
  ])("the head of %s attends there", async (plan, wanted) => {
    expect(await hitShare(plan, wanted)).toBeGreaterThan(0.95);
  });
});

it("a report on planted models has a verdict on each of at least 40 planted heads, and none on wishes alone", async () => {
  const truth = await confusion(runtime, { seed: 1, sentences: 40, untrained: 0, scales: [] });
  const { planted, blind, models, found } = summarize(truth);
  expect(planted).toBeGreaterThanOrEqual(40);
  expect({ blind, models }).toEqual({ blind: 24, models: 0 });
  // what needs no trees and no frequencies is found in a few sentences already
  const sure = truth.planted.filter(
    ({ wanted }) => wanted === "previous-token" || wanted === "self" || wanted === "next-token",
  );
  expect(sure.filter(({ found: own }) => !own)).toEqual([]);
  expect(found).toBeGreaterThanOrEqual(sure.length);
});

describe("the table of what was planted and what was found", () => {
  const place = { shape: "bert", layer: 0 } as const;
  const verdict = { ...place, wrong: [], found: false, noise: false } as const;
  const truth: Truth = {
    schema: "headwise.truth/1",
    options: { seed: 1, sentences: 1, untrained: 1, scales: [0.1] },
    planted: [
      { ...verdict, head: 0, plan: "itself", kind: "planted", wanted: "self", labels: ["self"], found: true },
      { ...verdict, head: 1, plan: "induction", kind: "planted", wanted: "induction", labels: [], noise: true },
      { ...verdict, head: 2, plan: "long words", kind: "blind", wanted: null, labels: ["semantic"], wrong: ["semantic"] },
      { ...verdict, head: 3, plan: "random weights", kind: "idle", wanted: null, labels: [], noise: true },
    ],
    untrained: [{ shape: "bert", deviation: 0.1, heads: 24, named: 1, noise: 20 }],
  };

  it("counts each kind of head by itself", () => {
    expect(summarize(truth)).toEqual({
      ...{ planted: 2, found: 1, misnamed: 0, plantedNoise: 1, blind: 1, blindNamed: 1 },
      ...{ models: 1, modelsNamed: 1, untrainedHeads: 24, untrainedNoise: 20 },
    });
  });

  it("names the promises that do not hold, and none where all do", () => {
    expect(broken(summarize(truth))).toEqual(["found", "blindNamed", "modelsNamed", "untrainedNoise", "plantedNoise"]);
    const good = { ...truth, planted: truth.planted.filter(({ found }) => found), untrained: [] };
    expect(broken(summarize(good))).toEqual([]);
  });

  it("says every head that was missed or got a wrong name", () => {
    const lines = truthText(truth).split("\n");
    expect(lines.slice(lines.indexOf("Missed or mislabeled heads"))).toEqual([
      "Missed or mislabeled heads",
      "  bert 0.1, induction: unclassified",
      "  bert 0.2, long words: semantic",
    ]);
  });
});
