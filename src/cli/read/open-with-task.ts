/** Opening a model together with the task that evaluates it; the task's data are read before the weights. */

import type { AnyCheckpoint } from "../../load/any-checkpoint.ts";
import type { Check, Unread } from "../../load/checkpoint.ts";
import { type HalvesOptions, requireEnough } from "../../prune/halves.ts";
import { openForCutting } from "../../prune/write/folder.node.ts";
import type { Opened } from "../../prune/write/opened.ts";
import type { Runtime } from "../../run/runtime.ts";
import type { TaskSource } from "../../tasks/source.ts";
import { fetching, type Progress } from "../terminal/progress.ts";
import { readHeldOut, readTask, type TaskOptions } from "./task.ts";

type AnyTask = Omit<TaskOptions, "task"> & { readonly task?: TaskOptions["task"] };

/** The settings for opening a model. */
export interface OpeningOptions {
  readonly progress: Progress;
  /** The split of the examples. */
  readonly halves: Omit<HalvesOptions, "seed">;
  readonly check?: Check<AnyCheckpoint>;
}

/** A model, and the task that evaluates it if one was named. */
export type OpenedWithTask<Options extends AnyTask> = Opened & {
  readonly source: Options extends TaskOptions ? TaskSource : TaskSource | undefined;
  /** The source of `--held-out`. */
  readonly heldOut?: TaskSource;
};

/** Opens MODEL after `check` and the task's data have been validated. Throws `InputError`. */
export async function openWithTask<Options extends AnyTask>(
  runtime: Runtime,
  model: string,
  options: Options,
  { progress, halves, check }: OpeningOptions,
): Promise<OpenedWithTask<Options>> {
  let read: AnyCheckpoint | undefined;
  const loaded = () => {
    if (!read) throw new Error("internal: the task was built before the model was read");
    return { runtime, model: read };
  };
  const { task } = options;
  const taskOf = (seen: Unread<AnyCheckpoint>) => task && readTask(seen, { ...options, task }, loaded);
  const heldOutOf = (seen: Unread<AnyCheckpoint>) => task && readHeldOut(seen, { ...options, task }, loaded);
  let source: TaskSource | undefined;
  let heldOut: TaskSource | undefined;
  let head: unknown;
  const opened = await openForCutting(model, {
    progress: fetching(progress),
    check: async (seen) => {
      await check?.(seen);
      head = headOf(seen);
      source = await taskOf(seen);
      heldOut = await heldOutOf(seen);
      for (const one of [source, heldOut]) {
        if (one) requireEnough(one, heldOut ? { used: false } : halves);
        if (task !== "labels") await one?.make(); // reports invalid examples early
      }
    },
  });
  read = opened.checkpoint;
  // the weights may lack a language head that the configuration promises
  if (headOf(read) !== head) [source, heldOut] = [await taskOf(read), await heldOutOf(read)];
  return { ...opened, source, heldOut } as OpenedWithTask<Options>;
}

const headOf = ({ config }: Pick<AnyCheckpoint, "config">): unknown => "languageHead" in config && config.languageHead;
