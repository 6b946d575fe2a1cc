/** Laws of measuring: shards add up, company in a batch does not matter, and similarity is above what distance gives. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMeasurer, type Measurer, semanticPairs, type Tally } from "../../src/heads/measure.ts";
import { SUMS } from "../../src/heads/statistics.ts";
import { batches, countedQueries, type Text } from "../../src/heads/text.ts";
import { headCount } from "../../src/models/config.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { loadFixture } from "../models/golden.ts";
import { randomText } from "./models.ts";

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
  const measure = async (some: readonly Text[]): Promise<Tally> =>
    measurer.measure(model, some, { similar: await semanticPairs(runtime, model) });

  function expectSame(whole: Tally, parts: readonly Tally[]): void {
    const all = <T>(of: (tally: Tally) => Iterable<T>): T[] => parts.flatMap((part) => [...of(part)]);
    expect([...whole.counted]).toEqual(all((t) => t.counted));
    expect([...whole.repeated]).toEqual(all((t) => t.repeated));
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

  it("leaves the semantic sums at zero where no similarity is given, and words out where none are wanted", async () => {
    const plain = createMeasurer(runtime, model.config, { weightings: ["raw"], words: false });
    const tally = await plain.measure(model, texts);
    expect(tally.words).toEqual({});
    expect(Object.keys(tally.sums)).toEqual(["raw"]);
    const column = SUMS.indexOf("semantic");
    expect(tally.sums.raw!.filter((_, k) => k % SUMS.length === column).every((x) => x === 0)).toBe(true);
  });

  it("similarity is the cosine above its mean at each offset, where it is defined", async () => {
    const causal = model.config.family === "decoder";
    const similar = await semanticPairs(runtime, model);
    const same = texts.filter(({ ids }) => ids.length === 13);
    const of = await similar(same);
    const { tokens } = model.weights.embeddings;
    const m = model.config.width;
    const row = (id: number) => Array.from(tokens.data.subarray(id * m, (id + 1) * m), Number);
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
    if (family === "bert") expect(same.some(({ ids }) => ids.includes(0))).toBe(true); // [PAD] is all zeros
    for (const [t, text] of same.entries()) {
      const [above, mass] = of(text, t);
      const n = text.ids.length;
      const cosine = new Map<number, number[][]>();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const defined =
            countedQueries(text, causal).includes(i) && !text.special[j] && text.ids[i] !== text.ids[j] && !(causal && j > i);
          expect(mass[i * n + j]).toBe(defined ? 1 : 0);
          if (!defined) expect(above[i * n + j]).toBe(0);
          const [a, b] = [row(text.ids[i]!), row(text.ids[j]!)];
          const pair = [above[i * n + j]!, dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1)];
          if (defined) cosine.set(j - i, [...(cosine.get(j - i) ?? []), pair]);
        }
      }
      expect(cosine.size).toBeGreaterThan(5);
      for (const pairs of cosine.values()) {
        const mean = pairs.reduce((sum, [, c]) => sum + c!, 0) / pairs.length;
        expect(pairs.reduce((sum, [a]) => sum + a!, 0)).toBeCloseTo(0, 5);
        for (const [a, c] of pairs) expect(a).toBeCloseTo(c! - mean, 5);
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
