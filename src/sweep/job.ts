/** A job of a sweep: a pure function of Headwise's version, a configuration, its data and a seed. */
import type { TrainConfig } from "../train/config.ts";
import type { Measuring } from "./measures.ts";

/** Trains a model and measures it. */
export interface ModelJob {
  readonly kind: "model";
  readonly config: TrainConfig;
  readonly measures: readonly Measuring[];
}

/** The work of a job, by kind. */
export type Work = ModelJob;

export interface Job {
  /** The first 16 hex digits of the SHA-256 of everything that determines its result. */
  readonly id: string;
  /** Its name in the plan. */
  readonly name: string;
  readonly work: Work;
  /** SHA-256 of every file that it reads, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly device: string;
  /** Writes TensorBoard event files beside the checkpoints. */
  readonly tensorboard?: boolean;
}

/** How far a job is. */
export interface JobProgress {
  /** What it does: "training", "measuring bleu". */
  readonly stage: string;
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
  /** Seconds of work so far, those of earlier attempts up to their last report included. */
  readonly seconds: number;
}

/** A measured number; one without an interval is a count. */
export interface JobValue {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** The machine that ran a job. */
export interface Machine {
  readonly name: string;
  readonly cpu: string;
  readonly system: string;
  readonly node: string;
}

/** The result of a job, as stored; the same job gives the same values on the same kind of machine. */
export interface JobResult {
  readonly schema: "headwise.job/1";
  readonly headwise: string;
  readonly id: string;
  readonly name: string;
  readonly values: Readonly<Record<string, JobValue>>;
  /** The held-out loss by step. */
  readonly curve: readonly (readonly [step: number, loss: number])[];
  /** SHA-256 of the model's weights. */
  readonly weights: string;
  readonly parameters: number;
  readonly seconds: number;
  readonly threads: number;
  readonly machine: Machine;
}

/** A job that failed as often as it may. */
export interface JobFailure {
  readonly schema: "headwise.job-failure/1";
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly message: string;
}

/** What a job's process says to the one that started it. */
export type JobMessage =
  | { readonly type: "progress"; readonly progress: JobProgress }
  | { readonly type: "done" }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly message: string; readonly input: boolean };
