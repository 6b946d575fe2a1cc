/** Twenty steps on the synthetic world of relations, dropout included: run in Node and in the browser, and compared. */
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { WORLD_SPECIAL, worldEncoder } from "../../src/corpus/world/tokenizer.ts";
import { readConfig } from "../../src/load/family/config.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { endlessData } from "../../src/train/data.ts";
import { learningRate } from "../../src/train/schedule.ts";
import { createTrainer, initialState } from "../../src/train/trainer.ts";

const STEPS = 20;

/** The loss of every step, and of held-out documents at the end. */
export async function trainOnWorld(runtime: Runtime): Promise<number[]> {
  const world = createWorld();
  const encode = worldEncoder(world);
  const sizes = { n_embd: 32, n_layer: 2, n_head: 4, n_positions: 48, vocab_size: world.words.length + WORLD_SPECIAL.length };
  const config = readConfig({ model_type: "gpt2", ...sizes }, "test");
  const adam = { betas: [0.9, 0.98], epsilon: 1e-9, weightDecay: 0.01, clip: 1 } as const;
  const options = { adam, dropout: { residual: 0.1, attention: 0.1 }, labelSmoothing: 0, seed: 1 };
  const trainer = createTrainer(runtime, config, options, initialState(config, 1));
  const documents = (seed: string) => (first: number, count: number) => worldDocuments(seed, count, first).map(encode);
  const shape = { tokens: 16 * 48, seed: 1, accumulate: 1, sequence: 48 };
  const data = endlessData(documents("train"), documents("held out")(0, 32), 16, shape);
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const rate = learningRate({ kind: "cosine", warmup: 5 }, 3e-3, step, STEPS);
    losses.push((await trainer.step(data.batches(step), rate)).loss);
  }
  const { nats, targets } = await trainer.evaluate(data.heldOut());
  return [...losses, nats / targets];
}
