/**
 * Induction (Olsson et al. 2022): on segments of random tokens that return after gaps of random length, a model of two layers
 * learns to go on as before, and one of one layer cannot. Asserted on the loss over the second time, the first token apart.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { NO_TARGET } from "../../src/corpus/masking.ts";
import { readConfig } from "../../src/load/family/config.ts";
import { random, shuffled } from "../../src/params/random.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { tensor } from "../../src/run/tensor.ts";
import { type Batch, causalBatch } from "../../src/train/batch.ts";
import { createTrainer, initialState } from "../../src/train/trainer.ts";

const [VOCABULARY, LENGTH, ROWS, STEPS] = [20, 32, 32, 1000];

/** Filler, a segment of different tokens, filler, the segment again, filler; `from` … `to` is what can be known. */
function row(uniform: () => number) {
  const upTo = (n: number) => Math.floor(uniform() * n);
  const filler = (n: number) => Array.from({ length: n }, () => upTo(VOCABULARY));
  const length = 9 + upTo(4);
  const segment = Array.from(shuffled(uniform, VOCABULARY).subarray(0, length));
  const before = upTo(LENGTH + 2 - 2 * length);
  const gap = upTo(LENGTH + 2 - 2 * length - before);
  const rest = LENGTH + 1 - 2 * length - before - gap;
  const ids = Int32Array.of(...filler(before), ...segment, ...filler(gap), ...segment, ...filler(rest));
  return { ids, from: before + length + gap + 1, to: before + 2 * length + gap };
}

function batch(seed: string, repeatedOnly: boolean): Batch {
  const uniform = random(seed);
  const rows = Array.from({ length: ROWS }, () => row(uniform));
  const whole = causalBatch(
    rows.map(({ ids }) => ids),
    { batch: ROWS, sequence: LENGTH },
  );
  if (!repeatedOnly) return whole;
  const data = new BigInt64Array(ROWS * LENGTH).fill(BigInt(NO_TARGET));
  let targets = 0;
  for (const [r, { ids, from, to }] of rows.entries()) {
    for (let p = from; p < to; p++, targets++) data[r * LENGTH + p - 1] = BigInt(ids[p]!);
  }
  return { ...whole, targets, feeds: { ...whole.feeds, targets: tensor(data, [ROWS, LENGTH]) } };
}

/** Nats per token of the repeated segments after training. */
async function lossOnRepeats(runtime: Runtime, layers: number): Promise<number> {
  const sizes = { hidden_size: 32, num_hidden_layers: layers, num_attention_heads: 4, intermediate_size: 64 };
  const form = { model_type: "llama", vocab_size: VOCABULARY, max_position_embeddings: LENGTH };
  const config = readConfig({ ...form, ...sizes }, "test");
  const adam = { betas: [0.9, 0.98], epsilon: 1e-9, weightDecay: 0.01, clip: 1 } as const;
  const options = { adam, dropout: { residual: 0, attention: 0 }, labelSmoothing: 0, seed: 1 };
  const trainer = createTrainer(runtime, config, options, initialState(config, 1));
  for (let step = 1; step <= STEPS; step++) await trainer.step([batch(`train ${step}`, false)], 5e-3 * Math.min(1, step / 50));
  const { nats, targets } = await trainer.evaluate([1, 2, 3, 4].map((k) => batch(`held out ${k}`, true)));
  return nats / targets;
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

it("forms in two layers and not in one", { timeout: 300_000 }, async () => {
  const blind = Math.log(VOCABULARY);
  expect(await lossOnRepeats(runtime, 2)).toBeLessThan(0.5 * blind);
  expect(await lossOnRepeats(runtime, 1)).toBeGreaterThan(0.8 * blind);
});
