/** The whole study on a small plan: complete, interrupted and gone on with, kept on the disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepParts } from "../../src/cli/study/study.ts";
import { LONGEST_DOCUMENT } from "../../src/corpus/world/document.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type RunKey, runKeys, type StudyConfig } from "../../src/study/arms.ts";
import type { ModelResult, TrainedModel } from "../../src/study/model-run.ts";
import { oneOrMany, type StudyResult } from "../../src/study/one-or-many.ts";
import { studyPage } from "../../src/view/study/study-page.ts";
import { holes } from "./made-results.ts";

const PLAN: StudyConfig = {
  heads: [1, 2],
  seeds: 2,
  controls: { heads: 2, seeds: 2 },
  width: 10,
  layers: 2,
  steps: 3,
  batch: 16,
  sequence: 53,
  learningRate: 1e-2,
  warmup: 1,
  weightDecay: 0.01,
  documents: 32,
  readers: { train: 60, test: 60 },
};
const KEYS = runKeys(PLAN);
const nameOf = ({ arm, heads, seed }: RunKey) => `${arm}-${heads}-${seed}`;
/** What depends on the clock alone. */
const timeless = (models: readonly ModelResult[]) => models.map((model) => ({ ...model, seconds: 0 }));

let runtime: Runtime;
let folder: string;
let result: StudyResult;
let opened = 0;
let released = 0;
const made = new Map<string, { result: ModelResult; model: TrainedModel }>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-study-"));
  runtime = await nodeRuntime({ threads: 1 });
  result = await oneOrMany(runtime, PLAN, {
    async open() {
      opened++;
      const own = await nodeRuntime({ threads: 1 });
      const release = () => {
        released++;
        return own.release();
      };
      return { ...own, release };
    },
    async done(key, model, trained) {
      made.set(nameOf(key), { result: model, model: trained });
    },
  });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true, force: true });
});

describe("the study", () => {
  it("has every model, every number, and a page", () => {
    expect(PLAN.sequence).toBeLessThan(LONGEST_DOCUMENT);
    expect(result.models.map(({ arm, heads, seed }) => ({ arm, heads, seed }))).toEqual(KEYS);
    expect(holes(result)).toEqual([]);
    expect(result.readers.map(({ relation }) => relation)).toEqual([...RELATIONS]);
    for (const { heads, perHead, skills, divergence, loss } of result.models) {
      expect(perHead.map(({ layer, head }) => `${layer}.${head}`)).toEqual(
        heads === 1 ? ["0.0", "1.0"] : ["0.0", "0.1", "1.0", "1.1"],
      );
      for (const { n, accuracy } of Object.values(skills)) {
        expect(n).toBeGreaterThan(0);
        expect(accuracy * n).toBeCloseTo(Math.round(accuracy * n), 9);
      }
      for (const d of divergence) expect(d).toBeGreaterThan(-1e-6);
      // three steps from evenly spread words
      expect(loss).toBeGreaterThan(4);
      expect(loss).toBeLessThan(7.5);
    }
    expect(studyPage(result)).toContain("4 language models of 2 layers");
  });

  it("trains what it trains, and leaves the untrained as they start", () => {
    for (const [name, { result: model }] of made) {
      const random = made.get(`random-2-${model.seed}`)!.result;
      if (model.arm === "random" || model.arm === "shuffled") continue;
      expect(model.loss, name).toBeLessThan(random.loss - 0.02);
    }
    for (const { arm, asymmetry, heads } of result.models) {
      if (arm === "symmetric") expect(asymmetry).toBeLessThan(1e-4);
      else if (heads > 1) expect(asymmetry).toBeGreaterThan(0.01);
    }
  });

  it("gives back the sessions of each model's training", () => {
    expect([opened, released]).toEqual([KEYS.length, KEYS.length]);
  });

  it("interrupted, goes on to the same result, and trains nothing again", async () => {
    const parts = await keepParts(folder, PLAN, 1);
    const stop = nameOf(KEYS[2]!);
    const trained: string[] = [];
    const hooks = (until?: string) => ({
      known: parts.known,
      async done(key: RunKey, model: ModelResult, weights: TrainedModel) {
        await parts.done(key, model, weights);
        trained.push(nameOf(key));
        if (nameOf(key) === until) throw new Error("interrupted");
      },
    });
    await expect(oneOrMany(runtime, PLAN, hooks(stop))).rejects.toThrow("interrupted");
    expect(trained).toEqual(KEYS.slice(0, 3).map(nameOf));
    const whole = await oneOrMany(runtime, PLAN, hooks());
    expect(trained).toEqual(KEYS.map(nameOf));
    expect(timeless(whole.models)).toEqual(timeless(result.models));
    expect(whole.summary).toEqual(result.summary);
    const again = await oneOrMany(runtime, PLAN, hooks());
    expect(trained).toHaveLength(KEYS.length);
    expect(again.models).toEqual(whole.models);
  });

  it("keeps every model as a directory that loads, with the weights that were measured", async () => {
    const [id] = readdirSync(join(folder, "parts"));
    const parts = join(folder, "parts", id!);
    expect(readdirSync(parts).sort()).toEqual(KEYS.flatMap((key) => [nameOf(key), `${nameOf(key)}.json`]).sort());
    for (const key of [KEYS[0]!, KEYS.at(-1)!]) {
      const { config, weights, tokenizer } = await loadCheckpoint(join(parts, nameOf(key)));
      expect([config.heads, config.headWidth]).toEqual([[key.heads, key.heads], 10 / key.heads]);
      expect(tokenizer.vocabularySize).toBe(config.vocabulary);
      const stored = byPath(weights);
      const own = made.get(nameOf(key))!.model.weights;
      expect([...stored.keys()].sort()).toEqual([...own.keys()].sort());
      for (const [path, { data }] of own) expect([...stored.get(path)!.data], path).toEqual([...data]);
    }
  });

  it("does not take up parts of another plan or number of threads", async () => {
    for (const [plan, threads] of [
      [{ ...PLAN, steps: 5 }, 1],
      [PLAN, 3],
    ] as const)
      expect(await (await keepParts(folder, plan, threads)).known(KEYS[0]!)).toBeUndefined();
    const { known } = await keepParts(folder, PLAN, 1);
    const [id] = readdirSync(join(folder, "parts")).filter((name) => readdirSync(join(folder, "parts", name)).length > 0);
    const kept = JSON.parse(readFileSync(join(folder, "parts", id!, `${nameOf(KEYS[0]!)}.json`), "utf8"));
    expect(await known(KEYS[0]!)).toEqual(kept);
  });
});

it("a bad plan is refused before anything is trained", async () => {
  const trained = { done: () => Promise.reject(new Error("trained")) };
  await expect(oneOrMany(runtime, { ...PLAN, heads: [1, 3] }, trained)).rejects.toThrow(/3 heads do not divide the width 10/);
  await expect(oneOrMany(runtime, { ...PLAN, batch: 2, documents: 2 }, trained)).rejects.toThrow(/2 documents are too few/);
});
