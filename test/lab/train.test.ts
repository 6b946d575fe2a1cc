/** One head against many, trained live: the same numbers whenever, however often interrupted, and whoever else is training. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPair } from "../../lab/engine/training/training.ts";
import {
  type Advanced,
  checkPlan,
  LIVE,
  type Moment,
  offered,
  type TrainingPlan,
} from "../../lab/engine/training/training-plan.ts";
import { LiveTraining, type Trainee } from "../../lab/pages/train/live.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { InputError } from "../../src/run/errors.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";

const PLAN: TrainingPlan = {
  ...{ ...LIVE, seed: 3, heads: 4, width: 24, innerWidth: 20, layers: 2, steps: 13, batch: 5, sequence: 48 },
  ...{ warmup: 2, every: 5, documents: 64, probed: 32 },
};

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** The moment before the first step. */
async function firstMoment(plan: TrainingPlan): Promise<Moment> {
  const pair = await createPair(runtime, plan);
  for (;;) {
    const { moment } = await pair.advance();
    if (moment) return moment;
  }
}

interface Ran {
  readonly losses: readonly (readonly [number, number])[];
  readonly moments: readonly Moment[];
}

async function ran(plan: TrainingPlan): Promise<Ran> {
  const pair = await createPair(runtime, plan);
  const steps: Advanced[] = [];
  while (!pair.done) steps.push(await pair.advance());
  return {
    losses: steps.flatMap(({ losses }) => (losses ? [losses] : [])),
    moments: steps.flatMap(({ moment }) => moment ?? []),
  };
}

/** As the page holds its worker. */
function traineeOf(closed: () => void = () => {}): Trainee {
  let pair: Awaited<ReturnType<typeof createPair>>;
  return {
    begin: async (plan) => (pair = await createPair(runtime, plan)).begun,
    advance: () => pair.advance(),
    close: closed,
  };
}

const until = (training: LiveTraining, reached: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const heard = () => {
      if (!reached()) return;
      training.removeEventListener("change", heard);
      resolve();
    };
    training.addEventListener("change", heard);
    heard();
  });

it("the same seed gives the same losses, skills and costs, another seed others", async () => {
  const [first, second, other] = [await ran(PLAN), await ran(PLAN), await ran({ ...PLAN, seed: 4 })];
  expect(second).toEqual(first);
  expect(other.losses[0]).not.toEqual(first.losses[0]);
  expect(first.losses[0]![0] - first.losses.at(-1)![0]).toBeGreaterThan(0.5);
});

it("paused, gone on with and single steps equal an uninterrupted run", async () => {
  const whole = await ran(PLAN);
  const training = new LiveTraining(() => traineeOf());
  void training.start(PLAN);
  await until(training, () => training.step >= 3);
  training.pause();
  await until(training, () => training.phase === "paused");
  const stopped = training.step;
  await training.once(PLAN);
  expect(training.step).toBe(stopped + 1);
  expect(training.phase).toBe("paused");
  await training.start(PLAN);
  expect(training.phase).toBe("done");
  expect(training.losses.map((losses) => losses.length)).toEqual([PLAN.steps, PLAN.steps]);
  expect(training.losses[0].map((loss, k) => [loss, training.losses[1][k]])).toEqual(whole.losses);
  expect(training.moments).toEqual(whole.moments);
});

it("a pause takes effect within a measurement, whose parts are short, and nothing is lost", async () => {
  const whole = await ran(PLAN);
  const training = new LiveTraining(() => traineeOf());
  void training.start(PLAN);
  for (const reached of [
    () => training.phase === "opening" && training.measuring,
    () => training.step >= 5 && training.measuring,
  ]) {
    await until(training, reached);
    const { length } = training.moments;
    const asked = performance.now();
    training.pause();
    await until(training, () => training.phase === "paused");
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(training.moments).toHaveLength(length);
    void training.start(PLAN);
  }
  await until(training, () => training.phase === "done");
  expect(training.moments).toEqual(whole.moments);
});

