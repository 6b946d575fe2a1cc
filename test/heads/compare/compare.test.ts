/** What two models differ in: nothing where nothing changed or only bases did, and as much as was changed where it is known. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import type { Corpus } from "../../../src/corpus/sentence.ts";
import { compareModels } from "../../../src/heads/compare/compare.ts";
import { type ComparedHead, type Comparison, comparisonSchema } from "../../../src/heads/compare/compare-schema.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import { byPath } from "../../../src/params/tree.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { columns, comparedNaively, product, relative } from "../compare-naive.ts";
import { changed, noisy, turnedHeads } from "../gauge.ts";
import { tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const sample = parseConllu(SAMPLE_CONLLU, "sample");
const few: Corpus = { ...sample, sentences: sample.sentences.filter(({ words }) => words.length < 11).slice(0, 23) };
const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** A comparison as a reader of its JSON sees it. */
async function compare(a: Checkpoint, b: Checkpoint, corpus = few, seed = 1): Promise<Comparison> {
  const made = await compareModels(runtime, a, b, corpus, { seed });
  return comparisonSchema.strict().parse(JSON.parse(JSON.stringify(made)));
}

/** Every measure of some heads. */
const measures = (heads: readonly ComparedHead[]): number[] =>
  heads.flatMap(({ queryKey, valueOutput, pattern, output }) => [queryKey!, valueOutput!, pattern.value!, output.value!]);
const everything = ({ heads, layers, embeddings, states, loss }: Comparison): number[] => [
  ...measures(heads),
  ...[embeddings, ...layers.map(({ state }) => state)].flatMap(({ value, low, high }) => [value!, low!, high!]),
  ...[states.difference, ...(loss ? [loss.a - loss.b, loss.change.value!] : [])],
];
const largest = (numbers: readonly number[]): number => Math.max(...numbers.map(Math.abs));

describe.each([
  ["bert", true],
  ["gpt2", false],
  ["llama", false],
  ["qwen2", false],
] as const)("%s", (family, framed) => {
  let model: Checkpoint;
  let other: Checkpoint;
  let between: Comparison;
  beforeAll(async () => {
    model = await tinyCheckpoint(family, framed);
    other = noisy(model, 0.3);
    between = await compare(model, other);
  });

  it("against itself is all zeros", async () => {
    const same = await compare(model, { ...model, id: "again" });
    expect(same.heads).toHaveLength(model.config.heads.reduce((a, b) => a + b));
    expect(new Set(everything(same))).toEqual(new Set([0]));
    expect([...same.onlyInA, ...same.onlyInB]).toEqual([]);
    expect(same.loss !== undefined).toBe(model.config.languageHead === "causal");
  });

  it("against itself in other bases is all but zero", async () => {
    const turned = turnedHeads(model);
    const wq = "layers.1.attention.wq";
    const [before, after] = [model, turned].map(({ weights }) => [...(byPath(weights).get(wq)!.data as Float32Array)]);
    expect(relative(before!, after!)).toBeGreaterThan(0.1);
    const difference = await compare(model, turned);
    expect(largest(everything(difference).slice(0, -1))).toBeLessThan(2e-5);
    expect(difference.states.difference).toBeLessThan(1e-4);
  });

  it("has the changes of W_Q W_Kᵀ and W_V W_O that whole matrices have", () => {
    for (const { layer, head, queryKey, valueOutput } of between.heads) {
      const group = Math.floor((head * model.config.keyValueHeads[layer]!) / model.config.heads[layer]!);
      const [qk, ov] = [model, other].reduce<[number[][], number[][]]>(
        ([queries, values], m) => [
          [...queries, product(columns(m, layer, "wq", head), columns(m, layer, "wk", group))],
          [...values, product(columns(m, layer, "wv", group), columns(m, layer, "wo", head))],
        ],
        [[], []],
      );
      expect(queryKey).toBeCloseTo(relative(qk[0]!, qk[1]!), 5);
      expect(valueOutput).toBeCloseTo(relative(ov[0]!, ov[1]!), 5);
    }
  });

  it("has the differences of outputs, states and patterns that they have outside the graph", async () => {
    const expected = await comparedNaively(runtime, model, other, few);
    for (const { layer, head, output, pattern } of between.heads) {
      expect(output.value).toBeCloseTo(expected.outputs.get(`${layer}.${head}`)!, 4);
      expect(pattern.value).toBeCloseTo(expected.patterns.get(`${layer}.${head}`)!, 3);
    }
    const states = [between.embeddings, ...between.layers.map(({ state }) => state)];
    for (const [l, { value, low, high }] of states.entries()) {
      expect(value).toBeCloseTo(expected.states[l]!, 4);
      expect(low).toBeLessThanOrEqual(value!);
      expect(high).toBeGreaterThanOrEqual(value!);
    }
  });

  it("the other way round has the same √JS, and the loss's change with the other sign", async () => {
    const back = await compare(other, model);
    expect(back.heads.map(({ pattern }) => pattern)).toEqual(between.heads.map(({ pattern }) => pattern));
    expect(largest(between.heads.map(({ pattern }) => pattern.value!))).toBeLessThanOrEqual(Math.sqrt(Math.LN2));
    expect(back.states.difference).toBe(between.states.difference);
    if (between.loss) {
      expect(back.loss!.change.value! + between.loss.change.value!).toBeCloseTo(0, 6);
      expect(between.loss.b - between.loss.a).toBeCloseTo(between.loss.change.value!, 4);
    }
  });

  it("with one head's W_O times c has |1 − c| there, and nothing before", async () => {
    const c = 0.7;
    const { headWidth: d, width: m } = model.config;
    const scaled = changed(model, "layers.1.attention.wo", (x, at) => (Math.floor(at / (d * m)) === 2 ? c * x : x));
    const { heads, layers, embeddings } = await compare(model, scaled);
    for (const { layer, head, queryKey, valueOutput, pattern, output } of heads) {
      const here = layer === 1 && head === 2 ? 1 - c : 0;
      expect(valueOutput).toBeCloseTo(here, 5);
      expect(queryKey).toBe(0);
      if (layer <= 1) expect(pattern.value).toBe(0);
      if (layer <= 1) expect(output.value).toBeCloseTo(here, 5);
    }
    expect([embeddings.value, layers[0]!.state.value]).toEqual([0, 0]);
    expect(layers[1]!.state.value).toBeGreaterThan(1e-4);
  });

  it("lists the heads that were cut, and of the others nothing but what the cut did after them", async () => {
    const group = model.config.heads[0]! / model.config.keyValueHeads[0]!;
    const gone = upTo(group); // one whole group of the last layer
    const last = model.config.heads.length - 1;
    const kept = upTo(model.config.heads[last]!).filter((head) => !gone.includes(head));
    const cut = { ...model, ...cutHeads({ config: model.config, weights: model.weights }, new Map([[`${last}`, kept]])) };
    const missing = gone.map((head) => ({ layer: last, head }));
    const there = await compare(model, cut);
    expect(there).toMatchObject({ onlyInA: missing, onlyInB: [] });
    expect(largest(measures(there.heads))).toBeLessThan(1e-5);
    expect(there.heads.filter(({ layer }) => layer === last).map(({ head, inB }) => [head, inB])).toEqual(
      kept.map((head, k) => [head, k]),
    );
    expect(await compare(cut, model)).toMatchObject({ onlyInA: [], onlyInB: missing });
    const whole = { ...model, ...cutHeads({ config: model.config, weights: model.weights }, new Map()) };
    const nothing = await compare(model, whole);
    expect([...nothing.onlyInA, ...nothing.onlyInB]).toEqual([]);
    expect(largest(everything(nothing))).toBe(0);
  });
});

