/** `headwise sweep status` and `headwise sweep results`: what a sweep has so far, also while it runs. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { jobFolder, readJobs } from "../../sweep/folder.node.ts";
import { JOB_FILES } from "../../sweep/run-job.node.ts";
import { plural } from "../../view/page/numbers.ts";
import { sweepText } from "../../view/sweep/sweep-text.ts";
import { settingName } from "../../view/sweep/sweep-words.ts";
import { columnTable } from "../../view/terminal/terminal-table.ts";
import { type JsonOption, prepareJson } from "../terminal/json.ts";
import { terminal } from "../terminal/output.ts";
import { openKept, resultFiles, writeResults } from "./results.ts";

export interface StatusOptions extends JsonOption {
  readonly out?: string;
}

/** Prints the state of every model. */
export async function status(plan: string, options: StatusOptions): Promise<void> {
  const sweep = await openKept(plan, options.out);
  const write = await prepareJson(options);
  const found = await readJobs(sweep.folder, sweep.jobs);
  const models = await Promise.all(
    found.map(async ({ job, result, failure, progress }, k) => {
      const { setting, seed } = sweep.plan.models[k]!;
      const heard = progress && (await stat(join(jobFolder(sweep.folder, job), JOB_FILES.progress))).mtimeMs;
      return {
        ...{ id: job.id, setting, seed, state: result ? "done" : failure ? "failed" : progress ? "begun" : "waiting" },
        ...(progress && { progress, secondsSinceProgress: Math.max(0, (Date.now() - heard!) / 1000) }),
        ...(failure && { attempts: failure.attempts, message: failure.message }),
      };
    }),
  );
  const counts = (["done", "begun", "waiting", "failed"] as const).flatMap((state) => {
    const own = models.filter((model) => model.state === state).length;
    return own > 0 ? [`${own} ${state}`] : [];
  });
  const rows = models.map(({ setting, seed, state, progress, secondsSinceProgress, message }) => [
    ...[`${settingName(setting)}, seed ${seed}`, state],
    progress ? `${progress.stage}, step ${progress.step}/${progress.steps}` : (message ?? ""),
    progress?.loss === undefined ? "" : progress.loss.toFixed(3),
    progress ? `${leftOf(progress)} left` : "",
    secondsSinceProgress === undefined ? "" : `${Math.round(secondsSinceProgress)} s ago`,
  ]);
  await write({
    data: { schema: "headwise.sweep-status/1", name: sweep.plan.name, models },
    text: () =>
      [
        `${plural(models.length, "model")}: ${counts.join(", ")}`,
        ...columnTable(["model", "state", "progress", "loss", "time", "last heard"], rows, {
          left: 3,
          columns: terminal().columns,
          indent: "",
        }),
      ].join("\n"),
  });
}

const leftOf = ({ step, steps, seconds }: { step: number; steps: number; seconds: number }): string => {
  if (step === 0) return "?";
  const left = (seconds * (steps - step)) / step;
  return left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`;
};

/** Writes and prints the results so far. */
export async function results(plan: string, options: StatusOptions): Promise<void> {
  const sweep = await openKept(plan, options.out);
  const write = await prepareJson(options);
  const found = await writeResults(sweep);
  await write({ data: found, text: () => sweepText(found, terminal().columns), wrote: resultFiles(sweep) });
}
