/** `headwise sweep`: trains and measures the models of a plan, on a few workers of this machine. */
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { readWhole } from "../../corpus/text.node.ts";
import { claim } from "../../load/files/claim.node.ts";
import { unwritable } from "../../load/files/place.node.ts";
import { writeWhole } from "../../load/files/write.node.ts";
import { parseJson } from "../../load/format/json.ts";
import { asRecord } from "../../params/keyed.ts";
import { jobFolder, type KeptPlan, readJobs, writeFailure } from "../../sweep/folder.node.ts";
import type { Job } from "../../sweep/job.ts";
import { jobsOf } from "../../sweep/jobs.node.ts";
import { readPlan, type SweepPlan } from "../../sweep/plan.ts";
import { type JobState, runPool } from "../../sweep/pool.ts";
import { startJob } from "../../sweep/supervise.node.ts";
import { VERSION } from "../../version.ts";
import { sweepText } from "../../view/sweep/sweep-text.ts";
import type { RunOptions } from "../read/options.ts";
import { type JsonOption, prepareJson } from "../terminal/json.ts";
import { print, tell, terminal } from "../terminal/output.ts";
import { INTERRUPTED, onSignal } from "../terminal/signals.ts";
import { type ClusterSystem, clusterScript } from "./cluster.ts";
import { dryRun } from "./dry-run.ts";
import { createFleetView } from "./fleet-view.ts";
import { resultFiles, writeResults } from "./results.ts";

export interface SweepOptions extends RunOptions, JsonOption {
  readonly out?: string;
  readonly workers?: number;
  readonly yes?: boolean;
  readonly retry?: boolean;
  readonly shard?: Shard;
  readonly emit?: ClusterSystem;
  readonly parts?: number;
  readonly dryRun?: boolean;
  readonly tensorboard?: boolean;
}

/** The part `index` of `count` of a plan's jobs, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A job fails after this many attempts. */
const ATTEMPTS = 3;

/** A plan with its jobs and its folder. */
interface OpenedSweep {
  readonly plan: SweepPlan;
  readonly jobs: readonly Job[];
  readonly folder: string;
  /** The plan as it was given, its base included. */
  readonly given: unknown;
}

/** Reads a plan, and makes its jobs. Throws `InputError`. */
async function openSweep(file: string, options: SweepOptions): Promise<OpenedSweep> {
  const json = parseJson(await readWhole(file), file);
  const { base } = asRecord(json);
  const given = typeof base === "string" ? { ...asRecord(json), base: parseJson(await readWhole(base), base) } : json;
  const plan = readPlan(given, { where: file, name: basename(file).replace(/\.json$/, ""), many: options.yes });
  const workers = options.workers ?? 1;
  const threads = options.threads ?? Math.max(1, Math.floor(availableParallelism() / workers));
  return {
    plan,
    given,
    jobs: await jobsOf(plan, { threads, device: options.device, tensorboard: options.tensorboard }),
    folder: options.out ?? join("sweeps", plan.name),
  };
}

export async function sweep(file: string, options: SweepOptions): Promise<void> {
  const opened = await openSweep(file, options);
  const { plan, folder, given } = opened;
  if (options.emit)
    return print(clusterScript(options.emit, { file, plan, folder, parts: options.parts, threads: opened.jobs[0]!.threads }));
  if (options.dryRun) return dryRun(opened, options);
  const write = await prepareJson(options, [], { own: true });
  const own = await claim(folder);
  const begun = performance.now();
  try {
    const mine = partOf(opened.jobs, options.shard);
    const kept: KeptPlan = {
      schema: "headwise.sweep-plan/1",
      headwise: VERSION,
      plan: given,
      name: plan.name,
      jobs: opened.jobs.map(({ id, name }) => ({ id, name })),
    };
    await mkdir(join(folder, "jobs"), { recursive: true }).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
    await writeWhole(join(folder, "plan.json"), `${JSON.stringify(kept)}\n`);
    const known = await readJobs(folder, mine);
    const open = known.filter(({ result, failure }) => !result && (!failure || options.retry)).map(({ job }) => job);
    const view = createFleetView(open, known.length - open.length);
    const failures: string[] = [];
    const pool = runPool(open, {
      workers: options.workers ?? 1,
      attempts: ATTEMPTS,
      start: (job, progress) => startJob(job, jobFolder(folder, job), progress),
      mayStart: () => plan.budget === undefined || performance.now() - begun < 3_600_000 * plan.budget,
      async onState(job, state: JobState) {
        view.update(job, state);
        if (state.kind !== "failed") return;
        failures.push(job.name);
        await writeFailure(folder, job, state.attempts, state.message);
      },
    });
    const stop = stopOnSignal(pool.stop);
    await pool.finished.finally(stop.release);
    view.stop();
    const results = await writeResults(opened);
    const again = `headwise sweep ${file}${options.out === undefined ? "" : ` --out ${options.out}`}`;
    if (stop.asked()) tell(`stopped; continue with: ${again}\n`);
    await write({
      data: results,
      text: () => sweepText(results, terminal().columns),
      wrote: resultFiles(opened),
      next: results.rows.every(({ state }) => state === "done") ? undefined : again,
    });
    if (stop.asked()) process.exitCode = INTERRUPTED;
    else if (failures.length > 0) process.exitCode = 1;
  } finally {
    own.release();
  }
}

/** Returns the jobs of a shard: every n-th, so that settings are spread over shards. */
function partOf(jobs: readonly Job[], shard: Shard | undefined): readonly Job[] {
  return shard ? jobs.filter((_, k) => k % shard.count === shard.index - 1) : jobs;
}

/** The first signal asks all jobs for a checkpoint; the second ends the process. */
function stopOnSignal(stop: () => void) {
  let asked = false;
  const release = onSignal(() => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    tell("stopping: every job writes a checkpoint (interrupt again to stop at once)\n");
    stop();
  });
  return { asked: () => asked, release };
}
