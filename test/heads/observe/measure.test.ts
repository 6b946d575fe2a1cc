/** Laws of measuring: shards add up, and company in a batch does not matter. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Continuations } from "../../../src/heads/observe/features.ts";
import { createMeasurer, type Measurer, type Tally } from "../../../src/heads/observe/measure.ts";
import { POSSIBLE } from "../../../src/heads/observe/possible.ts";
import { OFFSETS, SUMS } from "../../../src/heads/observe/statistics.ts";
import { batches, countedQueries, type Text } from "../../../src/heads/observe/text.ts";
import { headCount } from "../../../src/models/sites.ts";
import type { Transformer } from "../../../src/models/transformer.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { loadFixture } from "../../models/golden.ts";
import { randomText } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe.each([
  ["bert", 1, 1],
  ["llama3", 1, 0],
] as const)("measuring %s", (family, lead, tail) => {
  let model: Transformer;
  let measurer: Measurer;
  let texts: Text[];
  beforeAll(async () => {
    model = await loadFixture(family);
    const { vocabulary } = model.config;
    texts = [13, 5, 13, 7, 13, 5].map((n, t) => randomText(`${family}/${t}`, n, vocabulary, lead, tail));
    measurer = createMeasurer(runtime, model.config, { weightings: ["raw", "norm"], words: true });
  });
  /** Every counted query with the key before it. */
  const continuations: Continuations = (text) =>
    countedQueries(text, model.config.family === "decoder").flatMap((i): [number, number][] => (i > 0 ? [[i, i - 1]] : []));
  const measure = (some: readonly Text[]): Promise<Tally> => measurer.measure(model, some, { continuations });

  function expectSame(whole: Tally, parts: readonly Tally[]): void {
    const all = <T>(of: (tally: Tally) => Iterable<T>): T[] => parts.flatMap((part) => [...of(part)]);
    expect([...whole.counted]).toEqual(all((t) => t.counted));
    expect([...whole.repeated]).toEqual(all((t) => t.repeated));
    expect([...whole.possible]).toEqual(all((t) => t.possible));
    for (const weighting of ["raw", "norm"] as const) {
      const sums = all((t) => t.sums[weighting]!);
      expect(whole.sums[weighting]).toHaveLength(sums.length);
      for (const [k, value] of whole.sums[weighting]!.entries()) expect(value).toBeCloseTo(sums[k]!, 4);
      expect(whole.words[weighting]).toEqual(all((t) => t.words[weighting]!));
    }
    for (const [h, size] of whole.sizes.entries()) {
      expect(size).toBeCloseTo(
        parts.reduce((sum, part) => sum + part.sizes[h]!, 0),
        3,
      );
    }
  }

  it("two shards make the whole, and so does each text alone", async () => {
    const whole = await measure(texts);
    expectSame(whole, [await measure(texts.slice(0, 4)), await measure(texts.slice(4))]);
    expectSame(whole, await Promise.all(texts.map((text) => measure([text]))));
  });

  it("the order of texts does not matter", async () => {
    const [forth, back] = [await measure(texts), await measure([...texts].reverse())];
    const stride = headCount(model.config) * SUMS.length;
    for (let t = 0; t < texts.length; t++) {
      const at = (texts.length - 1 - t) * stride;
      const [a, b] = [forth.sums.raw!.subarray(t * stride, (t + 1) * stride), back.sums.raw!.subarray(at, at + stride)];
      for (const [k, value] of a.entries()) expect(value).toBeCloseTo(b[k]!, 4);
    }
  });

  it("tells how far it is, up to the end", async () => {
    const said: [number, number][] = [];
    await measurer.measure(model, texts, { progress: (done, total) => said.push([done, total]) });
    expect(said.map(([, total]) => total)).toEqual(said.map(() => 6));
    expect(said.map(([done]) => done)).toEqual([2, 3, 6]);
  });

  it("leaves continuations at zero where none are given, and words out where none are wanted", async () => {
    const plain = createMeasurer(runtime, model.config, { weightings: ["raw"], words: false });
    const tally = await plain.measure(model, texts);
    expect(tally.words).toEqual({});
    expect(Object.keys(tally.sums)).toEqual(["raw"]);
    const of = (measured: Tally, name: string) => measured.sums.raw!.filter((_, k) => k % SUMS.length === SUMS.indexOf(name));
    expect(of(tally, "continuation").every((x) => x === 0)).toBe(true);
    const given = await measure(texts);
    expect(of(given, "continuation").some((x) => x > 0)).toBe(true);
  });

  it("counts the neighbors that can be seen, and so the most that a sum at an offset can be", async () => {
    const tally = await measure(texts);
    const heads = headCount(model.config);
    for (const t of texts.keys()) {
      for (const o of OFFSETS) {
        const most = tally.possible[t * POSSIBLE.length + POSSIBLE.indexOf(`offset:${o}`)]!;
        for (let h = 0; h < heads; h++) {
          const [weight, top] = [`weight:${o}`, `top:${o}`].map(
            (name) => tally.sums.raw![(t * heads + h) * SUMS.length + SUMS.indexOf(name)]!,
          );
          expect(weight).toBeLessThanOrEqual(most + 1e-5);
          expect(top).toBeLessThanOrEqual(most);
        }
      }
    }
  });
});

describe("batches", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
  const budget = fc.record({ pairs: fc.integer({ min: 1, max: 3000 }), tokens: fc.integer({ min: 1, max: 200 }) });

  it("hold every text once, of one length, and no more than fits", () => {
    fc.assert(
      fc.property(lengths, budget, (all, limits) => {
        const texts = all.map((n) => ({ ids: new Int32Array(n) })) as Text[];
        const made = batches(texts, limits);
        expect(made.flat().sort((a, b) => a - b)).toEqual([...texts.keys()]);
        for (const batch of made) {
          const n = all[batch[0]!]!;
          expect(batch.map((t) => all[t])).toEqual(batch.map(() => n));
          if (batch.length > 1) {
            expect(batch.length * n * n).toBeLessThanOrEqual(limits.pairs);
            expect(batch.length * n).toBeLessThanOrEqual(limits.tokens);
          }
        }
      }),
    );
  });

  it("are as few as the budget allows", () => {
    const texts = Array.from({ length: 10 }, () => ({ ids: new Int32Array(4) })) as Text[];
    expect(batches(texts, { pairs: 64, tokens: 1000 }).map((b) => b.length)).toEqual([4, 4, 2]);
    expect(batches(texts, { pairs: 1e9, tokens: 20 }).map((b) => b.length)).toEqual([5, 5]);
    expect(batches(texts, { pairs: 1, tokens: 1 }).map((b) => b.length)).toEqual(new Array(10).fill(1));
  });
});
