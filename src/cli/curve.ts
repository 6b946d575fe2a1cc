/** `headwise curve`: quality against the fraction of heads removed, as a table, a page and data. */
import { CHOICES } from "../prune/choices.ts";
import { cutCurves } from "../prune/curve.ts";
import type { CurveReport } from "../prune/curve-report.ts";
import { halvesOf, wholeTask } from "../prune/halves.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import { VERSION } from "../version.ts";
import { curvePage, curveText } from "../view/importance/curve-page.ts";
import { curveTable } from "../view/table/curve-table.ts";
import { checkRounds } from "./pruning/prune-choice.ts";
import { openWithTask } from "./read/open-with-task.ts";
import type { CommonOptions } from "./read/options.ts";
import type { TaskOptions } from "./read/task.ts";
import { TASKS } from "./read/task-names.ts";
import { nextCommand, taskWords } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress } from "./terminal/progress.ts";
import { namesOf, prepareResults, type ResultOptions } from "./terminal/results.ts";

export interface CurveCommandOptions extends ResultOptions, Omit<TaskOptions, "task"> {
  readonly task?: TaskOptions["task"];
  readonly methods?: string;
  readonly points: number;
  readonly rounds?: number;
  readonly gateSteps?: number;
  /** Data to measure on; `data` then only selects heads. */
  readonly heldOut?: string;
  /** The translations of `heldOut`. */
  readonly heldOutTarget?: string;
}

const USUAL = CHOICES.filter((name) => name !== "greedy" && name !== "gates");

export async function curve(model: string, options: CommonOptions & CurveCommandOptions): Promise<void> {
  const { task: name, seed, rounds: steps, gateSteps, points } = options;
  if (!name) throw new InputError(`curve needs a task; pass --task NAME (${TASKS.join(", ")})`);
  const methods = namesOf(options.methods, CHOICES, USUAL);
  if (steps !== undefined) checkRounds(methods);
  if (gateSteps !== undefined && !methods.includes("gates"))
    throw new InputError("--gate-steps belongs to the method gates; add gates to --methods, or remove it");
  const write = await prepareResults("curve", options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    const own = { ...options, task: name };
    const { checkpoint, source, heldOut } = await openWithTask(runtime, model, own, { progress, halves: {} });
    const halves = heldOut
      ? { choose: await wholeTask(source), measure: await wholeTask(heldOut) }
      : await halvesOf(source, { seed });
    const tell = (stage: string, share: number) => progress.update(stage, share);
    const begun = performance.now();
    const found = await cutCurves(runtime, checkpoint, halves, { methods, points, steps, gateSteps, seed, progress: tell });
    await runtime.release();
    const { name: task, measure, better, examples } = halves.measure;
    const result: CurveReport = {
      ...{ schema: "headwise.curve/1", headwise: VERSION, seed, ...(steps !== undefined && { steps }) },
      ...{ model: { id: checkpoint.id }, corpus: { id: source.id, sha256: source.sha256 } },
      ...(heldOut && { heldOut: { id: heldOut.id, sha256: heldOut.sha256 } }),
      task: { name: task, measure, better, examples },
      ...found,
      notes: [...new Set([...source.notes, ...(heldOut?.notes ?? [])])],
      seconds: (performance.now() - begun) / 1000,
    };
    progress.stop();
    await write({
      data: result,
      page: (elements) => curvePage(result, elements),
      text: () => curveText(result, terminal().columns),
      table: () => curveTable(result),
      next: nextCommand("prune", [model], { ...taskWords(options), fraction: "F", out: "DIR" }),
    });
  } finally {
    progress.stop();
  }
}
