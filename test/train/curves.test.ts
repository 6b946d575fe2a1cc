/** Small runs of every kind follow PyTorch's, from the same weights and batches (test/fixtures/make_training.py). */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/load/family/config.ts";
import { readTranslationConfig } from "../../src/load/family/translation-config.ts";
import { readTranslationWeights } from "../../src/load/family/translation-weights.ts";
import { readWeights } from "../../src/load/family/weights.ts";
import { fileSource } from "../../src/load/files/files.node.ts";
import { openSafetensors } from "../../src/load/format/safetensors.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor } from "../../src/run/tensor.ts";
import type { Batch } from "../../src/train/batch.ts";
import type { TrainableConfig } from "../../src/train/objective.ts";
import { learningRate, type Schedule } from "../../src/train/schedule.ts";
import { createTrainer, initialState } from "../../src/train/trainer.ts";

interface Golden {
  readonly options: {
    readonly schedule: { kind: Schedule["kind"]; learningRate?: number; factor?: number; width?: number } & Omit<
      Schedule,
      "kind"
    > & {
        steps?: number;
      };
    readonly betas: [number, number];
    readonly epsilon: number;
    readonly weightDecay: number;
    readonly clip: number | null;
    readonly labelSmoothing: number;
  };
  /** Rows (from, to) of parameters, by Hugging Face's names, whose gradient is nothing but rounding. */
  readonly noise: Readonly<Record<string, readonly number[]>>;
  readonly steps: readonly {
    readonly batches: readonly Readonly<Record<string, number[][]>>[];
    readonly loss: number;
    readonly gradientNorm: number;
    readonly learningRate: number;
  }[];
}

const folder = new URL("../fixtures/training/", import.meta.url).pathname;
const json = (path: string) => JSON.parse(readFileSync(`${folder}${path}`, "utf8")) as unknown;
const ARMS = ["causal", "masked", "translation", "llama"] as const;

async function weightsOf(arm: string, file: string, config: TrainableConfig): Promise<Map<string, Tensor>> {
  const source = await fileSource(`${folder}${arm}/${file}`);
  const tensors = await openSafetensors(source);
  const tree =
    config.family === "encoder-decoder" ? await readTranslationWeights(config, tensors) : await readWeights(config, tensors);
  await source.close();
  return byPath(tree);
}

function batchOf(golden: Readonly<Record<string, number[][]>>): Batch {
  const of = (rows: number[][]) => int64(rows.flat(), [rows.length, rows[0]!.length]);
  const count = (rows: number[][], is: (x: number) => boolean) => rows.flat().filter(is).length;
  const { ids, mask, targets, sourceIds, sourceMask } = golden as Record<"ids" | "mask" | "targets", number[][]> &
    Record<string, number[][] | undefined>;
  const [batch, length] = [ids.length, ids[0]!.length];
  const counts = { targets: count(targets, (t) => t >= 0), tokens: count(mask, (m) => m > 0) };
  if (!sourceIds)
    return { shape: { batch, sequence: length }, feeds: { ids: of(ids), mask: of(mask), targets: of(targets) }, ...counts };
  const shape = { batch, sequence: sourceIds[0]!.length, target: length };
  return {
    shape,
    feeds: { ids: of(sourceIds), mask: of(sourceMask!), decoderIds: of(ids), targets: of(targets) },
    ...counts,
  };
}

const peakOf = ({ schedule: { learningRate: rate, factor, width, warmup } }: Golden["options"]): number =>
  rate ?? factor! * (width! * warmup) ** -0.5;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

describe.each(ARMS)("%s", (arm) => {
  const golden = json(`${arm}/run.json`) as Golden;
  const hub = json(`${arm}/config.json`);
  const config: TrainableConfig = arm === "translation" ? readTranslationConfig(hub, arm) : readConfig(hub, arm);

  it("loss, gradient norm and learning rate of every step, and the last weights", { timeout: 120_000 }, async () => {
    const { betas, epsilon, weightDecay, clip, labelSmoothing, schedule } = golden.options;
    const adam = { betas, epsilon, weightDecay, clip };
    const options = { adam, labelSmoothing, dropout: { residual: 0, attention: 0 }, seed: 0 };
    const start = initialState(config, 0, await weightsOf(arm, "model.safetensors", config));
    const trainer = createTrainer(runtime, config, options, start);
    expect(golden.steps).toHaveLength(50);
    for (const [k, step] of golden.steps.entries()) {
      const rate = learningRate(schedule, peakOf(golden.options), k + 1, schedule.steps ?? 50);
      expect(rate).toBeCloseTo(step.learningRate, 9);
      const report = await trainer.step(step.batches.map(batchOf), rate);
      expect(Math.abs(report.loss - step.loss), `loss of step ${k + 1}`).toBeLessThan(1e-3);
      expect(Math.abs(report.gradientNorm / step.gradientNorm - 1), `gradient norm of step ${k + 1}`).toBeLessThan(2e-3);
    }
    const last = await weightsOf(arm, "final.safetensors", config);
    for (const [path, { data }] of last) {
      if (/\.bk$/.test(path)) continue; // its gradient is rounding alone: softmax does not see a shift of all keys
      const own = trainer.state.tensors.get(path)!.data as Float32Array;
      const apart = Math.max(...own.map((x, i) => Math.abs(x - (data[i] as number))));
      expect(apart, path).toBeLessThan(2e-3);
    }
  });
});
