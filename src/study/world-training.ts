/** Training on the synthetic world, the same in the study and in the lab: what a plan sets, and what is fixed. */
import type { Schedule } from "../train/schedule.ts";
import type { TrainerOptions } from "../train/trainer.ts";

/** The settings of models trained on the synthetic world, except for their heads. */
export interface WorldTraining {
  readonly width: number;
  readonly layers: number;
  readonly steps: number;
  /** Documents per step, and tokens read of each. */
  readonly batch: number;
  readonly sequence: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** The number of held-out documents for skills and losses. */
  readonly documents: number;
}

/** Returns the optimizer and regularization of a model with this seed. */
export const trainerOptionsOf = ({ weightDecay }: WorldTraining, seed: number): TrainerOptions => ({
  adam: { betas: [0.9, 0.98], epsilon: 1e-9, weightDecay, clip: 1 },
  dropout: { residual: 0, attention: 0 },
  labelSmoothing: 0,
  seed,
});

/** Returns the learning rates of a run. */
export const scheduleOf = ({ warmup }: WorldTraining): Schedule => ({ kind: "cosine", warmup, floor: 0.05 });
