/** Training with features of attention, from a training configuration on: what they learn, how runs resume, what is refused. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { random } from "../../src/params/random.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { type Batch, causalBatch, maskedBatch, translationBatch } from "../../src/train/batch.ts";
import { readTrainConfig, type TrainConfig } from "../../src/train/config.ts";
import { hubConfig } from "../../src/train/model.ts";
import type { TrainableConfig } from "../../src/train/objective.ts";
import { createTrainer, initialState, type TrainingState } from "../../src/train/trainer.ts";

const WORDS = 23;
const OPTIONS = {
  adam: { betas: [0.9, 0.98], epsilon: 1e-9, weightDecay: 0, clip: 1 },
  dropout: { residual: 0, attention: 0 },
  labelSmoothing: 0,
  seed: 5,
} as const;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

function rowsFor(seed: number): Int32Array[] {
  const uniform = random(seed);
  return Array.from({ length: 3 }, () => Int32Array.from({ length: 9 }, () => 3 + Math.floor(uniform() * (WORDS - 3))));
}
const MASKING = { special: new Set([0, 1, 2]), paddingId: 0, maskId: 2, vocabulary: WORDS, share: 0.4 };
const BATCHES: Readonly<Record<TrainConfig["task"], (seed: number) => Batch>> = {
  causal: (seed) => causalBatch(rowsFor(seed), { batch: 3, sequence: 11 }),
  masked: (seed) => maskedBatch(rowsFor(seed), { batch: 3, sequence: 11 }, MASKING, random(seed)),
  translation: (seed) =>
    translationBatch(rowsFor(seed), rowsFor(seed + 1), { batch: 3, sequence: 11, target: 12 }, { start: 1, padding: 1 }),
};

const jsonOf = (task: TrainConfig["task"], attention: object, model: object = {}) => ({
  task,
  data: { text: "text.txt", source: "a.txt", target: "b.txt" },
  model: { layers: 1, width: 12, heads: 3, ...model, attention },
  batch: { length: 13 },
});

function configOf(task: TrainConfig["task"], attention: object, model: object = {}): TrainableConfig {
  const config = readTrainConfig(jsonOf(task, attention, model), "run.json");
  const json = hubConfig(config, { vocabulary: WORDS, start: 1, end: 2, padding: 0 }, "run.json");
  return (task === "translation" ? readTranslationConfig : readConfig)(json, "config.json");
}

const numbers = (state: TrainingState, name: string): number[] => Array.from(state.tensors.get(name)!.data, Number);
const copied = ({ step, tensors }: TrainingState): TrainingState => ({
  step,
  tensors: new Map(
    [...tensors].map(([name, { data, shape }]): [string, Tensor] => [name, tensor(data.slice() as Float32Array, shape)]),
  ),
});

const span = { longest: 11, ramp: 3 };
const ALL = { gate: true, normalizer: "entmax", alpha: "learned", span, talking: true };

describe.each(["causal", "masked", "translation"] as const)("%s", (task) => {
  const config = configOf(task, ALL);

  it("learns α, spans and mixing, and goes on from a copy bit for bit", async () => {
    const trainer = createTrainer(runtime, config, OPTIONS, initialState(config, 3));
    const before = copied(trainer.state);
    for (const step of [1, 2, 3]) await trainer.step([BATCHES[task](step)], 0.01);
    const resumed = createTrainer(runtime, config, OPTIONS, copied(trainer.state));
    for (const step of [4, 5]) {
      const batch = BATCHES[task](step);
      expect(await resumed.step([batch], 0.01)).toEqual(await trainer.step([batch], 0.01));
    }
    expect(resumed.state).toEqual(trainer.state);
    for (const { path, name } of sitesOf(config)) {
      expect(numbers(before, `${path}.alpha`)).toEqual([0, 0, 0]);
      expect(numbers(before, `${path}.mixScores`)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
      for (const part of ["alpha", "mixScores", "mixWeights", "wg"])
        expect(numbers(trainer.state, `${path}.${part}`), part).not.toEqual(numbers(before, `${path}.${part}`));
      expect(trainer.state.tensors.has(`${path}.span`)).toBe(!name.startsWith("cross."));
    }
  });
});

describe("spans", () => {
  const learned = async (penalty: number, steps: number) => {
    const config = configOf("causal", { span: { ...span, penalty } });
    const state = initialState(config, 3);
    const half = { data: new Float32Array(3).fill(0.05), shape: [3] };
    const from = { step: 0, tensors: new Map([...state.tensors, ["layers.0.attention.span", tensor(half.data, half.shape)]]) };
    const trainer = createTrainer(runtime, config, OPTIONS, from);
    const { loss } = await trainer.step([BATCHES.causal(1)], 0.01);
    for (let step = 1; step < steps; step++) await trainer.step([BATCHES.causal(1)], 0.01);
    return { loss, shares: numbers(trainer.state, "layers.0.attention.span") };
  };

  it("shrink to 0 and stay there under a large penalty, which the reported loss leaves out", async () => {
    const [pressed, free] = [await learned(100, 8), await learned(0, 1)];
    expect(pressed.shares).toEqual([0, 0, 0]);
    expect(pressed.loss).toBe(free.loss);
    expect(free.shares).not.toEqual([0, 0, 0]);
  });
});

describe("features that do not fit are refused in one line", () => {
  const SPAN = { longest: 13 };
  it.each([
    [{ alpha: 1.5 }, {}, '"model.attention.alpha" is 1.5; correct it (only with "normalizer": "entmax")'],
    [
      { normalizer: "sparsemax", alpha: 1.5 },
      {},
      '"model.attention.alpha" is 1.5; correct it (only with "normalizer": "entmax")',
    ],
    [
      { normalizer: "entmax", alpha: 1 },
      {},
      '"model.attention.alpha" is 1; correct it (Too small: expected number to be >=1.01)',
    ],
    [
      { normalizer: "entmax", alpha: 0.5 },
      {},
      '"model.attention.alpha" is 0.5; correct it (Too small: expected number to be >=1.01)',
    ],
    [
      { normalizer: "entmax", alpha: "free" },
      {},
      '"model.attention.alpha" is "free"; correct it (expected a number from 1.01 to 2, or "learned")',
    ],
    [{ normalizer: "max" }, {}, '"model.attention.normalizer" is "max"; correct it (expected one of "sparsemax"|"entmax")'],
    [{ span: { ...SPAN, ramp: 0 } }, {}, '"model.attention.span.ramp" is 0; correct it (Too small: expected number to be >0)'],
    [
      { span: { ...SPAN, penalty: -1 } },
      {},
      '"model.attention.span.penalty" is -1; correct it (Too small: expected number to be >=0)',
    ],
    [
      { span: { longest: 14 } },
      {},
      `"model.attention.span.longest" is 14, longer than the model's 13 positions; set it to 13 or less`,
    ],
    [{ span: {} }, {}, '"model.attention.span.longest" is missing; correct it'],
    [
      { talking: true },
      { architecture: "llama", heads: 4, keyValueHeads: 2 },
      '"model.attention.talking" is set, but 4 heads share 2 key/value heads; use 4 of them, or remove it',
    ],
    [{ talking: 5 }, {}, '"model.attention.talking" is 5, but there are 3 original heads; set it to true'],
  ])("%j", (attention, model, message) => {
    expect(() => configOf("causal", attention, model)).toThrow(`run.json: ${message}`);
  });
});
