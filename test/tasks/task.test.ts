/** Tasks hold every example once, and their values are what a plain pass over single texts gives. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Masking } from "../../src/corpus/masking.ts";
import { input } from "../../src/graph/value.ts";
import { type AnyModel, anyForward } from "../../src/models/any.ts";
import { crossEntropy } from "../../src/nn/loss.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { batched, evaluate, paddedRows, type Task, textFeeds, total, worse } from "../../src/tasks/task.ts";
import { maskedTokenTask, nextTokenTask, targetTask, translationTask } from "../../src/tasks/token-tasks.ts";
import { madeTexts } from "../heads/small-tasks.ts";
import { loadFixture } from "../models/golden.ts";
import { TRANSLATORS, translatorFixture } from "../models/translation-golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe("batches", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 });

  it("hold every item once, sorted by length, equal lengths in their order, and never one alone where there are more", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 90 }), (sizes, examples, tokens) => {
        const items = sizes.map((length, place) => ({ length, place }));
        const made = batched(items, ({ length }) => length, { examples, tokens });
        expect(made.flat()).toEqual([...items].sort((a, b) => a.length - b.length || a.place - b.place));
        if (items.length > 1) expect(Math.min(...made.map((batch) => batch.length))).toBeGreaterThan(1);
      }),
    );
  });

  it("stay within their budget, but for one that would be alone", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 2, max: 7 }), fc.integer({ min: 1, max: 90 }), (sizes, examples, tokens) => {
        for (const batch of batched(sizes, (length) => length, { examples, tokens })) {
          // a pair that is too large, or a last one that joined the others
          const [count, rest] = [batch.length, batch.slice(0, -1)];
          if (count === 2) continue;
          expect(Math.min(count, rest.length)).toBeLessThanOrEqual(examples);
          expect(rest.length <= 2 || rest.length * rest.at(-1)! <= tokens).toBe(true);
        }
      }),
    );
  });
});

it("rows are filled up to the longest, and the mask says where", () => {
  const { ids, mask } = textFeeds([[5, 6, 7], [8]]);
  expect([ids.shape, [...ids.data]]).toEqual([
    [2, 3],
    [5n, 6n, 7n, 8n, 0n, 0n],
  ]);
  expect([...mask.data]).toEqual([1n, 1n, 1n, 1n, 0n, 0n]);
  expect([...paddedRows([[1], [2, 3]], -1).data]).toEqual([1n, -1n, 2n, 3n]);
});

it("sums over all or over some with repeats; worse is up for losses and down for scores", () => {
  expect(total(Float64Array.of(1, 20, 300))).toBe(321);
  expect(total(Float64Array.of(1, 20, 300), [2, 0, 2])).toBe(601);
  const { task } = { task: nextTokenTask([[1, 2]]) };
  expect([worse(task, 3, 5), worse({ ...task, better: "higher" }, 3, 5)]).toEqual([2, -2]);
});

/** Cross-entropy of single texts, one run each, in nats per target over all. */
async function byHand({ config, weights }: AnyModel, rows: readonly Record<string, readonly number[]>[]): Promise<number> {
  const { logits } = anyForward(config);
  const loss = crossEntropy(logits!, input("targets", logits!.shape.slice(0, 2), "int64"));
  const program = await runtime.compile({ loss }, { weights: byPath(weights) });
  let [nats, tokens] = [0, 0];
  for (const row of rows) {
    const { ids, ...others } = row;
    const feeds = Object.fromEntries(Object.entries(others).map(([name, own]) => [name, paddedRows([own])]));
    const made = await program.run(feedsFor(program, { ...textFeeds([ids!]), ...feeds }));
    const counted = row.targets!.filter((target) => target >= 0).length;
    nats += (made.loss!.data[0] as number) * counted;
    tokens += counted;
  }
  return nats / tokens;
}

it.each(["gpt2", "llama"])("next-token quality is the cross-entropy of single texts (%s)", async (family) => {
  const model = await loadFixture(family);
  const texts = [...madeTexts(model.config.vocabulary, 11, "next"), [3]];
  const task = nextTokenTask(texts, { examples: 4 });
  expect(task.examples).toBe(11);
  const rows = texts.slice(0, 11).map((ids) => ({ ids, targets: [...ids.slice(1), -1] }));
  expect(task.quality(await evaluate(runtime, model, task))).toBeCloseTo(await byHand(model, rows), 5);
});

