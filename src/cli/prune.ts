/** `headwise prune`: removes heads, verifies equality with the masked model, measures, and writes a folder. */
import { createHash } from "node:crypto";
import { countLeftOut } from "../heads/observe/text.ts";
import type { Unread } from "../load/checkpoint.ts";
import { writeFolder } from "../load/files/write-folder.node.ts";
import type { EncoderDecoder } from "../load/translator.ts";
import type { AnyModel } from "../models/any.ts";
import { checkCut, equalsMasked } from "../prune/check.ts";
import type { Choice } from "../prune/choices.ts";
import type { Choosing } from "../prune/choose.ts";
import { baselineOf, type Halves } from "../prune/curve.ts";
import { cutHeads, padHeads } from "../prune/cut.ts";
import { halvesOf } from "../prune/halves.ts";
import { measureSavings } from "../prune/measure.ts";
import { recover } from "../prune/recover.ts";
import { compareTranslations, type TranslatedText } from "../prune/translations.ts";
import { checkVacant } from "../prune/write/folder.node.ts";
import { processMemory } from "../prune/write/memory.node.ts";
import { type AnyCheckpoint, isTranslator, wholeConfig } from "../prune/write/opened.ts";
import { type PruneRecord, recordOf, type Verdict } from "../prune/write/record.ts";
import { writtenFiles } from "../prune/write/written.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import type { Runtime } from "../run/runtime.ts";
import { evaluate, type Task } from "../tasks/task.ts";
import { readContent } from "./corpus.ts";
import { type ChoiceOptions, checkChoice, chosen, listed } from "./pruning/prune-choice.ts";
import { summary } from "./pruning/prune-record.ts";
import { textsToCheck } from "./pruning/prune-texts.ts";
import { claimFolder } from "./read/files.ts";
import { printNotes } from "./read/model.ts";
import { type OpenedWithTask, openWithTask } from "./read/open-with-task.ts";
import type { CommonOptions } from "./read/options.ts";
import { checkRequirements, type Requirement, readRequirement } from "./read/require.ts";
import type { TaskOptions, TaskSource } from "./read/task.ts";
import { type JsonOption, prepareJson } from "./terminal/json.ts";
import { nextCommand } from "./terminal/next.ts";
import { terminal } from "./terminal/output.ts";
import { createProgress, type Progress } from "./terminal/progress.ts";

export interface PruneOptions extends ChoiceOptions, JsonOption, Omit<TaskOptions, "task"> {
  readonly task?: TaskOptions["task"];
  readonly method: Choice;
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
    const opened = await openWithTask(runtime, model, options, { progress, halves: dividing(options), check });
    if (!isTranslator(opened.checkpoint)) printNotes(opened.checkpoint);
    const { cut, record } = await cutAndMeasure(runtime, opened, plan!, model, options, progress);
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
  /** The heads of `--heads`. */
  readonly named?: Choosing;
}

function planned(model: Unread<AnyCheckpoint>, content: string, options: Options): Plan {
  const named = options.heads === undefined ? undefined : listed(options.heads, model);
  return { content, named, ...textsToCheck(content, options, model) };
}

async function cutAndMeasure(
  runtime: Runtime,
  opened: OpenedWithTask<Options>,
  { content, named, texts, id, leftOut }: Plan,
  model: string,
  options: Options,
  progress: Progress,
): Promise<{ cut: AnyModel; record: PruneRecord }> {
  const { checkpoint: whole, source } = opened;
  // training must not see the held-out examples either
  const halves = source && (await halvesOf(source, dividing(options)));
  const tell = (stage: string, share: number) => progress.update(stage, share);
  const choosing = named ?? (await chosen(runtime, whole, halves!, options, tell));
  const bare: AnyModel = { config: whole.config, weights: whole.weights };
  const exact = cutHeads(bare, choosing.kept);
  const check = await checkCut(runtime, bare, choosing.kept, exact, texts, (share) => tell("checking", share));
  if (!equalsMasked(check)) {
    throw new Error(
      `the pruned model differs from the masked one by ${check.states}, so nothing was written; please report this`,
    );
  }
  const { cut, verdict } = await judged(runtime, bare, exact, source, halves, options, tell);
  const heldOut = source?.pairs?.filter((_, k) => halves!.measured(k));
  const bleu = heldOut && (await translated(runtime, whole, cut, heldOut, options.seed, (share) => tell("translating", share)));
  const measuring = options.timing === false ? { batches: [] } : { memory: processMemory };
  const savings = await measureSavings(runtime, bare, cut, { ...measuring, progress: (share) => tell("measuring", share) });
  const corpus = { id, sha256: createHash("sha256").update(content).digest("hex") };
  const { seed, rounds: steps, padded = false } = options;
  const left = countLeftOut(leftOut);
  const method = options.heads === undefined ? options.method : "list";
  const facts = {
    ...{ model, seed, method, steps, padded, choosing, savings, verdict, bleu },
    check: { corpus, ...check, ...(left > 0 && { leftOut: left }) },
  };
  return { cut, record: recordOf(opened, cut, { ...facts, command: commandLine() }) };
}

const dividing = ({ seed, heads, recover, maxLoss }: Options) => ({
  ...{ seed, used: heads === undefined || recover !== undefined, counting: maxLoss !== undefined },
});

const commandLine = (): string => ["headwise", ...process.argv.slice(2)].join(" ");

async function judged(
  runtime: Runtime,
  whole: AnyModel,
  exact: AnyModel,
  source: TaskSource | undefined,
  halves: Halves | undefined,
  { recover: steps, seed }: Options,
  tell: (stage: string, share: number) => void,
): Promise<{ cut: AnyModel; verdict?: Verdict }> {
  if (!source || !halves) return { cut: exact };
  const { measure, choose } = halves;
  const judge = async (model: AnyModel, stage: string) => evaluate(runtime, model, measure, (share) => tell(stage, share));
  const baseline = baselineOf(measure, await judge(whole, "judging"), seed);
  const after = baseline.compare(await judge(exact, "evaluating the pruned model"));
  const verdict = {
    task: described(measure),
    corpus: { id: source.id, sha256: source.sha256 },
    notes: source.notes,
    before: baseline.quality,
    after,
  };
  if (steps === undefined) return { cut: exact, verdict };
  const cut = await recover(runtime, whole, exact, choose, { steps, seed, progress: (share) => tell("recovering", share) });
  return {
    cut,
    verdict: { ...verdict, recovered: { steps, ...baseline.compare(await judge(cut, "evaluating the recovered model")) } },
  };
}

/** Computes BLEU before and after on the given sentences. */
function translated(
  runtime: Runtime,
  whole: AnyCheckpoint,
  cut: AnyModel,
  pairs: readonly TranslatedText[],
  seed: number,
  progress: (share: number) => void,
) {
  if (!isTranslator(whole)) throw new Error("internal: no translator");
  return compareTranslations(runtime, whole, cut as EncoderDecoder, pairs, { seed, progress });
}

const described = ({ name, measure, better, examples }: Task) => ({ name, measure, better, examples });

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
