/** `headwise importance`: the importance of every head for a task, as a summary, a page and data. */

import { causalGating } from "../heads/importance/gating.ts";
import { importance } from "../heads/importance/importance.ts";
import type { ImportanceReport } from "../heads/importance/importance-report.ts";
import { type Ablation, GATING, METHODS, type Method } from "../heads/importance/methods.ts";
import { describeModel } from "../heads/observe/describe.ts";
import { wholeTask } from "../prune/halves.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { VERSION } from "../version.ts";
import { importancePage } from "../view/importance/importance-page.ts";
import { importanceText } from "../view/importance/importance-text.ts";
import { importanceTable } from "../view/table/importance-table.ts";
import { openWithTask } from "./read/open-with-task.ts";
import type { CommonOptions } from "./read/options.ts";
import type { TaskOptions } from "./read/task.ts";
import { TASKS } from "./read/task-names.ts";
import { nextCommand, taskWords } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress } from "./terminal/progress.ts";
import { namesOf, prepareResults, type ResultOptions } from "./terminal/results.ts";

export interface ImportanceCommandOptions extends ResultOptions, Omit<TaskOptions, "task"> {
  readonly task?: TaskOptions["task"];
  readonly methods?: string;
  readonly ablation?: Ablation;
  readonly gatingUpdates?: number;
}

/** Returns the methods that score heads, of those that were named; roles by gating come with at least one of them. */
function scoringOf(names: readonly (Method | typeof GATING)[]): readonly Method[] {
  const scoring = names.filter((name) => name !== GATING);
  return scoring.length > 0 ? scoring : ["michel"];
}

export async function importanceCommand(model: string, options: CommonOptions & ImportanceCommandOptions): Promise<void> {
  const { task: name, seed, ablation, gatingUpdates: updates } = options;
  if (!name) throw new InputError(`importance needs a task; pass --task NAME (${TASKS.join(", ")})`);
  const names = namesOf(options.methods, [...METHODS, GATING], METHODS);
  if (updates !== undefined && !names.includes(GATING))
    throw new InputError("--gating-updates belongs to the method gating; add gating to --methods, or remove it");
  if (ablation !== undefined && !(names as readonly string[]).includes("ablation"))
    throw new InputError("--ablation belongs to the method ablation; remove it, or add ablation to --methods");
  const write = await prepareResults("importance", options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const { checkpoint, source } = await openWithTask(
      runtime,
      model,
      { ...options, task: name },
      { progress, halves: { used: false } },
    );
    const tell = (stage: string, share: number) => progress.update(stage, share);
    const begun = performance.now();
    const task = await wholeTask(source);
    const methods = scoringOf(names);
    const found = await importance(runtime, checkpoint, task, { methods, ablation, seed, progress: tell });
    const learning = { updates, seed, progress: (share: number) => tell("learning gates", share) };
    const gating = names.includes(GATING) ? await causalGating(runtime, checkpoint, task, learning) : undefined;
    await runtime.release();
    const result: ImportanceReport = {
      ...{ schema: "headwise.importance/1", headwise: VERSION, seed },
      model: await describeModel(checkpoint),
      corpus: { id: source.id, sha256: source.sha256 },
      ...found,
      ...(gating && { gating }),
      notes: source.notes,
      seconds: (performance.now() - begun) / 1000,
    };
    progress.stop();
    await write({
      data: result,
      page: (elements) => importancePage(result, elements),
      text: () => importanceText(result, terminal().columns),
      table: () => importanceTable(result),
      next: nextCommand("curve", [model], taskWords(options)),
    });
  } finally {
    progress.stop();
  }
}
