/** `headwise prune`: removes heads, verifies equality with the masked model, measures, and writes a folder. */

import { countLeftOut } from "../heads/observe/text.ts";
import { type AnyCheckpoint, isTranslator } from "../load/any-checkpoint.ts";
import type { Unread } from "../load/checkpoint.ts";
import { writeFolder } from "../load/files/write-folder.node.ts";
import { sha256 } from "../load/format/sha256.ts";
import { padHeads } from "../prune/cut.ts";
import { neededFor, type Pruned, prune as pruneModel, type Selection } from "../prune/prune.ts";
import { checkVacant } from "../prune/write/folder.node.ts";
import { processMemory } from "../prune/write/memory.node.ts";
import { wholeConfig } from "../prune/write/opened.ts";
import type { PruneRecord } from "../prune/write/record.ts";
import { writtenFiles } from "../prune/write/written.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import type { Runtime } from "../run/runtime.ts";
import { type ChoiceOptions, checkChoice, checkRounds, selectionOf } from "./pruning/prune-choice.ts";
import { summary } from "./pruning/prune-record.ts";
import { textsToCheck } from "./pruning/prune-texts.ts";
import { readContent } from "./read/corpus.ts";
import { claimFolder } from "./read/files.ts";
import { printNotes } from "./read/model.ts";
import { type OpenedWithTask, openWithTask } from "./read/open-with-task.ts";
import type { CommonOptions } from "./read/options.ts";
import { checkRequirements, type Requirement, readRequirement } from "./read/require.ts";
import type { TaskOptions } from "./read/task.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress, type Progress } from "./terminal/progress.ts";

export interface PruneOptions extends ChoiceOptions, JsonOption, Omit<TaskOptions, "task"> {
  readonly task?: TaskOptions["task"];
  readonly recover?: number;
  readonly require?: readonly string[];
  readonly out: string;
  readonly text?: string;
  readonly padded?: boolean;
  readonly onnx?: boolean;
  readonly force?: boolean;
  /** If false, time and memory are not measured. */
  readonly timing?: boolean;
}

/** The quantities that `--require` accepts. */
const REQUIRED = ["loss", "loss.low", "loss.high", "quality", "heads", "share", "parameters", "time", "bleu"] as const;

export async function prune(model: string, options: CommonOptions & PruneOptions): Promise<void> {
  checkChoice(options, options.task);
  checkTaskOptions(options);
  if (options.recover !== undefined && !options.task)
    throw new InputError("--recover trains on the texts of a task; pass --task NAME");
  const required = (options.require ?? []).map((text) => readRequirement(text, REQUIRED));
  checkMeasurable(required, options);
  const write = await prepareJson(options, [], { own: true });
  await claimFolder(options.out); // first, because it restores a folder that a killed process left half exchanged
  await checkVacant(options.out, options.force ?? false);
  const content = await readContent(options);
  const progress = createProgress();
  try {
    const runtime = await nodeRuntime({ device: options.device, threads: options.threads });
    let plan: Plan | undefined;
    const check = (seen: Unread<AnyCheckpoint>) => {
      plan = planned(seen, content, options);
    };
    const opened = await openWithTask(runtime, model, options, {
      progress,
      halves: neededFor(options.heads !== undefined, options),
      check,
    });
    if (!isTranslator(opened.checkpoint)) printNotes(opened.checkpoint);
    const { cut, record } = await pruneOpened(runtime, opened, plan!, model, options, progress);
    await runtime.release();
    checkRequirements(required, requirable(record));
    const stored = options.padded ? padHeads(cut, wholeConfig(opened)) : cut;
    await writeFolder(options.out, writtenFiles(opened, { stored, onnx: options.onnx ? cut : undefined, record }));
    progress.stop();
    await write({
      data: record,
      text: () => summary(record, terminal().columns),
      wrote: [wrote(options)],
      next: isTranslator(opened.checkpoint)
        ? nextCommand("translate", [options.out], { text: "TEXT" })
        : nextCommand("compare", [model, options.out]),
    });
  } finally {
    progress.stop();
  }
}

/** Describes the written folder. */
const wrote = ({ out, padded, onnx }: PruneOptions): string =>
  `${out}${padded ? ", padded with zeros to its original size" : ""}${onnx ? ", with ONNX files" : ""}`;

/** The options that only a task reads. */
const OF_TASKS = ["data", "columns", "target", "relation", "examples", "first"] as const;

/** Throws `InputError` for an option that would be ignored: there is no task, the heads are listed, or the order is random. */
function checkTaskOptions(options: PruneOptions): void {
  const given = OF_TASKS.find((name) => options[name] !== undefined);
  if (!options.task && given) throw new InputError(`--${given} belongs to a task; pass --task NAME, or remove it`);
  if (options.heads !== undefined && options.method !== undefined)
    throw new InputError("--method selects heads by a task; remove it, or replace --heads by --fraction or --max-loss");
  if (options.heads !== undefined && options.rounds !== undefined)
    throw new InputError("--rounds selects heads by a task; remove it, or replace --heads by --fraction or --max-loss");
  if (options.rounds !== undefined && options.method !== undefined) checkRounds([options.method]);
}

/** Throws `InputError` if a requirement is about a quantity that will not be measured. */
function checkMeasurable(required: readonly Requirement[], { task, timing }: PruneOptions): void {
  for (const { name, text } of required) {
    const needs = `--require "${text}" needs`;
    if (!task && /^(loss|quality)/.test(name)) throw new InputError(`${needs} a task; pass --task NAME`);
    if (task !== "translation" && name === "bleu") throw new InputError(`${needs} translations; pass --task translation`);
    if (timing === false && name === "time") throw new InputError(`${needs} timing; remove --no-timing`);
  }
}

type Options = CommonOptions & PruneOptions;

/** The parts of a pruning run that are known before the weights are read. */
interface Plan extends ReturnType<typeof textsToCheck> {
  readonly content: string;
  readonly select: Selection;
}

function planned(model: Unread<AnyCheckpoint>, content: string, options: Options): Plan {
  return { content, select: selectionOf(options, model), ...textsToCheck(content, options, model) };
}

async function pruneOpened(
  runtime: Runtime,
  opened: OpenedWithTask<Options>,
  { content, select, texts, id, leftOut }: Plan,
  model: string,
  { seed, recover, padded, timing }: Options,
  progress: Progress,
): Promise<Pruned> {
  return pruneModel(runtime, opened, {
    ...{ select, source: opened.source, recover, seed, padded, model, command: commandLine() },
    check: { id, sha256: await sha256(content), texts, leftOut: countLeftOut(leftOut) },
    measure: timing === false ? { batches: [] } : { memory: processMemory },
    progress: (stage, share) => progress.update(stage, share),
  });
}

const commandLine = (): string => ["headwise", ...process.argv.slice(2)].join(" ");

/** The values of the quantities that `--require` can name. */
function requirable({ quality, heads, parameters, savings, bleu }: PruneRecord): Record<string, number> {
  const last = savings.timings.at(-1);
  const found = quality?.recovered ?? quality?.after;
  return {
    ...(found && {
      loss: found.loss.value,
      "loss.low": found.loss.low,
      "loss.high": found.loss.high,
      quality: found.quality.value,
    }),
    ...(bleu && { bleu: bleu.after }),
    ...{ heads: heads.after, share: 1 - heads.after / heads.before, parameters: parameters.after },
    ...(last && { time: last.after / last.before }),
  };
}
