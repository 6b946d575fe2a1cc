/** The held-out loss of a finished run's model, batch by batch. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import type { Tensor } from "../../run/tensor.ts";
import type { TrainConfig } from "../config.ts";
import { createTrainer, initialState, weightsOf } from "../trainer.ts";
import { averaged, openRun, type Run, readState } from "./runs.node.ts";
import { prepareTask } from "./training-task.node.ts";

/** Sums over each batch of held-out data. */
export interface HeldOutLosses {
  readonly nats: Float64Array;
  readonly targets: Float64Array;
  /** Bytes of all held-out text, if targets are its tokens. */
  readonly bytes?: number;
}

/**
 * Evaluates the model that a finished run wrote (of one checkpoint, or the mean of several) on the run's held-out data. Throws
 * `InputError` if the run is not finished.
 */
export async function heldOutLosses(
  runtime: Runtime,
  config: TrainConfig,
  where: string,
  path: string,
): Promise<HeldOutLosses> {
  const run = await openRun(path);
  const task = await prepareTask(config, where);
  const { optimizer: adam, dropout, labelSmoothing, seed } = config;
  const state = initialState(task.config, seed, await modelWeights(run));
  const trainer = createTrainer(runtime, task.config, { adam, dropout, labelSmoothing, seed }, state);
  const sums: { nats: number; targets: number }[] = [];
  for (const batch of task.data.heldOut()) sums.push(await trainer.evaluate([batch]));
  return {
    nats: Float64Array.from(sums, ({ nats }) => nats),
    targets: Float64Array.from(sums, ({ targets }) => targets),
    bytes: task.data.heldOutBytes,
  };
}

/** Returns the weights of the run's model by path: those of its checkpoints, averaged. */
async function modelWeights(run: Run): Promise<Map<string, Tensor>> {
  const text = await readFile(join(run.path, "result.json"), "utf8").catch(() => {
    throw new InputError(`${run.path}: the run is not finished; resume it first`);
  });
  const steps = asRecord(JSON.parse(text)).from as readonly number[];
  return averaged(steps, async (step) => weightsOf(await readState(run, step)));
}
