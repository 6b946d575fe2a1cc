/** The process of one job: reads the job from its folder, runs it, and tells how far it is. SIGTERM ends it with a checkpoint. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, messageOf } from "../run/errors.ts";
import type { Job, JobMessage } from "./job.ts";
import { JOB_FILES, runJob } from "./run-job.node.ts";

const [folder = "."] = process.argv.slice(2);
const tell = (message: JobMessage): void => void process.send?.(message);
let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (stopping = true));
// without its supervisor, a job stops with a checkpoint
process.on("disconnect", () => (stopping = true));

try {
  const job = JSON.parse(await readFile(join(folder, JOB_FILES.job), "utf8")) as Job;
  const done = await runJob(job, folder, {
    progress: (progress) => tell({ type: "progress", progress }),
    say: (line) => console.error(line),
    stopping: () => stopping,
  });
  tell({ type: done ? "done" : "stopped" });
} catch (error) {
  console.error(error instanceof InputError ? error.message : error);
  tell({ type: "failed", message: messageOf(error), input: error instanceof InputError });
  process.exitCode = 1;
} finally {
  process.disconnect?.();
}
