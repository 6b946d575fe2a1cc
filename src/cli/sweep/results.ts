/** The results of a sweep's folder: collected from the files of its jobs, and written as data, table and page. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readWhole } from "../../corpus/text.node.ts";
import { writeTogether } from "../../load/files/write.node.ts";
import { parseJson } from "../../load/format/json.ts";
import { asRecord } from "../../params/keyed.ts";
import { readJobs, readKeptPlan } from "../../sweep/folder.node.ts";
import type { Job } from "../../sweep/job.ts";
import { readPlan, type SweepPlan } from "../../sweep/plan.ts";
import { resultsOf, type SweepResults, type SweepRow } from "../../sweep/results.ts";
import { elementsModule } from "../../view/page/elements.node.ts";
import { sweepPage } from "../../view/sweep/sweep-page.ts";
import { sweepTable } from "../../view/sweep/sweep-text.ts";
import { parquetOf } from "../../view/table/parquet.ts";

/** A sweep that has a folder: its plan, and the jobs in the order of the plan's models. */
export interface KeptSweep {
  readonly plan: SweepPlan;
  readonly jobs: readonly Pick<Job, "id" | "name">[];
  readonly folder: string;
}

/** Opens a sweep by its plan's file or by its folder; needs none of its data. Throws `InputError`. */
export async function openKept(plan: string, out: string | undefined): Promise<KeptSweep> {
  const isFolder = (await stat(plan).catch(() => undefined))?.isDirectory() ?? false;
  const folder = isFolder ? plan : (out ?? join("sweeps", await nameOf(plan)));
  const kept = await readKeptPlan(folder);
  return {
    folder,
    jobs: kept.jobs,
    plan: readPlan(kept.plan, { where: join(folder, "plan.json"), name: kept.name, many: true }),
  };
}

async function nameOf(file: string): Promise<string> {
  const { name } = asRecord(parseJson(await readWhole(file), file));
  return typeof name === "string" ? name : basename(file).replace(/\.json$/, "");
}

/** Reads the results of all jobs from their folder. */
async function collect({ plan, jobs, folder }: KeptSweep): Promise<SweepResults> {
  const found = await readJobs(folder, jobs);
  const rows = plan.models.map(({ setting, seed }, k): SweepRow => {
    const { job, result, failure } = found[k]!;
    const state = result ? "done" : failure ? "failed" : "missing";
    return { id: job.id, setting, seed, state, ...(failure && { message: failure.message }), ...(result && { result }) };
  });
  return resultsOf(plan, rows);
}

/** The files of results, in the order of importance to a reader. */
export const resultFiles = ({ folder }: Pick<KeptSweep, "folder">): string[] =>
  ["sweep.html", "results.json", "results.parquet"].map((name) => join(folder, name));

/** Collects the results, and writes sweep.html, results.json and results.parquet. */
export async function writeResults(sweep: KeptSweep): Promise<SweepResults> {
  const results = await collect(sweep);
  const [page, data, table] = resultFiles(sweep) as [string, string, string];
  await writeTogether([
    [data, `${JSON.stringify(results)}\n`],
    [table, parquetOf(sweepTable(results))],
    [page, sweepPage(results, await elementsModule())],
  ]);
  return results;
}
