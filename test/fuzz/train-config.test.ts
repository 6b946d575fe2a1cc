/** Broken training configurations: they are read, or an InputError of one short line says why not. */
import { expect, it } from "vitest";
import { InputError } from "../../src/run/errors.ts";
import { readTrainConfig, type TrainConfigInput } from "../../src/train/config.ts";
import { dice, FUZZ_CASES, mutateJson } from "./mutate.ts";

const CONFIGS: readonly TrainConfigInput[] = [
  {
    ...{ task: "causal", data: { text: ["a.txt", "b.txt"], documents: "line", heldOut: 5, validation: "c.txt" } },
    ...{ model: { architecture: "llama", layers: 2, width: 64, heads: 4, keyValueHeads: 2, innerWidth: 128, positions: 64 } },
    ...{ steps: 100, seed: 3, batch: { tokens: 512, length: 64, accumulate: 2, buckets: 3 }, dropout: { residual: 0.1 } },
    ...{ optimizer: { learningRate: 1e-3, betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.1, clip: null } },
    ...{ schedule: { kind: "cosine", warmup: 10, floor: 0 }, labelSmoothing: 0.1, every: 10, patience: 3, keep: 5, average: 2 },
  },
  { task: "masked", data: { builtin: "relations" }, tokenizer: { vocabulary: 500, minFrequency: 1 }, model: { heads: 2 } },
  { task: "translation", data: { source: "a", target: "b" }, model: { normFirst: true, decoderLayers: 2, activation: "relu" } },
  { data: { text: "a.txt" }, from: "builtin:english", steps: 10 },
];

it(`${FUZZ_CASES} mutated training configurations are read or refused in one line`, { timeout: 0 }, () => {
  let [read, refused] = [0, 0];
  for (let k = 0; k < FUZZ_CASES; k++) {
    const d = dice(`train ${k}`);
    const json = mutateJson(d.pick(CONFIGS), d);
    try {
      readTrainConfig(json, "t.json");
      read++;
    } catch (error) {
      if (!(error instanceof InputError))
        throw new Error(`case ${k}: ${JSON.stringify(json).slice(0, 2000)}`, { cause: error });
      expect(error.message).not.toContain("\n");
      expect(error.message.length).toBeLessThan(1000);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(FUZZ_CASES / 4);
  expect(read).toBeGreaterThan(FUZZ_CASES / 20);
});
