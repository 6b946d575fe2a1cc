/** A complete run on disk, from its configuration or its last checkpoint to its model. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { claim } from "../../load/files/claim.node.ts";
import { writeWhole } from "../../load/files/write.node.ts";
import { writeFolder } from "../../load/files/write-folder.node.ts";
import { writeSafetensors } from "../../load/format/safetensors-write.ts";
import { sitesOf } from "../../models/sites.ts";
import { isRecord } from "../../params/keyed.ts";
import { InputError } from "../../run/errors.ts";
import type { Runtime } from "../../run/runtime.ts";
import { VERSION } from "../../version.ts";
import { checkHeadDropout, readTrainConfig, type TrainConfig } from "../config.ts";
import { headDropoutRate } from "../dropout.ts";
import { isTrained } from "../objective.ts";
import { freshProgress, isDue, milestoneSteps, type RunHooks, type RunOutcome, type RunProgress, runTraining } from "../run.ts";
import { createTrainer, initialState, type Trainer, weightsOf } from "../trainer.ts";
import { setDamagedAside } from "./damage.node.ts";
import { hasEvents, openEvents } from "./events.node.ts";
import { fileHashes } from "./prepare.node.ts";
import {
  averageCheckpoints,
  checkpointPath,
  checkpointSteps,
  createRun,
  openMetrics,
  openRun,
  pruneCheckpoints,
  type Run,
  type RunRecord,
  readCheckpoint,
  refuseExisting,
  saveCheckpoint,
  saveMilestone,
} from "./runs.node.ts";
import { prepareTask, type TrainingTask } from "./training-task.node.ts";

export interface SessionOptions {
  /** The run's folder, such as `runs/NAME`. */
  readonly path: string;
  readonly resume?: boolean;
  /** Writes TensorBoard event files to the run's folder `tensorboard`; a run that has this folder always continues them. */
  readonly tensorboard?: boolean;
  readonly hooks?: Omit<RunHooks, "save">;
  /** Called about changes that could affect the numbers, such as another number of threads. */
  readonly warn?: (message: string) => void;
  /** Called once with facts about the training to come. */
  readonly begin?: (facts: { readonly parameters: number; readonly from: number; readonly epoch?: number }) => void;
}

export interface SessionResult {
  readonly outcome: RunOutcome;
  readonly progress: RunProgress;
  /** The finished model's folder; absent if the run was stopped. */
  readonly model?: string;
}

/**
 * Trains as `config` says, in `path`. With `resume`, the run continues from its last checkpoint and ends with the same weights:
 * bit for bit, on the same machine with the same number of threads. Throws `InputError` for invalid input, for a run that
 * diverges, if resuming would not give the same result, or if another process has the run.
 */
export async function trainSession(
  runtime: Runtime,
  config: TrainConfig,
  where: string,
  options: SessionOptions,
): Promise<SessionResult> {
  const own = await claim(options.path);
  try {
    return await claimedSession(runtime, config, where, options);
  } finally {
    own.release();
  }
}

async function claimedSession(
  runtime: Runtime,
  config: TrainConfig,
  where: string,
  options: SessionOptions,
): Promise<SessionResult> {
  if (!options.resume) await refuseExisting(options.path); // before any work
  const files = await fileHashes(config);
  const task = await prepareTask(config, where);
  const heads = sitesOf(task.config).map((site) => site.heads);
  checkHeadDropout(config, heads, where); // a model that is continued is known only now
  const record: RunRecord = {
    headwise: VERSION,
    config,
    files: {
      ...files,
      ...(task.heldOutHash && { "the held-out part": task.heldOutHash }),
      "tokenizer.json": createHash("sha256").update(task.files["tokenizer.json"]!).digest("hex"),
    },
    threads: runtime.threads,
    device: runtime.device,
  };
  const run = options.resume ? await openRun(options.path) : await createRun(options.path, record);
  if (options.resume) compare(run.record, record, options.warn ?? (() => {}));
  return carryOn(runtime, config, task, run, options);
}

/** Throws if a setting that must be the same has changed; warns about settings that should be the same. */
function compare(was: RunRecord, is: RunRecord, warn: (message: string) => void): void {
  // options that did not exist when the run began have their defaults
  const changed = differences(readTrainConfig(was.config, "config.json"), is.config);
  if (changed.length > 0)
    throw new InputError(`the run was started with another configuration (${changed[0]}); start a new run with another --name`);
  for (const [name, hash] of Object.entries(is.files))
    if (was.files[name] !== hash)
      throw new InputError(`${name} has changed since the run began; restore it, or start a new run`);
  const words = { threads: "threads", device: "device", headwise: "Headwise's version" } as const;
  for (const key of ["threads", "device", "headwise"] as const)
    if (was[key] !== is[key]) warn(`${words[key]}: ${was[key]} before, ${is[key]} now; results will not be bit-identical`);
}

