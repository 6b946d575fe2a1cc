/** A model opened together with what it is judged by, whose data are read before the weights are. */
import type { Check, Unread } from "../../load/checkpoint.ts";
import { type HalvesOptions, requireEnough } from "../../prune/halves.ts";
import { openForCutting } from "../../prune/write/folder.node.ts";
import type { AnyCheckpoint, Opened } from "../../prune/write/opened.ts";
import type { Runtime } from "../../run/runtime.ts";
import { fetching, type Progress } from "../terminal/progress.ts";
import { readTask, type TaskOptions, type TaskSource } from "./task.ts";

type AnyTask = Omit<TaskOptions, "task"> & { readonly task?: TaskOptions["task"] };

/** How a model is opened. */
export interface OpeningOptions {
  readonly progress: Progress;
  /** How the examples will be divided. */
  readonly halves: Omit<HalvesOptions, "seed">;
  readonly check?: Check<AnyCheckpoint>;
}

/** A model, and what it is judged by where a task was named. */
export type OpenedWithTask<Options extends AnyTask> = Opened & {
  readonly source: Options extends TaskOptions ? TaskSource : TaskSource | undefined;
};

/** Opens MODEL when neither `check` nor the task's data have anything against it. Throws `InputError`. */
export async function openWithTask<Options extends AnyTask>(
  runtime: Runtime,
  model: string,
  options: Options,
  { progress, halves, check }: OpeningOptions,
): Promise<OpenedWithTask<Options>> {
  let read: AnyCheckpoint | undefined;
  const loaded = () => {
    if (!read) throw new Error("internal: the task was made before the model was read");
    return { runtime, model: read };
  };
  const { task } = options;
  const taskOf = (seen: Unread<AnyCheckpoint>) => task && readTask(seen, { ...options, task }, loaded);
  let source: TaskSource | undefined;
  let head: unknown;
  const opened = await openForCutting(model, {
    progress: fetching(progress),
    check: async (seen) => {
      await check?.(seen);
      head = headOf(seen);
      source = await taskOf(seen);
      if (source) requireEnough(source, halves);
      if (task !== "labels") await source?.make(); // what is wrong with the examples shows now, too
    },
  });
  read = opened.checkpoint;
  // the weights may have no language head, whatever the configuration says
  if (headOf(read) !== head) source = await taskOf(read);
  return { ...opened, source } as OpenedWithTask<Options>;
}

const headOf = ({ config }: Pick<AnyCheckpoint, "config">): unknown => "languageHead" in config && config.languageHead;
