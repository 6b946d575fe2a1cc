/** What the guided page says is so: laws of entropy, the engine's own answers, and numbers from where they were measured. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEdited, type Edited } from "../../lab/engine/edited.ts";
import { outcomeOf } from "../../lab/engine/outcome.ts";
import type { Edits, Looked, SitePatterns } from "../../lab/engine/protocol.ts";
import { EXERCISES, STUDY } from "../../lab/pages/why/answers.ts";
import { blurOf, entropyOf, meanPattern, mostApart } from "../../lab/pages/why/blur.ts";
import { alike, averaged, effectOf, removed, UNCHANGED } from "../../lab/pages/why/edits.ts";
import { createPatterns } from "../../src/heads/observe/text-patterns.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { attentionCost, divisors } from "../../src/models/attention-cost.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";

/** Rows that each sum to one. */
const patterns = (count: number, rows: number, columns: number): fc.Arbitrary<Float32Array[]> => {
  const row = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: columns, maxLength: columns }).map((raw) => {
    const total = raw.reduce((a, b) => a + b, 0);
    return total === 0 ? raw.map((_, k) => (k === 0 ? 1 : 0)) : raw.map((x) => x / total);
  });
  const pattern = fc.array(row, { minLength: rows, maxLength: rows }).map((all) => Float32Array.from(all.flat()));
  return fc.array(pattern, { minLength: count, maxLength: count });
};

describe("blur", () => {
  it("the mean of patterns has no less entropy than they have on average, and at most ln of their number more", () => {
    const drawn = fc.integer({ min: 2, max: 5 }).chain((count) => patterns(count, 3, 7));
    fc.assert(
      fc.property(drawn, (some) => {
        const { apart, together } = blurOf(some, 7);
        expect(together - apart).toBeGreaterThan(-1e-5);
        expect(together - apart).toBeLessThan(Math.log(some.length) + 1e-5);
      }),
    );
  });

  it("equal patterns lose nothing, patterns that never meet lose ln of their number", () => {
    const eye = Float32Array.of(1, 0, 0, 0, 1, 0);
    const other = Float32Array.of(0, 1, 0, 0, 0, 1);
    expect(blurOf([eye, eye], 3)).toEqual({ each: [0, 0], apart: 0, together: 0 });
    expect(blurOf([eye, other], 3).together).toBeCloseTo(Math.LN2, 12);
    expect(entropyOf(new Float32Array(14).fill(1 / 7), 7)).toBeCloseTo(Math.log(7), 6);
    expect([...meanPattern([eye, other])]).toEqual([0.5, 0.5, 0, 0, 0.5, 0.5]);
  });

  it("the heads most apart are of one layer, and no other pair of a layer is further apart", () => {
    const site = (name: string, heads: number[][]): SitePatterns => ({
      ...{ site: name, rows: ["x"], columns: ["x", "y", "z"] },
      patterns: heads.map((weights) => Float32Array.from(weights)),
    });
    const even = [1 / 3, 1 / 3, 1 / 3];
    expect(mostApart([site("0", [[1, 0, 0], even]), site("1", [even, [0, 0, 1], [0, 1, 0]])])).toEqual(["1.1", "1.2"]);
    expect(mostApart([site("0", [[1, 0, 0]]), site("1", [[0, 1, 0]])])).toBeUndefined();
  });
});