it("a reset ends the worker, drops what it still says, and begins the same curve again", async () => {
  let closed = 0;
  const training = new LiveTraining(() => traineeOf(() => closed++));
  const running = training.start(PLAN);
  await until(training, () => training.step >= 2);
  training.reset();
  await running;
  expect(closed).toBe(1);
  expect([training.step, training.moments.length, training.phase]).toEqual([0, 0, "new"]);
  await training.start(PLAN);
  const whole = await ran(PLAN);
  expect(training.losses[1]).toEqual(whole.losses.map(([, many]) => many));
});

it("what fails is told in one sentence, and the worker is ended", async () => {
  let closed = 0;
  const training = new LiveTraining(() => traineeOf(() => closed++));
  await training.start({ ...PLAN, heads: 5 });
  expect(training.phase).toBe("failed");
  expect(training.failure).toBe("5 heads do not divide the width 24 (24 / 5 = 4.80); choose 2, 3, 4, 6, 12");
  expect(closed).toBe(1);
});

it.each([
  [7, "7 heads do not divide the width 64 (64 / 7 = 9.14); choose 2, 4, 8, 16, 32"],
  [64, "64 heads have a width of 1 each, but rotary positions need an even width; choose 2, 4, 8, 16, 32"],
  [1, "compare one head with at least 2, got 1; choose 2, 4, 8, 16, 32"],
  [2.5, "2.5 heads do not divide the width 64 (64 / 2.5 = 25.60); choose 2, 4, 8, 16, 32"],
])("%s heads are refused before anything is built", async (heads, sentence) => {
  const plan = { ...LIVE, seed: 1, heads };
  await expect(createPair(runtime, plan)).rejects.toThrow(new InputError(sentence));
  expect(offered(64)).not.toContain(heads);
});

it("what is offered can be trained, and only a whole seed", () => {
  for (const heads of offered(64)) expect(() => checkPlan({ width: 64, heads, seed: 1 })).not.toThrow();
  expect(() => checkPlan({ width: 64, heads: 8, seed: 0.5 })).toThrow("the seed is 0.5; enter a whole number");
});

it("the timeline has every moment, and each moment is whole", async () => {
  const { moments } = await ran(PLAN);
  expect(moments.map(({ step }) => step)).toEqual([0, 5, 10, 13]);
  for (const { models } of moments) {
    expect(models.map(({ heads }) => heads)).toEqual([1, 4]);
    for (const { heads, loss, skills, costs } of models) {
      expect(loss).toBeGreaterThan(0);
      expect(skills).toHaveLength(RELATIONS.length);
      expect(costs.map(({ name }) => name)).toEqual(
        [0, 1].flatMap((l) => Array.from({ length: heads }, (_, h) => `${l}.${h}`)),
      );
      const edges = costs.flatMap(({ lost }) => lost.flatMap(({ value, low, high }) => [low, value, high]));
      for (const value of [...skills, ...edges]) expect(Math.abs(value)).toBeLessThanOrEqual(1);
    }
  }
});

it("both models have as many parameters, and guess before they have learned anything", async () => {
  const plan = { ...PLAN, steps: 1, documents: 256 };
  const { begun } = await createPair(runtime, plan);
  const other = (await createPair(runtime, { ...plan, heads: 2 })).begun;
  expect(begun.parameters).toBe(other.parameters);
  const moment = await firstMoment(plan);
  expect(moment.models[0]).toEqual((await firstMoment({ ...plan, heads: 2 })).models[0]);
  expect(begun.chance.map((c) => c.toFixed(3))).toEqual(["0.500", "0.125", "0.125", "0.125", "0.250", "0.125", "0.250"]);
  for (const { skills } of moment.models)
    for (const [r, skill] of skills.entries()) expect(Math.abs(skill - begun.chance[r]!), RELATIONS[r]).toBeLessThan(0.15);
});
