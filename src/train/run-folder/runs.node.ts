/**
 * Runs on disk: `runs/NAME/` with config.json, metrics.jsonl, checkpoints/, milestones/, model/ and result.json. All files are complete
 * whenever a process is killed; those of tensorboard/ may end in half a record.
 */

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAside } from "../../load/files/aside.node.ts";
import { fileSource } from "../../load/files/files.node.ts";
import { makeFolders, removeEmpty, unwritable } from "../../load/files/place.node.ts";
import { writeWhole } from "../../load/files/write.node.ts";
import { removeFolder, writeFolder } from "../../load/files/write-folder.node.ts";
import { openSafetensors } from "../../load/format/safetensors.ts";
import { writeSafetensors } from "../../load/format/safetensors-write.ts";
import { asRecord, getOrAdd } from "../../params/keyed.ts";
import { InputError, messageOf } from "../../run/errors.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import { addTo } from "../../stats/sums.ts";
import type { RunProgress } from "../run.ts";
import type { StepReport, TrainingState } from "../trainer.ts";
import { SUMS_FILE, sumsOf } from "./sums.node.ts";

/** The settings that a run was started with, compared when it resumes. */
export interface RunRecord {
  readonly headwise: string;
  readonly config: object;
  /** SHA-256 of every input file, and of the tokenizer. */
  readonly files: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly device: string;
}

/** The files of the model that a run trains, by name, without its weights. */
export type ModelFiles = Readonly<Record<string, string>>;

export interface Run {
  readonly path: string;
  readonly record: RunRecord;
}

/** A checkpoint as stored: everything needed to continue. */
export interface Resumed {
  readonly state: TrainingState;
  readonly progress: RunProgress;
}

const stepName = (step: number): string => `step-${String(step).padStart(8, "0")}`;
const checkpointsOf = (path: string): string => join(path, "checkpoints");
/** Returns the path of the checkpoint of a step. */
export const checkpointPath = (run: Run, step: number): string => join(checkpointsOf(run.path), stepName(step));

/** Throws `InputError` if there is a run at `path` already. */
export async function refuseExisting(path: string): Promise<void> {
  const there = await readFile(join(path, "config.json")).catch(() => undefined);
  if (there) throw new InputError(`${path}: a run of this name exists; continue it with --resume, or choose another --name`);
}

