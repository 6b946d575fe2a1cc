/** The trainer: what was copied goes on as if it had never stopped, and micro-batches are one batch. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { print } from "../../src/graph/print.ts";
import type { Value } from "../../src/graph/value.ts";
import { random } from "../../src/params/random.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Program, Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { type Batch, causalBatch, maskedBatch, translationBatch } from "../../src/train/batch.ts";
import type { TrainableConfig } from "../../src/train/objective.ts";
import { createTrainer, Divergence, initialState, type TrainerOptions, type TrainingState } from "../../src/train/trainer.ts";
import { DECODER, ENCODER, GROUPED } from "../laws/small.ts";
import { smallConfig } from "../models/small-translator.ts";

const ADAM = { betas: [0.9, 0.98], epsilon: 1e-3, weightDecay: 0.1, clip: 1 } as const;
const PLAIN: TrainerOptions = { adam: ADAM, dropout: { residual: 0, attention: 0 }, labelSmoothing: 0, seed: 5 };
const NOISY: TrainerOptions = { ...PLAIN, dropout: { residual: 0.2, attention: 0.1, heads: 0.3 }, labelSmoothing: 0.1 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = sharing(await nodeRuntime({ threads: 1 }));
});
afterAll(() => runtime.release());

/** A runtime that compiles graphs of the same text once, whichever trainer has built them: most of the time goes there. */
function sharing(plain: Runtime): Runtime {
  const made = new Map<string, Promise<Program>>();
  const compile = (outputs: Readonly<Record<string, Value>>) => {
    const text = print(outputs);
    return made.get(text) ?? made.set(text, plain.compile(outputs)).get(text)!;
  };
  return { ...plain, compile };
}

const start = (config: TrainableConfig, options: TrainerOptions, state = initialState(config, 3)) =>
  createTrainer(runtime, config, options, state);

const copied = ({ step, tensors }: TrainingState): TrainingState => ({
  step,
  tensors: new Map([...tensors].map(([name, { data, shape }]) => [name, tensor(data.slice() as Float32Array, shape)])),
});

const WORDS = 23;
const rowsFor = (seed: number, count: number, special: number): Int32Array[] => {
  const uniform = random(seed);
  return Array.from({ length: count }, () => {
    const length = 4 + Math.floor(uniform() * 8);
    return Int32Array.from({ length }, () => special + Math.floor(uniform() * (WORDS - special)));
  });
};
const MASKING = { special: new Set([0, 1, 2]), paddingId: 0, maskId: 2, vocabulary: WORDS, share: 0.4 };

type Make = (seed: number, rows?: number) => Batch;
const causal: Make = (seed, rows = 3) => causalBatch(rowsFor(seed, rows, 0), { batch: rows, sequence: 11 });
const masked: Make = (seed, rows = 3) =>
  maskedBatch(rowsFor(seed, rows, 3), { batch: rows, sequence: 13 }, MASKING, random(seed));
const translation: Make = (seed, rows = 3) =>
  translationBatch(
    rowsFor(seed, rows, 4),
    rowsFor(seed + 1000, rows, 4),
    { batch: rows, sequence: 13, target: 12 },
    {
      start: 1,
      padding: 1,
    },
  );

const CAUSAL = { ...DECODER, heads: [3], keyValueHeads: [3] };
const TRANSLATION = smallConfig({ encoderHeads: [5], decoderHeads: [3], crossHeads: [2], vocabulary: WORDS });
const KINDS: readonly (readonly [string, TrainableConfig, Make])[] = [
  ["causal", CAUSAL, causal],
  ["rotary", { ...GROUPED, heads: [6], keyValueHeads: [3] }, causal],
  ["masked", { ...ENCODER, heads: [3], keyValueHeads: [3] }, masked],
  ["translation", TRANSLATION, translation],
];

