/** Runs one job in this process: trains its model, from its last checkpoint if there is one, and measures it. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus, hostname, platform, release } from "node:os";
import { join } from "node:path";
import { parseConllu } from "../corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../corpus/sample.ts";
import { allLines } from "../corpus/text.node.ts";
import { reportOn } from "../heads/report/report.ts";
import { loadCheckpoint } from "../load/checkpoint.node.ts";
import { writeWhole } from "../load/files/write.node.ts";
import { loadTranslator } from "../load/translator.node.ts";
import { asRecord, countsOf, itemsAt } from "../params/keyed.ts";
import { InputError } from "../run/errors.ts";
import { nodeRuntime } from "../run/ort.node.ts";
import type { Runtime } from "../run/runtime.ts";
import { drawExamples, estimate } from "../stats/bootstrap.ts";
import { clusterInterval } from "../stats/inference.ts";
import { total } from "../stats/sums.ts";
import { addUp, bleuCounts, bleuOf } from "../tasks/bleu/bleu.ts";
import { translate } from "../train/decode/translate.ts";
import { heldOutLosses } from "../train/run-folder/evaluate.node.ts";
import { trainSession } from "../train/run-folder/session.node.ts";
import { hashOf } from "../train/run-folder/sums.node.ts";
import { VERSION } from "../version.ts";
import type { Job, JobProgress, JobResult, JobValue, Machine } from "./job.ts";
import type { Measuring } from "./measures.ts";

/** The files of a job's folder. */
export const JOB_FILES = {
  job: "job.json",
  result: "result.json",
  failure: "failed.json",
  log: "log.txt",
  progress: "progress.json",
  run: "run",
  translations: "translations.txt",
} as const;

export interface JobHooks {
  progress(progress: JobProgress): void;
  /** Called with lines for the job's log. */
  say(line: string): void;
  /** Returns true to stop after this step, with a checkpoint. */
  stopping(): boolean;
}

/**
 * Runs a job in its folder and writes `result.json` there; returns false if it was stopped before. A job that was killed goes on
 * from its last checkpoint. Throws `InputError`.
 */
export async function runJob(job: Job, folder: string, hooks: JobHooks): Promise<boolean> {
  const before = await secondsBefore(folder);
  const begun = performance.now();
  const seconds = () => before + (performance.now() - begun) / 1000;
  const runtime = await nodeRuntime({ device: job.device, threads: job.threads });
  try {
    const { config, measures } = job.work;
    const path = join(folder, JOB_FILES.run);
    let parameters = 0;
    const at = (stage: string, step: number, loss?: number) =>
      hooks.progress({ stage, step, steps: config.steps, loss, seconds: seconds() });
    const { outcome, progress, model } = await trainSession(runtime, config, job.name, {
      path,
      resume: existsSync(join(path, "config.json")),
      tensorboard: job.tensorboard,
      warn: hooks.say,
      begin: (facts) => {
        parameters = facts.parameters;
        at("training", facts.from);
      },
      hooks: { onStep: ({ step }, { meanLoss }) => at("training", step, meanLoss), stopping: hooks.stopping },
    });
    if (outcome === "stopped" || model === undefined) return false;
    const values: Record<string, JobValue> = {};
    for (const measure of measures) {
      if (hooks.stopping()) return false;
      at(`measuring ${measure.kind}`, progress.step);
      Object.assign(values, await measured(measure, runtime, job, { path, model, folder }));
    }
    const result: JobResult = {
      ...{ schema: "headwise.job/1", headwise: VERSION, id: job.id, name: job.name, values },
      curve: progress.evaluations.map(({ step, loss }) => [step, loss] as const),
      ...{ weights: await hashOf(join(model, "model.safetensors")), parameters },
      seconds: seconds(),
      ...{ threads: runtime.threads, machine: machine() },
    };
    await writeWhole(join(folder, JOB_FILES.result), `${JSON.stringify(result)}\n`);
    return true;
  } finally {
    await runtime.release();
  }
}

/** Returns the seconds of earlier attempts, as their progress file says. */
async function secondsBefore(folder: string): Promise<number> {
  const text = await readFile(join(folder, JOB_FILES.progress), "utf8").catch(() => "{}");
  try {
    const { seconds } = asRecord(JSON.parse(text));
    return typeof seconds === "number" ? seconds : 0;
  } catch {
    return 0;
  }
}

function machine(): Machine {
  return { name: hostname(), cpu: cpus()[0]?.model ?? "unknown", system: `${platform()} ${release()}`, node: process.version };
}

interface Trained {
  /** The run's folder, and that of its model. */
  readonly path: string;
  readonly model: string;
  /** The job's folder. */
  readonly folder: string;
}

async function measured(
  measure: Measuring,
  runtime: Runtime,
  job: Job,
  { path, model, folder }: Trained,
): Promise<Record<string, JobValue>> {
  const { config } = job.work;
  if (measure.kind === "loss") {
    const { nats, targets, bytes } = await heldOutLosses(runtime, config, job.name, path);
    const loss = { value: total(nats) / total(targets), ...clusterInterval(nats, targets, config.seed) };
    if (bytes === undefined) return { loss };
    const scale = total(targets) / bytes / Math.LN2;
    return { loss, bitsPerByte: { value: loss.value * scale, low: loss.low * scale, high: loss.high * scale } };
  }
  if (measure.kind === "bleu") return { bleu: await bleuValue(measure, runtime, { model, folder, seed: config.seed }) };
  const checkpoint = await loadCheckpoint(model);
  const { report } = await reportOn(runtime, checkpoint, parseConllu(SAMPLE_CONLLU, "built-in sample"), {
    seed: config.seed,
  });
  const counts = countsOf(report.heads.map(({ label }) => label));
  return Object.fromEntries([...counts].map(([label, count]) => [`heads.${label}`, { value: count }]));
}

/** Translates the sources, keeps the translations in the job's folder, and scores them; the interval is over sentences. */
async function bleuValue(
  { source, reference, beam }: Extract<Measuring, { kind: "bleu" }>,
  runtime: Runtime,
  { model, folder, seed }: { readonly model: string; readonly folder: string; readonly seed: number },
): Promise<JobValue> {
  const [sources, references] = [await allLines(source), await allLines(reference)];
  if (sources.length !== references.length)
    throw new InputError(
      `${reference} has ${references.length} lines, but ${source} has ${sources.length}; give one reference for each sentence`,
    );
  const found: string[] = [];
  for await (const { text } of translate(runtime, await loadTranslator(model), sources, { beams: beam })) found.push(text);
  await writeWhole(join(folder, JOB_FILES.translations), found.map((text) => `${text.replace(/\s*\n\s*/g, " ")}\n`).join(""));
  const { lines, references: each } = bleuCounts(found, [references]);
  return estimate(drawExamples(lines.length, seed), (some) => bleuOf(addUp(some ? itemsAt(lines, some) : lines), each).score);
}
