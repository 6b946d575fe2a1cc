/** `headwise sweep merge`: the parts of one plan, which ran on several machines, as one sweep. */
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { claim } from "../../load/files/claim.node.ts";
import { writeWhole } from "../../load/files/write.node.ts";
import { InputError } from "../../run/errors.ts";
import { jobFolder, readJobs, readKeptPlan } from "../../sweep/folder.node.ts";
import type { JobResult } from "../../sweep/job.ts";
import { sweepText } from "../../view/sweep/sweep-text.ts";
import { prepareJson } from "../terminal/json.ts";
import { tell, terminal } from "../terminal/output.ts";
import { openKept, resultFiles, writeResults } from "./results.ts";
import type { StatusOptions } from "./status.ts";

/** Copies what every part has of the jobs into `--out`, without checkpoints, and writes the results there. Throws `InputError`. */
export async function merge(folders: readonly string[], options: StatusOptions & { readonly out: string }): Promise<void> {
  const [first = "", ...others] = folders;
  const plan = await readKeptPlan(first);
  const idsOf = ({ jobs }: { readonly jobs: readonly { readonly id: string }[] }) => jobs.map(({ id }) => id).join();
  for (const other of others)
    if (idsOf(await readKeptPlan(other)) !== idsOf(plan))
      throw new InputError(
        `${other} has another plan than ${first}, other data, or another version of Headwise; merge parts of one plan`,
      );
  const write = await prepareJson(options);
  const own = await claim(options.out);
  try {
    await mkdir(join(options.out, "jobs"), { recursive: true });
    await writeWhole(join(options.out, "plan.json"), `${JSON.stringify(plan)}\n`);
    const parts = await Promise.all(folders.map((folder) => readJobs(folder, plan.jobs)));
    for (const [k, job] of plan.jobs.entries()) {
      const found = parts.map((part, at) => ({ from: folders[at]!, ...part[k]! }));
      const results = found.filter(({ result }) => result);
      const differing = results.find(({ result }) => !sameResult(result!, results[0]!.result!));
      if (differing)
        tell(
          `warning: ${job.name}: ${results[0]!.from} and ${differing.from} have different results; that of ${results[0]!.from} is kept\n`,
        );
      const kept = results[0] ?? found.find(({ failure }) => failure);
      if (kept && kept.from !== options.out)
        await cp(jobFolder(kept.from, job), jobFolder(options.out, job), {
          recursive: true,
          filter: (path) => basename(path) !== "checkpoints",
        });
    }
    const sweep = await openKept(options.out, undefined);
    const found = await writeResults(sweep);
    await write({ data: found, text: () => sweepText(found, terminal().columns), wrote: resultFiles(sweep) });
  } finally {
    own.release();
  }
}

const sameResult = (a: JobResult, b: JobResult): boolean =>
  a.weights === b.weights && JSON.stringify(a.values) === JSON.stringify(b.values);