describe.each(KINDS)("%s", (_, config, make) => {
  it.each([1, 2])("goes on from a copy bit for bit, with dropout and %d micro-batch(es)", async (count) => {
    const batches = (step: number) => Array.from({ length: count }, (_, part) => make(10 * step + part));
    const whole = start(config, NOISY);
    for (const step of [1, 2, 3]) await whole.step(batches(step), 0.01);
    const other = start(config, NOISY, copied(whole.state));
    for (const step of [4, 5, 6]) {
      expect(await other.step(batches(step), 0.01)).toEqual(await whole.step(batches(step), 0.01));
      expect(other.state).toEqual(whole.state);
    }
    expect(whole.state.step).toBe(6);
  });

  it("drops other numbers at other seeds, and none in an evaluation", async () => {
    const [a, b, plain] = [start(config, NOISY), start(config, { ...NOISY, seed: 6 }), start(config, PLAIN)];
    const held = [make(1), make(2)];
    const cost = await plain.evaluate(held);
    expect(await a.evaluate(held)).toEqual(cost);
    expect(cost.targets).toBe(held[0]!.targets + held[1]!.targets);
    const losses = [await a.step([make(1)], 0.01), await b.step([make(1)], 0.01)].map(({ loss }) => loss);
    expect(losses[0]).not.toBe(losses[1]);
  });

  it("adds up two micro-batches to the step of one batch with both", async () => {
    const [one, two] = [start(config, PLAIN), start(config, PLAIN)];
    for (const step of [1, 2]) {
      const parts = [make(step), make(step + 50)];
      const both = joined(parts[0]!, parts[1]!);
      const [a, b] = [await one.step([both], 0.01), await two.step(parts, 0.01)];
      expect(b).toMatchObject({ targets: a.targets, tokens: a.tokens, step });
      expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-6 * a.loss);
      expect(Math.abs(a.gradientNorm - b.gradientNorm)).toBeLessThan(2e-6 * a.gradientNorm);
      for (const [name, { data }] of one.state.tensors) {
        const apart = (data as Float32Array).map((x, i) => Math.abs(x - (two.state.tensors.get(name)!.data[i] as number)));
        expect(
          apart.reduce((x, y) => Math.max(x, y), 0),
          name,
        ).toBeLessThan(1e-6);
      }
    }
  });

  it("is not changed by an evaluation, which costs what the next step says", async () => {
    const trainer = start(config, PLAIN);
    await trainer.step([make(1)], 0.01);
    const before = copied(trainer.state);
    const { nats, targets } = await trainer.evaluate([make(2)]);
    expect(trainer.state).toEqual(before);
    expect((await trainer.step([make(2)], 0.01)).loss).toBeCloseTo(nats / targets, 5);
  });

  it("learns a batch by heart", async () => {
    const trainer = start(config, PLAIN);
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) losses.push((await trainer.step([make(1)], 0.01)).loss);
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });

  it("costs log V where no weight says anything, smoothed or not", async () => {
    const { tensors } = initialState(config, 1);
    const silent = new Map([...tensors].map(([name, { shape, data }]) => [name, tensor(new Float32Array(data.length), shape)]));
    const { loss } = await start(config, { ...PLAIN, labelSmoothing: 0.1 }, { step: 0, tensors: silent }).step([make(1)], 0);
    expect(loss).toBeCloseTo(Math.log(config.vocabulary), 5);
  });
});

/** The rows of both, one batch below the other. */
function joined(a: Batch, b: Batch): Batch {
  const both = (x: Tensor, y: Tensor) =>
    tensor(BigInt64Array.from([...(x.data as BigInt64Array), ...(y.data as BigInt64Array)]), [
      x.shape[0]! + y.shape[0]!,
      x.shape[1]!,
    ]);
  return {
    shape: { ...a.shape, batch: a.shape.batch + b.shape.batch },
    feeds: Object.fromEntries(Object.entries(a.feeds).map(([name, feed]) => [name, both(feed, b.feeds[name]!)])),
    targets: a.targets + b.targets,
    tokens: a.tokens + b.tokens,
  };
}

describe("divergence", () => {
  it.each([1, 2])("leaves the state before it, where the learning rate is far too high (%d micro-batches)", async (count) => {
    const trainer = start(CAUSAL, { ...PLAIN, adam: { ...ADAM, clip: null } });
    const batches = Array.from({ length: count }, (_, k) => causal(k));
    const diverge = async () => {
      for (let step = 0; step < 4; step++) await trainer.step(batches, 1e30);
    };
    const thrown = await diverge().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Divergence);
    const { report } = thrown as Divergence;
    expect(report).toMatchObject({ step: trainer.state.step + 1, learningRate: 1e30 });
    const before = copied(trainer.state);
    await expect(trainer.step(batches, 1e30)).rejects.toThrow(`at step ${report.step} the loss is`);
    expect(trainer.state).toEqual(before);
  });

  it("is noticed in weights that are no numbers", async () => {
    const state = initialState(CAUSAL, 1);
    (state.tensors.get("embeddings.tokens")!.data as Float32Array).fill(Number.NaN);
    const trainer = start(CAUSAL, PLAIN, state);
    await expect(trainer.step([causal(1)], 0.01)).rejects.toThrow("at step 1 the loss is NaN");
    expect(trainer.state.step).toBe(0);
  });
});

it("leaves Marian's bias of the logits as it is", async () => {
  const trainer = start(TRANSLATION, PLAIN);
  const before = trainer.state.tensors.get("finalLogitsBias")!.data.slice();
  await trainer.step([translation(1)], 0.1);
  await trainer.step([translation(2)], 0.1);
  expect(trainer.state.tensors.get("finalLogitsBias")!.data).toEqual(before);
  expect([...trainer.state.tensors.keys()].filter((name) => name.includes("finalLogitsBias"))).toEqual(["finalLogitsBias"]);
});
