/** A training run: steps with regular evaluations and checkpoints, until it is finished, stopped or diverged. */
import { InputError } from "../run/errors.ts";
import type { TrainingData } from "./data.ts";
import { bitsPerByte, perplexity } from "./metrics.ts";
import { learningRate, type Schedule } from "./schedule.ts";
import { Divergence, type StepReport, type Trainer } from "./trainer.ts";

export interface RunPlan {
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** The interval of evaluations and checkpoints in steps. */
  readonly every: number;
  /** Stops after this many evaluations without improvement. */
  readonly patience?: number;
}

/** The loss on held-out text. */
export interface Evaluation {
  readonly step: number;
  /** Nats per target. */
  readonly loss: number;
  readonly perplexity: number;
  readonly bitsPerByte?: number;
}

/** The state of a run besides weights and moments. */
export interface RunProgress {
  readonly step: number;
  /** The loss of the first step, and its running mean since. */
  readonly firstLoss?: number;
  readonly meanLoss?: number;
  readonly best?: Evaluation;
  /** Evaluations since the best one. */
  readonly waited: number;
  readonly evaluations: readonly Evaluation[];
}

export const freshProgress: RunProgress = { step: 0, waited: 0, evaluations: [] };

export interface RunHooks {
  /** Called after every step. */
  onStep?(report: StepReport, progress: RunProgress): void | Promise<void>;
  onEvaluation?(evaluation: Evaluation): void | Promise<void>;
  /** Saves the trainer's state; awaited. */
  save?(progress: RunProgress): Promise<void>;
  /** Returns true to stop after this step. */
  stopping?(): boolean;
}

/** Returns true if a run is evaluated and saved at `step`. */
export const isDue = ({ every, steps }: Pick<RunPlan, "every" | "steps">, step: number): boolean =>
  step % every === 0 || step === steps;

/**
 * Returns steps that are evenly spaced on a logarithmic scale: 0 (before training), 1, and on to the last; at most `count`, since the
 * first ones coincide.
 */
export const milestoneSteps = (steps: number, count: number): number[] => [
  ...new Set([0, ...Array.from({ length: count - 1 }, (_, k) => Math.round(steps ** (k / (count - 2))))]),
];

export type RunOutcome = "finished" | "no better" | "stopped";

/** A mean loss this many times the first one means divergence. */
const EXPLODED = 1.5;
const MEMORY = 0.95;

/**
 * Continues from `progress` to the plan's last step. Throws `InputError` if the loss is not finite or explodes; the message
 * gives the step and the learning rate.
 */
export async function runTraining(
  trainer: Trainer,
  data: TrainingData,
  plan: RunPlan,
  start: RunProgress,
  hooks: RunHooks = {},
): Promise<{ readonly outcome: RunOutcome; readonly progress: RunProgress }> {
  let progress = start;
  const patience = plan.patience ?? Number.POSITIVE_INFINITY;
  while (progress.step < plan.steps && progress.waited < patience) {
    const report = await trainer
      .step(data.batches(progress.step + 1), learningRate(plan.schedule, plan.learningRate, progress.step + 1, plan.steps))
      .catch(explainDivergence);
    progress = afterStep(progress, report);
    await hooks.onStep?.(report, progress);
    const due = isDue(plan, progress.step);
    if (due) {
      progress = await evaluate(trainer, data, progress, report, hooks);
      await hooks.save?.(progress);
    }
    if (hooks.stopping?.() && progress.step < plan.steps && progress.waited < patience) {
      if (!due) await hooks.save?.(progress);
      return { outcome: "stopped", progress };
    }
  }
  return { outcome: progress.waited < patience ? "finished" : "no better", progress };
}

function explainDivergence(error: unknown): never {
  if (!(error instanceof Divergence)) throw error;
  throw broken(error.report, `the loss is ${error.report.loss}`);
}

const broken = ({ step, learningRate: rate, gradientNorm }: StepReport, what: string): InputError =>
  new InputError(
    `step ${step}: ${what} (learning rate ${rate.toPrecision(3)}, gradient norm ${gradientNorm.toPrecision(3)}); lower the learning rate, warm up longer, or clip gradients`,
  );

function afterStep(before: RunProgress, report: StepReport): RunProgress {
  const { firstLoss = report.loss, meanLoss = report.loss } = before;
  const mean = MEMORY * meanLoss + (1 - MEMORY) * report.loss;
  if (mean > EXPLODED * firstLoss && report.step > 20)
    throw broken(report, `the loss explodes (a running mean of ${mean.toFixed(2)}, at first ${firstLoss.toFixed(2)})`);
  return { ...before, step: report.step, firstLoss, meanLoss: mean };
}

async function evaluate(
  trainer: Trainer,
  data: TrainingData,
  before: RunProgress,
  report: StepReport,
  { onEvaluation }: RunHooks,
): Promise<RunProgress> {
  const { nats, targets } = await trainer.evaluate(data.heldOut());
  if (targets === 0) return before;
  // weights that have diverged must not become a checkpoint
  if (!Number.isFinite(nats)) throw broken(report, `the held-out loss is ${nats / targets}`);
  const evaluation: Evaluation = {
    step: before.step,
    loss: nats / targets,
    perplexity: perplexity(nats, targets),
    ...(data.heldOutBytes !== undefined && { bitsPerByte: bitsPerByte(nats, data.heldOutBytes) }),
  };
  await onEvaluation?.(evaluation);
  const better = !before.best || evaluation.loss < before.best.loss;
  return {
    ...before,
    best: better ? evaluation : before.best,
    waited: better ? 0 : before.waited + 1,
    evaluations: [...before.evaluations, evaluation],
  };
}
