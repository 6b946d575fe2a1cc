/** The loop of a run, with a trainer that only says losses: when it measures, keeps, stops and gives up. */
import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/train/batch.ts";
import type { TrainingData } from "../../src/train/data.ts";
import {
  freshProgress,
  milestoneSteps,
  type RunHooks,
  type RunPlan,
  type RunProgress,
  runTraining,
} from "../../src/train/run.ts";
import { learningRate } from "../../src/train/schedule.ts";
import { Divergence, type Trainer } from "../../src/train/trainer.ts";

const PLAN: RunPlan = { steps: 23, learningRate: 0.01, schedule: { kind: "constant", warmup: 0 }, every: 5 };
const TARGETS = 7;

it("milestones rise by a constant factor from the untrained model to the last step; the first ones coincide", () => {
  expect(milestoneSteps(1000, 5)).toEqual([0, 1, 10, 100, 1000]);
  expect(milestoneSteps(2, 40)).toEqual([0, 1, 2]);
  const many = milestoneSteps(6000, 40);
  expect(many.length).toBeGreaterThan(30);
  expect(many).toEqual([...new Set(many)].sort((a, b) => a - b));
  expect([many[0], many.at(-1)]).toEqual([0, 6000]);
});

/** `loss` of each step, and what the held-out text costs after it, a target. */
function fake(loss: (step: number) => number, heldOut: (step: number) => number = loss) {
  const seen: { step: number; batches: readonly Batch[]; rate: number }[] = [];
  let step = 0;
  const trainer: Trainer = {
    get state() {
      return { step, tensors: new Map() };
    },
    step(batches, rate) {
      const report = { step: step + 1, loss: loss(step + 1), gradientNorm: 2, learningRate: rate, targets: 1, tokens: 1 };
      if (!Number.isFinite(report.loss)) return Promise.reject(new Divergence(report));
      seen.push({ step: ++step, batches, rate });
      return Promise.resolve(report);
    },
    evaluate: () => Promise.resolve({ nats: TARGETS * heldOut(step), targets: TARGETS }),
  };
  const data: TrainingData = {
    batches: (k) => [{ shape: { batch: 1, sequence: 1 }, feeds: {}, targets: k, tokens: k }],
    heldOut: () => [],
    heldOutBytes: 31,
  };
  const saved: RunProgress[] = [];
  const run = (plan: Partial<RunPlan> = {}, hooks: RunHooks = {}, start = freshProgress) => {
    step = start.step;
    const save = async (progress: RunProgress) => void saved.push(progress);
    return runTraining(trainer, data, { ...PLAN, ...plan }, start, { save, ...hooks });
  };
  return { run, seen, saved };
}

describe("a run", () => {
  it("takes every step with its batches and its learning rate, once", async () => {
    const { run, seen } = fake(() => 1);
    const schedule = { kind: "cosine", warmup: 3, floor: 0.1 } as const;
    const { outcome, progress } = await run({ schedule });
    expect({ outcome, step: progress.step }).toEqual({ outcome: "finished", step: 23 });
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 23 }, (_, k) => k + 1));
    for (const { step, batches, rate } of seen) {
      expect(batches[0]!.targets).toBe(step);
      expect(rate).toBe(learningRate(schedule, 0.01, step, 23));
    }
  });

  it("measures and keeps every few steps and at the end, and remembers all of it", async () => {
    const { run, saved } = fake((step) => 5 - step / 10);
    const evaluations: number[] = [];
    const { progress } = await run({}, { onEvaluation: ({ step }) => void evaluations.push(step) });
    expect(evaluations).toEqual([5, 10, 15, 20, 23]);
    expect(saved.map(({ step }) => step)).toEqual([5, 10, 15, 20, 23]);
    expect(saved.at(-1)).toEqual(progress);
    expect(progress.evaluations.map(({ step }) => step)).toEqual(evaluations);
    expect(progress.best).toEqual(progress.evaluations.at(-1));
    const { loss, perplexity, bitsPerByte } = progress.evaluations[1]!;
    expect(loss).toBeCloseTo(4, 12);
    expect(perplexity).toBeCloseTo(Math.exp(4), 9);
    expect(bitsPerByte).toBeCloseTo((TARGETS * 4) / (31 * Math.LN2), 12);
    expect(progress.firstLoss).toBe(4.9);
  });

  it("goes on from what was saved as if it had never stopped", async () => {
    const loss = (step: number) => 3 + Math.sin(step);
    const whole = fake(loss);
    const { progress } = await whole.run();
    for (const start of whole.saved) {
      const rest = fake(loss);
      expect((await rest.run({}, {}, start)).progress).toEqual(progress);
      expect(rest.seen).toEqual(whole.seen.slice(start.step));
    }
  });

  it("does nothing where it is done already", async () => {
    const { run, seen } = fake(() => 1);
    const start = { ...freshProgress, step: 23 };
    expect(await run({}, {}, start)).toEqual({ outcome: "finished", progress: start });
    expect(seen).toEqual([]);
  });
});

