/** Runs jobs on a few workers of this machine: each job is tried again after a crash, and all stop together. */
import type { Job, JobProgress } from "./job.ts";

/** How one attempt ended. */
export type AttemptEnd =
  | { readonly kind: "done" }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string; readonly input: boolean };

/** One running attempt. */
export interface Attempt {
  readonly ended: Promise<AttemptEnd>;
  stop(): void;
}

/** The state of a job in a pool. */
export type JobState =
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly attempt: number; readonly progress?: JobProgress }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly attempts: number; readonly message: string }
  | { readonly kind: "stopped" };

export interface PoolOptions {
  readonly workers: number;
  /** The number of attempts after which a job has failed. */
  readonly attempts: number;
  /** Starts an attempt of a job. */
  start(job: Job, progress: (progress: JobProgress) => void): Promise<Attempt>;
  /** Called whenever the state of a job changes; awaited when it has ended. */
  onState(job: Job, state: JobState): void | Promise<void>;
  /** Returns false if no further job may start, such as after the budget. */
  mayStart?(): boolean;
}

export interface Pool {
  /** Resolves when no job runs anymore. */
  readonly finished: Promise<void>;
  /** Starts no further job, and asks the running ones to end with a checkpoint. */
  stop(): void;
}

/** Starts the jobs in order. A job fails at once if its input is wrong, and after `attempts` crashes otherwise. */
export function runPool(jobs: readonly Job[], options: PoolOptions): Pool {
  const { workers, attempts, start, onState, mayStart = () => true } = options;
  const waiting = [...jobs];
  const running = new Set<Attempt>();
  let stopping = false;

  async function attempt(job: Job, number: number): Promise<JobState> {
    await onState(job, { kind: "running", attempt: number });
    const started = await start(job, (progress) => void onState(job, { kind: "running", attempt: number, progress }));
    running.add(started);
    if (stopping) started.stop();
    const ended = await started.ended;
    running.delete(started);
    if (ended.kind !== "failed") return ended;
    if (ended.input || number >= attempts) return { kind: "failed", attempts: number, message: ended.message };
    return stopping ? { kind: "stopped" } : attempt(job, number + 1);
  }

  async function work(): Promise<void> {
    while (!stopping && mayStart()) {
      const job = waiting.shift();
      if (!job) return;
      await onState(job, await attempt(job, 1));
    }
  }

  return {
    finished: Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work)).then(() => {}),
    stop() {
      stopping = true;
      for (const one of running) one.stop();
    },
  };
}
