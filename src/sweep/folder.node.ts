/** A sweep on disk: `NAME/plan.json`, and `NAME/jobs/ID/` with the job's run, log, progress and result. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../load/files/write.node.ts";
import { asRecord } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import type { Job, JobFailure, JobProgress, JobResult } from "./job.ts";
import { JOB_FILES } from "./run-job.node.ts";

/** What is known of a job on disk. */
export interface JobOnDisk<J = Job> {
  readonly job: J;
  readonly result?: JobResult;
  readonly failure?: JobFailure;
  /** The newest progress of a job without a result. */
  readonly progress?: JobProgress;
}

/** Returns the folder of a job. */
export const jobFolder = (sweep: string, { id }: Pick<Job, "id">): string => join(sweep, "jobs", id);

const readJson = async <T>(path: string): Promise<T | undefined> => {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined; // files are written whole; one that is damaged is made again
  }
};

/** Reads what a sweep's folder knows of some jobs. */
export const readJobs = <J extends Pick<Job, "id">>(sweep: string, jobs: readonly J[]): Promise<JobOnDisk<J>[]> =>
  Promise.all(
    jobs.map(async (job) => {
      const folder = jobFolder(sweep, job);
      const result = await readJson<JobResult>(join(folder, JOB_FILES.result));
      if (result?.id === job.id) return { job, result };
      const failure = await readJson<JobFailure>(join(folder, JOB_FILES.failure));
      if (failure) return { job, failure };
      return { job, progress: await readJson<JobProgress>(join(folder, JOB_FILES.progress)) };
    }),
  );

/** Keeps the failure of a job. */
export const writeFailure = (sweep: string, job: Job, attempts: number, message: string): Promise<void> => {
  const failure: JobFailure = { schema: "headwise.job-failure/1", id: job.id, name: job.name, attempts, message };
  return writeWhole(join(jobFolder(sweep, job), JOB_FILES.failure), `${JSON.stringify(failure)}\n`);
};

/** A plan as its folder keeps it. */
export interface KeptPlan {
  readonly schema: "headwise.sweep-plan/1";
  readonly headwise: string;
  /** The plan as it was given, its base included. */
  readonly plan: unknown;
  readonly name: string;
  readonly jobs: readonly { readonly id: string; readonly name: string }[];
}

/** Reads the plan of a sweep's folder. Throws `InputError` if there is none. */
export async function readKeptPlan(sweep: string): Promise<KeptPlan> {
  const path = join(sweep, "plan.json");
  const kept = await readJson<KeptPlan>(path);
  if (kept && asRecord(kept).schema === "headwise.sweep-plan/1") return kept;
  throw new InputError(`${path}: there is no sweep; name the folder that "headwise sweep" wrote, such as sweeps/NAME`);
}