it.each(TRANSLATORS)("translation quality is the cross-entropy of single pairs (%s)", async (name) => {
  const model = await translatorFixture(name);
  const [sources, targets] = ["source", "target"].map((side) => madeTexts(model.config.vocabulary, 7, side));
  const pairs = sources!.map((source, k) => ({ source, target: targets![k]! }));
  const { start } = model.config.ids;
  const task = translationTask(pairs, start);
  const rows = pairs.map(({ source, target }) => ({
    ids: source,
    decoderIds: [start, ...target.slice(0, -1)],
    targets: target,
  }));
  expect(task.quality(await evaluate(runtime, model, task))).toBeCloseTo(await byHand(model, rows), 5);
  expect(() => translationTask([], start)).toThrow("needs pairs of sentences; give at least one");
});

describe("masked tokens", () => {
  const MASKING: Masking = { special: new Set([2, 3]), maskId: 4, paddingId: 0, vocabulary: 67 };
  const texts = madeTexts(60, 13, "hidden").map((text) => [2, ...text.map((id) => id + 5), 3]);
  const all = (seed: number, name: string) =>
    maskedTokenTask(texts, MASKING, seed).batches.flatMap((feeds) => [...feeds[name]!.data]);

  it("the quality is the cross-entropy at what was hidden, nothing else", async () => {
    const model = await loadFixture("bert");
    const task = maskedTokenTask(texts, MASKING, 5);
    const rows = task.batches.flatMap((feeds) => {
      const [count, length] = feeds.ids!.shape as [number, number];
      return Array.from({ length: count }, (_, row) => {
        const own = (name: string) => [...feeds[name]!.data.slice(row * length, (row + 1) * length)].map(Number);
        const there = own("mask").filter(Boolean).length;
        return { ids: own("ids").slice(0, there), targets: own("targets").slice(0, there) };
      });
    });
    expect(rows.length).toBe(13);
    expect(task.quality(await evaluate(runtime, model, task))).toBeCloseTo(await byHand(model, rows), 5);
  });

  it("the seed says which", () => {
    expect(all(5, "ids")).toEqual(all(5, "ids"));
    expect(all(6, "targets")).not.toEqual(all(5, "targets"));
  });

  it("a text of special tokens only is no example", () => {
    expect(
      maskedTokenTask(
        [
          [2, 3],
          [2, 9, 3],
          [2, 8, 7, 3],
        ],
        MASKING,
        1,
      ).examples,
    ).toBe(2);
    expect(() => maskedTokenTask([[2, 3]], MASKING, 1)).toThrow(
      "needs texts with a token that can be masked; give other texts",
    );
  });
});

describe("prediction of given tokens", () => {
  const texts = madeTexts(60, 13, "given").filter(({ length }) => length > 1);
  const after = (text: readonly number[]) => [...text.slice(1), -1];

  it("is next-token prediction if every next token is given, and leaves out texts without any", async () => {
    const model = await loadFixture("gpt2");
    const qualityOf = async (task: Task) => task.quality(await evaluate(runtime, model, task));
    const all = texts.map((ids) => ({ ids, targets: after(ids) }));
    const none = { ids: [1, 2, 3], targets: [-1, -1, -1] };
    const whole = await qualityOf(nextTokenTask(texts));
    expect(await qualityOf(targetTask("next-token", [...all, none]))).toBeCloseTo(whole, 6);
    // the means over even and odd positions, weighted by their numbers, are the mean over all
    const of = (rest: number) =>
      all.map(({ ids, targets }) => ({ ids, targets: targets.map((t, i) => (i % 2 === rest ? t : -1)) }));
    const count = (rest: number) => of(rest).flatMap(({ targets }) => targets.filter((t) => t >= 0)).length;
    const [even, odd] = [targetTask("next-token", of(0)), targetTask("next-token", of(1))];
    const sum = count(0) * (await qualityOf(even)) + count(1) * (await qualityOf(odd));
    expect(sum / (count(0) + count(1))).toBeCloseTo(whole, 5);
    expect(() => targetTask("next-token", [none])).toThrow("needs texts with a token to predict; give other texts");
  });
});

it("a model without a language head is told so", async () => {
  const { config, weights } = await loadFixture("bert");
  const bare = { config: { ...config, languageHead: "none" as const }, weights };
  await expect(evaluate(runtime, bare, nextTokenTask([[5, 6]]))).rejects.toThrow(
    "the next-token task needs a language head, which this model lacks; choose another model",
  );
});
