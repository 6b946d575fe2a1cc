/** The jobs of a plan, with ids that name everything that determines their results. */
import { createHash } from "node:crypto";
import { isRecord } from "../params/keyed.ts";
import { fileHashes, inputHash } from "../train/run-folder/prepare.node.ts";
import { VERSION } from "../version.ts";
import type { Job, Work } from "./job.ts";
import type { SweepPlan } from "./plan.ts";

export interface JobSettings {
  /** Threads of every job. */
  readonly threads: number;
  readonly device: string;
  readonly tensorboard?: boolean;
}

/**
 * Makes the jobs of a plan. An id does not depend on threads and device, so that a sweep goes on with other numbers of workers.
 * Throws `InputError` for a file that cannot be read.
 */
export async function jobsOf({ models, measures }: SweepPlan, settings: JobSettings): Promise<Job[]> {
  const known = new Map<string, Promise<string>>();
  const hashes = async (work: Work): Promise<Record<string, string>> => {
    const key = JSON.stringify(work.config.data);
    const files = known.get(key) ?? fileHashes(work.config).then((found) => JSON.stringify(found));
    known.set(key, files);
    const more = work.measures.flatMap((measure) => (measure.kind === "bleu" ? [measure.source, measure.reference] : []));
    const others = await Promise.all(more.map(async (file) => [file, await inputHash(file)] as const));
    return { ...(JSON.parse(await files) as Record<string, string>), ...Object.fromEntries(others) };
  };
  return Promise.all(
    models.map(async ({ name, config }) => {
      const work: Work = { kind: "model", config, measures };
      const files = await hashes(work);
      return { id: idOf({ headwise: VERSION, work, files }), name, work, files, ...settings };
    }),
  );
}

/** Returns the id of what determines a result. */
const idOf = (all: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(ordered(all)))
    .digest("hex")
    .slice(0, 16);

/** Sorts the keys of all objects, so that their order does not matter. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}