/** Returns the keys whose values differ, as `key: was A, is B`. */
export function differences(was: unknown, is: unknown, path = ""): string[] {
  if (isRecord(was) && isRecord(is)) {
    const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
    return [...keys].flatMap((key) => differences(was[key], is[key], path ? `${path}.${key}` : key));
  }
  const [a, b] = [JSON.stringify(was), JSON.stringify(is)];
  return a === b ? [] : [`"${path}" was ${a ?? "not set"}, is ${b ?? "not set"}`];
}

async function carryOn(
  runtime: Runtime,
  config: TrainConfig,
  task: TrainingTask,
  run: Run,
  options: SessionOptions,
): Promise<SessionResult> {
  const { warn = () => {} } = options;
  if (options.resume) await setDamagedAside(run, config.average > 1 || config.patience !== undefined, warn);
  const last = options.resume ? await readCheckpoint(run) : undefined;
  const start = last?.progress ?? freshProgress;
  const state = last?.state ?? initialState(task.config, config.seed, task.weights);
  const { betas, epsilon, weightDecay, clip, learningRate } = config.optimizer;
  const adam = { betas, epsilon, weightDecay, clip };
  const { dropout, labelSmoothing, seed, every, patience, steps, schedule } = config;
  const headRate = (step: number) => headDropoutRate(dropout, step, schedule.warmup, steps);
  const trainer = createTrainer(runtime, task.config, { adam, dropout, labelSmoothing, seed, headRate }, state);
  const parameters = [...weightsOf(state)].reduce((n, [name, t]) => n + (isTrained(name) ? t.data.length : 0), 0);
  options.begin?.({ parameters, from: start.step, epoch: task.data.epoch });
  const plan = { steps, learningRate, schedule, every, patience };
  const { outcome, progress } = await withMetrics(trainer, task, config, run, start, plan, options);
  if (outcome === "stopped") return { outcome, progress };
  return { outcome, progress, model: await writeModel(config, task, run, progress) };
}

async function withMetrics(
  trainer: Trainer,
  task: TrainingTask,
  config: TrainConfig,
  run: Run,
  start: RunProgress,
  plan: Parameters<typeof runTraining>[2],
  { hooks = {}, tensorboard, warn = () => {} }: SessionOptions,
) {
  const metrics = await openMetrics(run, start.step);
  if (metrics.missing > 0)
    warn(`${run.path}: metrics.jsonl lacks ${metrics.missing} of ${start.step} lines; they will not be restored`);
  const milestones = new Set(config.milestones === undefined ? [] : milestoneSteps(config.steps, config.milestones));
  const passed = async (step: number) => {
    if (milestones.has(step)) await saveMilestone(run, step, task.files, task.stored(weightsOf(trainer.state)));
  };
  if (start.step === 0) await passed(0);
  const before = { steps: metrics.before, evaluations: start.evaluations };
  const events = tensorboard || (await hasEvents(run)) ? await openEvents(run, before) : undefined;
  return runTraining(trainer, task.data, plan, start, {
    ...hooks,
    async onEvaluation(evaluation) {
      await events?.addEvaluation(evaluation);
      await hooks.onEvaluation?.(evaluation);
    },
    async onStep(report, progress) {
      metrics.add(report);
      await events?.addStep(report);
      await passed(report.step);
      await hooks.onStep?.(report, progress);
    },
    async save(progress) {
      await metrics.flush(); // first, since a resumed run drops extra lines, but cannot restore missing ones
      await saveCheckpoint(run, task.files, task.stored(weightsOf(trainer.state)), trainer.state, progress);
      await pruneCheckpoints(run, { keep: config.keep, best: progress.best?.step, isDue: (step) => isDue(config, step) });
    },
  })
    .catch(async (error) => {
      throw await withLastCheckpoint(error, run);
    })
    .finally(() => events?.close());
}

/** Adds the checkpoint to continue from to the error of a failed run. */
async function withLastCheckpoint(error: unknown, run: Run): Promise<unknown> {
  if (!(error instanceof InputError)) return error;
  const step = (await checkpointSteps(run)).at(-1);
  const from = step === undefined ? "no checkpoint was written" : `the last good checkpoint is ${checkpointPath(run, step)}`;
  return new InputError(`${run.path}: ${error.message}; ${from}`);
}

/** Writes the model of a finished run: the last one, the best one, or a mean of the last few. */
async function writeModel(config: TrainConfig, task: TrainingTask, run: Run, progress: RunProgress): Promise<string> {
  const steps = (await checkpointSteps(run)).filter((step) => isDue(config, step)); // checkpoints of a Ctrl-C do not count
  const chosen =
    config.average > 1
      ? steps.slice(-config.average)
      : [config.patience ? (progress.best?.step ?? progress.step) : progress.step];
  const weights = await averageCheckpoints(run, chosen);
  const model = join(run.path, "model");
  await writeFolder(model, [...Object.entries(task.files), ["model.safetensors", writeSafetensors(weights)]]);
  const result = {
    ...run.record,
    steps: progress.step,
    from: chosen,
    ...(({ evaluations, best }) => ({ best, evaluations }))(progress),
  };
  await writeWhole(join(run.path, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  return model;
}
