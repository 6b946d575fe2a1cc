/** Supervises the process of a job: passes on its progress, stops it, keeps its log, and says how it ended. */
import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../load/files/write.node.ts";
import type { Job, JobMessage, JobProgress } from "./job.ts";
import type { Attempt, AttemptEnd } from "./pool.ts";
import { JOB_FILES } from "./run-job.node.ts";

const CHILD = fileURLToPath(new URL("./child.node.js", import.meta.url));
const GRACE = 60_000;
/** The least milliseconds between two writings of the progress file. */
const PACE = 1000;

/**
 * Starts the process of a job in its folder, which keeps the job, its log and its progress. The attempt never rejects; `stop` asks
 * for a checkpoint, and kills the process after a minute.
 */
export async function startJob(job: Job, folder: string, progress: (progress: JobProgress) => void): Promise<Attempt> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, JOB_FILES.job), `${JSON.stringify(job)}\n`);
  const log = openSync(join(folder, JOB_FILES.log), "a");
  const child = fork(CHILD, [folder], { stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  let last: JobMessage | undefined;
  let killed: NodeJS.Timeout | undefined;
  const write = written(folder);
  child.on("message", (message: JobMessage) => {
    if (message.type !== "progress") last = message;
    else {
      progress(message.progress);
      write(message.progress);
    }
  });
  const ended = new Promise<AttemptEnd>((resolve) => {
    child.on("error", (error) =>
      resolve({ kind: "failed", message: `the process did not start: ${error.message}`, input: false }),
    );
    child.on("exit", (code, signal) => {
      clearTimeout(killed);
      if (last?.type === "done" || last?.type === "stopped") resolve({ kind: last.type });
      else if (last?.type === "failed") resolve({ kind: "failed", message: last.message, input: last.input });
      else resolve({ kind: "failed", message: `the process ended with ${signal ?? `exit code ${code}`}`, input: false });
    });
  });
  return {
    ended,
    stop() {
      child.kill("SIGTERM");
      killed ??= setTimeout(() => child.kill("SIGKILL"), GRACE);
    },
  };
}

/** Returns a function that keeps the newest progress in a file, for `sweep status`, at a moderate pace. */
function written(folder: string): (progress: JobProgress) => void {
  let [at, busy] = [0, false];
  return (progress) => {
    if (busy || performance.now() - at < PACE) return;
    [at, busy] = [performance.now(), true];
    void writeWhole(join(folder, JOB_FILES.progress), `${JSON.stringify(progress)}\n`)
      .catch(() => {}) // the job itself will say that the disk is full
      .finally(() => (busy = false));
  };
}