describe("what cannot be compared, or only in part", () => {
  let model: Checkpoint;
  beforeAll(async () => {
    model = await tinyCheckpoint("bert");
  });
  const withConfig = (change: Partial<Checkpoint["config"]>) => ({ ...model, config: { ...model.config, ...change } as never });

  it.each([
    ["another width", { width: 47 }, "of different shapes: width 35 and 47;"],
    ["another vocabulary and head width", { vocabulary: 71, headWidth: 11 }, "head width 7 and 11, vocabulary 67 and 71;"],
    ["more layers", { heads: [5, 5, 5] }, "layers 2 and 3;"],
    ["another family", { family: "decoder" }, "family encoder and decoder;"],
    ["fewer heads that were not cut", { heads: [5, 3] }, "layer 1 has 5 heads in A and 3 in B, and they were not pruned"],
    ["a head more than the whole", { heads: [5, 1], originalHeads: { "0": [0, 1, 2, 3, 4], "1": [5] } }, "layer 1 has 5 heads"],
  ])("%s", async (_, change, says) => {
    await expect(compare(model, withConfig(change as object))).rejects.toThrow(says);
  });

  it("another tokenizer", async () => {
    const bare = await tinyCheckpoint("bert", false);
    const refused = compare(model, { ...model, tokenizer: bare.tokenizer });
    await expect(refused).rejects.toThrow(
      /^A and B read the text .+ as different tokens; compare models with the same tokenizer$/,
    );
  });

  it("broken weights", async () => {
    const broken = changed(model, "layers.0.attention.wv", (x) => x * 1e38);
    await expect(compare(model, broken)).rejects.toThrow("B gives values on this text that are not finite");
    await expect(compare(broken, model)).rejects.toThrow("A gives values");
  });

  it("no head in common: the states are compared all the same", async () => {
    const part = (head: number) => {
      const kept = new Map([0, 1].map((layer) => [`${layer}`, [head]]));
      return { ...model, ...cutHeads({ config: model.config, weights: model.weights }, kept) };
    };
    const { heads, onlyInA, onlyInB, layers, notes } = await compare(part(1), part(3));
    expect([heads, onlyInA.length, onlyInB.length]).toEqual([[], 2, 2]);
    expect(layers[1]!.state.value).toBeGreaterThan(0);
    expect(notes).toContainEqual({ code: "no-common-heads" });
  });

  it("a head of zeros has changed by nothing that could be said in shares, and the rest is compared", async () => {
    const { headWidth: d, width: m } = model.config;
    const empty = changed(model, "layers.0.attention.wo", (x, at) => (Math.floor(at / (d * m)) === 3 ? 0 : x));
    const [away] = (await compare(model, empty)).heads.filter(({ layer, head }) => layer === 0 && head === 3);
    expect(away).toMatchObject({ valueOutput: 1, output: { value: 1 } });
    const [back] = (await compare(empty, model)).heads.filter(({ layer, head }) => layer === 0 && head === 3);
    expect(back).toMatchObject({ valueOutput: null, output: { value: null, low: null, high: null } });
  });

  it("is frozen, the same again with the same seed, and says where there is little text", async () => {
    const made = await compareModels(runtime, model, noisy(model, 0.1), few, { seed: 3 });
    expect(() => ((made.heads[0]!.output as { value: number }).value = 0)).toThrow(TypeError);
    const { cost: _, ...again } = await compareModels(runtime, model, noisy(model, 0.1), few, { seed: 3 });
    expect(made).toMatchObject(again);
    const one = await compare(model, noisy(model, 0.1), { ...few, sentences: few.sentences.slice(0, 1) });
    expect(one.notes).toContainEqual({ code: "few-texts", texts: 1 });
  });
});
