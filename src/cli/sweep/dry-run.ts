/** `headwise sweep --dry-run`: the hours that a sweep will take, from the first steps of its first model. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeRuntime } from "../../run/ort.node.ts";
import type { Job } from "../../sweep/job.ts";
import type { SweepPlan } from "../../sweep/plan.ts";
import { trainSession } from "../../train/run-folder/session.node.ts";
import { decimal, plural } from "../../view/page/numbers.ts";
import { type JsonOption, prepareJson } from "../terminal/json.ts";

/** The steps that are timed, after one that is not: the first compiles its programs. */
const TIMED = 10;

interface Probed {
  readonly plan: SweepPlan;
  readonly jobs: readonly Job[];
}

/**
 * Trains the first model for a few steps in a temporary folder, and scales its time per step to the others by the multiply-adds of a
 * step: width² × layers × tokens. Measures and reading the data are not in the estimate.
 */
export async function dryRun({ plan, jobs }: Probed, options: JsonOption & { readonly workers?: number }): Promise<void> {
  const write = await prepareJson(options);
  const [first] = jobs as [Job];
  const folder = await mkdtemp(join(tmpdir(), "headwise-probe-"));
  const runtime = await nodeRuntime({ device: first.device, threads: first.threads });
  const ends: number[] = [];
  try {
    await trainSession(runtime, first.work.config, first.name, {
      path: join(folder, "run"),
      hooks: { onStep: () => void ends.push(performance.now()), stopping: () => ends.length > TIMED },
    });
  } finally {
    await runtime.release();
    await rm(folder, { recursive: true, force: true });
  }
  const seconds = ends.length > 1 ? (ends.at(-1)! - ends[0]!) / 1000 / (ends.length - 1) : Number.NaN;
  const own = workOf(first);
  const alone = jobs.map((job) => (seconds * job.work.config.steps * workOf(job)) / own);
  const hours = alone.reduce((sum, one) => sum + one, 0) / 3600;
  const workers = Math.min(options.workers ?? 1, jobs.length);
  const data = {
    schema: "headwise.sweep-estimate/1",
    models: jobs.length,
    secondsPerStep: seconds,
    hours,
    workers,
    hoursWithWorkers: hours / workers,
  };
  await write({
    data,
    text: () =>
      [
        `${plural(plan.models.length, "model")}: about ${decimal(hours, 1)} hours of training with ${plural(first.threads, "thread")} each, one after the other${workers > 1 ? `; ${decimal(hours / workers, 1)} hours with ${workers} workers` : ""}`,
        `(${decimal(seconds, 3)} s per step of ${first.name}, scaled to the others by width² × layers × tokens; measures are not counted)`,
      ].join("\n"),
  });
}

/** Returns a number proportional to the multiply-adds of a step. */
function workOf({ work: { config } }: Job): number {
  const { width, layers, decoderLayers = layers } = config.model;
  const { tokens, accumulate } = config.batch;
  return width * width * (config.task === "translation" ? layers + decoderLayers : layers) * tokens * accumulate;
}