/** Creates a run at `path`; throws `InputError` if there is one already, or nothing can be written. */
export async function createRun(path: string, record: RunRecord): Promise<Run> {
  await refuseExisting(path);
  const made: string[] = [];
  try {
    await makeFolders(checkpointsOf(path), made);
    await writeWhole(join(path, "config.json"), `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    removeEmpty(made);
    throw unwritable(path, error);
  }
  return { path, record };
}

/**
 * Opens a run, and removes the partial files of a killed process. Only for the owner of the claim of `path`, since another
 * process may be writing.
 */
export async function openRun(path: string): Promise<Run> {
  const text = await readFile(join(path, "config.json"), "utf8").catch(() => {
    throw new InputError(`${path}: there is no run; see the names under ${join(path, "..")}, or start one without --resume`);
  });
  const record = readRecord(text, join(path, "config.json"));
  for (const folder of [path, checkpointsOf(path), join(path, "milestones")]) {
    const names: string[] = await readdir(folder).catch(() => []);
    for (const name of names) if (isAside(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  return { path, record };
}

function readRecord(text: string, path: string): RunRecord {
  try {
    return JSON.parse(text) as RunRecord;
  } catch (error) {
    throw new InputError(`${path} is damaged (${messageOf(error)}); start a new run with another --name`);
  }
}

/** Lists the steps that have a checkpoint, in order. */
export async function checkpointSteps(run: Run): Promise<number[]> {
  const names = await readdir(checkpointsOf(run.path)).catch(() => []);
  return names
    .flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Writes a checkpoint: a model directory with moments and progress. */
export async function saveCheckpoint(
  run: Run,
  files: ModelFiles,
  weights: ReadonlyMap<string, Tensor>,
  { tensors }: TrainingState,
  progress: RunProgress,
): Promise<void> {
  const written: [string, string | Uint8Array][] = [
    ...Object.entries(files),
    ["model.safetensors", writeSafetensors(weights)],
    ["state.safetensors", writeSafetensors(tensors)],
    ["progress.json", `${JSON.stringify(progress)}\n`],
  ];
  await writeFolder(checkpointPath(run, progress.step), [...written, [SUMS_FILE, sumsOf(written)]]);
}

/** Keeps the model of a step for good, as a model directory without moments; a resumed run writes it again. */
export const saveMilestone = (run: Run, step: number, files: ModelFiles, weights: ReadonlyMap<string, Tensor>): Promise<void> =>
  writeFolder(join(run.path, "milestones", stepName(step)), [
    ...Object.entries(files),
    ["model.safetensors", writeSafetensors(weights)],
  ]);

/** The checkpoints to keep: the last `keep` due ones, the best, and the newest, due or written on Ctrl-C. */
export interface Keeping {
  readonly keep: number;
  readonly best?: number;
  /** Returns true if an uninterrupted run writes a checkpoint at this step. */
  readonly isDue: (step: number) => boolean;
}

/** Deletes all other checkpoints. */
export async function pruneCheckpoints(run: Run, { keep, best, isDue }: Keeping): Promise<void> {
  const steps = await checkpointSteps(run);
  const kept = new Set([...steps.filter(isDue).slice(-keep), steps.at(-1), best]);
  for (const step of steps) if (!kept.has(step)) await removeFolder(checkpointPath(run, step));
}

/** Reads the newest checkpoint; undefined if there is none yet. */
export async function readCheckpoint(run: Run): Promise<Resumed | undefined> {
  const step = (await checkpointSteps(run)).at(-1);
  if (step === undefined) return undefined;
  const progress = JSON.parse(await readFile(join(checkpointPath(run, step), "progress.json"), "utf8")) as RunProgress;
  return { state: await readState(run, step), progress };
}

/** Reads the weights and moments of a checkpoint. */
export const readState = async (run: Run, step: number): Promise<TrainingState> => ({
  step,
  tensors: await readTensors(join(checkpointPath(run, step), "state.safetensors")),
});

async function readTensors(path: string): Promise<Map<string, Tensor>> {
  const source = await fileSource(path);
  try {
    const file = await openSafetensors(source);
    const read = new Map<string, Tensor>();
    for (const name of file.tensors.keys()) read.set(name, await file.read(name));
    return read;
  } finally {
    await source.close();
  }
}

/** Averages the models at some steps, tensor by tensor. */
export const averageCheckpoints = (run: Run, steps: readonly number[]): Promise<Map<string, Tensor>> =>
  averaged(steps, (step) => readTensors(join(checkpointPath(run, step), "model.safetensors")));

/** Averages what is read at some steps, tensor by tensor. */
export async function averaged(
  steps: readonly number[],
  read: (step: number) => Promise<ReadonlyMap<string, Tensor>>,
): Promise<Map<string, Tensor>> {
  const sums = new Map<string, { readonly sum: Float64Array; readonly shape: readonly number[] }>();
  for (const step of steps) {
    for (const [name, own] of await read(step)) {
      const { sum } = getOrAdd(sums, name, () => ({ sum: new Float64Array(own.data.length), shape: own.shape }));
      addTo(sum, floats(own));
    }
  }
  const mean = (sum: Float64Array) => Float32Array.from(sum, (x) => x / steps.length);
  return new Map([...sums].map(([name, { sum, shape }]) => [name, tensor(mean(sum), shape)]));
}

/** The metrics file: one line per step; a resumed run drops lines after its checkpoint. */
export interface Metrics {
  /** The lines up to the checkpoint. */
  readonly before: readonly StepReport[];
  add(line: object): void;
  /** The number of lines of earlier steps that are missing or are not JSON. */
  readonly missing: number;
  /** Writes all lines so far to disk. */
  flush(): Promise<void>;
}

export async function openMetrics(run: Run, from: number): Promise<Metrics> {
  const path = join(run.path, "metrics.jsonl");
  const before = from === 0 ? "" : await readFile(path, "utf8").catch(() => "");
  const kept = before.split("\n").filter((line) => isUpTo(line, from));
  return {
    before: kept.map((line) => JSON.parse(line) as StepReport),
    missing: Math.max(0, from - kept.length),
    add: (line) => void kept.push(JSON.stringify(line)),
    flush: () => writeWhole(path, kept.map((line) => `${line}\n`).join("")),
  };
}

function isUpTo(line: string, step: number): boolean {
  try {
    return Number(asRecord(JSON.parse(line)).step) <= step;
  } catch {
    return false;
  }
}