describe("what the open model answers", () => {
  const TEXT = "The President of the United States gave a speech";
  let runtime: Runtime;
  let model: Checkpoint;
  let edited: Edited;
  let looked: Looked;
  const ask = (edits: Edits) => outcomeOf(model, edited, { text: TEXT }, edits);

  beforeAll(async () => {
    runtime = await nodeRuntime({ threads: 1 });
    model = await loadCheckpoint("builtin:english");
    edited = createEdited(runtime, model);
    looked = { sites: (await (await createPatterns(runtime, model))(TEXT)).sites, milliseconds: 0 };
  });
  afterAll(() => runtime.release());

  it("the mean of a head and itself changes nothing, that of two heads does", async () => {
    const whole = await ask(UNCHANGED);
    const same = effectOf(whole, await ask(averaged(looked.sites[1]!, [3, 3])));
    expect(same.value).toBeCloseTo(effectOf(whole, whole).value, 4);
    const pair = mostApart(looked.sites)!.map((name) => Number(name.split(".")[1]));
    const site = looked.sites.find(({ site }) => site === mostApart(looked.sites)![0].split(".")[0])!;
    expect(Math.abs(effectOf(whole, await ask(averaged(site, pair))).value - effectOf(whole, whole).value)).toBeGreaterThan(
      1e-4,
    );
  });

  it("heads that all look alike have one pattern a layer", () => {
    const { patterns } = alike(looked, 2);
    expect(Object.keys(patterns)).toHaveLength(32);
    for (const layer of [0, 1, 2, 3])
      for (const head of [0, 7]) expect(patterns[`${layer}.${head}`]).toBe(patterns[`${layer}.2`]);
  });

  it("none removed is the whole model; all removed is no attention at all, in whatever order", async () => {
    const whole = await ask(UNCHANGED);
    const value = async (count: number, seed: string) => effectOf(whole, await ask(removed(looked, count, seed))).value;
    expect(await value(0, "1")).toBe(effectOf(whole, whole).value);
    expect(await value(32, "1")).toBe(await value(32, "2"));
    expect(await value(32, "1")).toBeGreaterThan((await value(0, "1")) + 0.1);
    expect(removed(looked, 5, "1")).toEqual(removed(looked, 5, "1"));
    expect(removed(looked, 5, "1")).not.toEqual(removed(looked, 5, "2"));
  });
});

describe("numbers that are said", () => {
  it("those of the study are in its result", () => {
    const { summary } = JSON.parse(
      gunzipSync(readFileSync(new URL("../../docs/study/result.json.gz", import.meta.url))).toString(),
    );
    const measured = summary.meanAccuracy as { heads: number; value: { mean: number } }[];
    expect(STUDY.map(([heads]) => heads)).toEqual(measured.map(({ heads }) => heads));
    for (const [k, { value }] of measured.entries()) expect(STUDY[k]![1]).toBeCloseTo(value.mean, 3);
  });

  it("those of cutting stand in its document", async () => {
    const text = readFileSync(new URL("../../docs/prune/README.md", import.meta.url), "utf8").replace(/\s+/g, " ");
    const said = readFileSync(new URL("../../lab/pages/why/prunable.ts", import.meta.url), "utf8");
    const numbers = [...said.slice(said.indexOf("MEASURED"), said.indexOf("export const")).matchAll(/0?\.\d+|\d+\.\d+/g)].map(
      ([n]) => n,
    );
    expect(numbers.length).toBeGreaterThan(15);
    for (const number of numbers) expect(text, number).toContain(number.replace(/^0/, ""));
  });
});

describe("the exercises", () => {
  const answer = (id: string, given: number) => EXERCISES.find((exercise) => exercise.id === id)!.check(given);

  it("what is right is what the calculator says", () => {
    expect(answer("width", attentionCost({ width: 1024, heads: 16 }, 1).headWidth).right).toBe(true);
    for (const heads of divisors(1024)) expect(answer("divide", heads).right).toBe(true);
    for (const heads of [0, -1, 3, 12, 2.5, 2048]) expect(answer("divide", heads).right).toBe(false);
    expect(answer("divide", 12).feedback).toContain("1024 / 12 = 85.33");
    const [[, four], [, sixteen]] = [STUDY[2]!, STUDY[4]!];
    expect(answer("returns", 100 * (sixteen - four)).right).toBe(true);
    expect(answer("copies", 100 / 8).right).toBe(true);
    const [a, b] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    expect(answer("mean", entropyOf(meanPattern([a, b]), 2)).right).toBe(true);
  });

  it("what is wrong is told which way", () => {
    expect(answer("width", 65)).toEqual({ right: false, feedback: "No: 65 is too large." });
    expect(answer("width", 63.5)).toEqual({ right: false, feedback: "No: 63.50 is too small." });
  });

  it("one head and many cost the same, and W_O is all that a bare head saves", () => {
    fc.assert(
      fc.property(fc.constantFrom(64, 96, 512), fc.nat(6), fc.integer({ min: 1, max: 900 }), (width, k, length) => {
        const heads = divisors(width)[k]!;
        const { headWidth: _, ...many } = attentionCost({ width, heads }, length);
        const { headWidth: __, ...one } = attentionCost({ width, heads: 1 }, length);
        expect(many).toEqual(one);
        const bare = attentionCost({ width, heads: 1, outputProjection: false, biases: false }, length);
        expect(attentionCost({ width, heads, biases: false }, length).parameters / bare.parameters).toBeCloseTo(4 / 3, 12);
      }),
    );
  });
});