describe("patience", () => {
  const vee = (step: number) => 1 + Math.abs(step - 10) / 100;

  it("stops after so many evaluations that were no better, and remembers the best", async () => {
    const { run, saved } = fake(vee);
    const { outcome, progress } = await run({ steps: 100, patience: 3 });
    expect(outcome).toBe("no better");
    expect(progress).toMatchObject({ step: 25, waited: 3, best: { step: 10, loss: 1 } });
    expect(saved.at(-1)).toEqual(progress);
  });

  it("waits again after every better one", async () => {
    const { run } = fake((step) => (step <= 50 ? 2 - step / 100 + 0.2 * (step % 2) : 3));
    expect(await run({ steps: 100, patience: 2 })).toMatchObject({ outcome: "no better", progress: { step: 60 } });
  });

  it("is over in a run that is gone on with after its last evaluation", async () => {
    const { run, saved } = fake(vee);
    await run({ steps: 100, patience: 3 });
    const again = fake(vee);
    const ended = await again.run({ steps: 100, patience: 3 }, {}, saved.at(-1));
    expect(ended).toEqual({ outcome: "no better", progress: saved.at(-1) });
    expect(again.seen).toEqual([]);
  });

  it("is endless by default", async () => {
    expect((await fake(vee).run({ steps: 60 })).outcome).toBe("finished");
  });
});

describe("a loss that explodes", () => {
  it("stops the run and names the step, the learning rate and the gradient", async () => {
    const { run, saved } = fake((step) => (step < 40 ? 2 : 40));
    const thrown = run({ steps: 100, every: 10, learningRate: 0.25 });
    await expect(thrown).rejects.toThrow(
      /^step 40: the loss explodes .*at first 2\.00.*\(learning rate 0\.250, gradient norm 2\.00\); lower the learning rate/,
    );
    expect(saved.map(({ step }) => step)).toEqual([10, 20, 30]);
  });

  it("may be high for a step, and while the run is young", async () => {
    expect((await fake((step) => (step % 10 === 3 ? 4 : 2)).run({ steps: 100 })).outcome).toBe("finished");
    expect((await fake((step) => (step === 2 ? 6 : 1.2)).run({ steps: 30 })).outcome).toBe("finished");
  });

  it.each([Number.NaN, Infinity])("of %d stops at once", async (value) => {
    const { run, saved } = fake((step) => (step === 12 ? value : 2));
    await expect(run()).rejects.toThrow(`step 12: the loss is ${value} (learning rate 0.0100`);
    expect(saved.map(({ step }) => step)).toEqual([5, 10]);
  });

  it.each([Number.NaN, Infinity])("of %d on what is held out stops before anything is kept", async (value) => {
    const { run, saved } = fake(
      () => 2,
      (step) => (step >= 15 ? value : 2),
    );
    await expect(run()).rejects.toThrow(`step 15: the held-out loss is ${value} (learning rate 0.0100`);
    expect(saved.map(({ step }) => step)).toEqual([5, 10]);
  });

  it("lets other failures through as they are", async () => {
    const failing = fake(() => {
      throw new TypeError("internal: no such thing");
    });
    await expect(failing.run()).rejects.toThrow(TypeError);
  });
});

describe("stopping", () => {
  it.each([
    [7, [5, 7]],
    [10, [5, 10]],
  ])("after step %d keeps it, once", async (at, kept) => {
    const { run, seen, saved } = fake(() => 1);
    const { outcome, progress } = await run({}, { stopping: () => seen.length >= at });
    expect({ outcome, step: progress.step }).toEqual({ outcome: "stopped", step: at });
    expect(saved.map(({ step }) => step)).toEqual(kept);
  });

  it("after the last step is no stop", async () => {
    const { run, seen } = fake(() => 1);
    expect((await run({}, { stopping: () => seen.length >= 23 })).outcome).toBe("finished");
  });

  it("and going on gives the evaluations of a run that was never stopped", async () => {
    const loss = (step: number) => 2 + Math.cos(step);
    const whole = await fake(loss).run();
    const first = fake(loss);
    const { progress } = await first.run({}, { stopping: () => first.seen.length >= 13 });
    expect((await fake(loss).run({}, {}, progress)).progress).toEqual(whole.progress);
  });
});
