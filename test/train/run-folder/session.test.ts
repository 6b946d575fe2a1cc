/** Runs on the disk: what is kept, what is cleared, what goes on, and what is refused. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors } from "../../../src/load/format/safetensors.ts";
import { bytesSource } from "../../../src/load/format/source.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { tensor } from "../../../src/run/tensor.ts";
import { readTrainConfig, type TrainConfig } from "../../../src/train/config.ts";
import { freshProgress } from "../../../src/train/run.ts";
import {
  averageCheckpoints,
  checkpointPath,
  checkpointSteps,
  createRun,
  openMetrics,
  openRun,
  pruneCheckpoints,
  readCheckpoint,
  saveCheckpoint,
} from "../../../src/train/run-folder/runs.node.ts";
import { differences, type SessionOptions, trainSession } from "../../../src/train/run-folder/session.node.ts";
import { madeText } from "../made-text.ts";

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-runs-"));
  writeFileSync(join(folder, "text.txt"), madeText(1, 60));
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true, force: true });
});

const RECORD = { headwise: "0", config: {}, files: {}, threads: 1, device: "cpu" };
const FILES = { config: "{}", tokenizer: "{}" };
const weightsAt = (step: number) => new Map([["w", tensor(Float32Array.of(step, 2 * step, -step), [3])]]);
const save = (run: Awaited<ReturnType<typeof createRun>>, step: number) =>
  saveCheckpoint(run, FILES, weightsAt(step), { step, tensors: weightsAt(step) }, { ...freshProgress, step });
const newRun = () => createRun(join(mkdtempSync(join(folder, "run-")), "run"), RECORD);

describe("a run's folder", () => {
  it("is cleared of what a killed process left, and of nothing else", async () => {
    const run = await newRun();
    await save(run, 7);
    for (const left of [".metrics.jsonl.1.2.0.aside", "checkpoints/.step-00000009.1.2.0.aside"])
      mkdirSync(join(run.path, left));
    writeFileSync(join(run.path, "checkpoints/.step-00000009.1.2.0.aside/model.safetensors"), "half");
    writeFileSync(join(run.path, "notes.aside"), "mine");
    expect(await checkpointSteps(run)).toEqual([7]);
    expect(await openRun(run.path)).toEqual(run);
    expect(readdirSync(run.path).sort()).toEqual(["checkpoints", "config.json", "notes.aside"]);
    expect(readdirSync(join(run.path, "checkpoints"))).toEqual(["step-00000007"]);
  });

  it("gives back its newest checkpoint", async () => {
    const run = await newRun();
    expect(await readCheckpoint(run)).toBeUndefined();
    for (const step of [2, 10, 9]) await save(run, step);
    const { state, progress } = (await readCheckpoint(run))!;
    expect(state).toEqual({ step: 10, tensors: weightsAt(10) });
    expect(progress).toEqual({ ...freshProgress, step: 10 });
  });

  it("keeps the last checkpoints that were due, the best, and the newest", async () => {
    const run = await newRun();
    for (const step of [5, 10, 12, 15, 20, 23]) await save(run, step);
    const isDue = (step: number) => step % 5 === 0;
    await pruneCheckpoints(run, { keep: 2, best: 5, isDue });
    expect(await checkpointSteps(run)).toEqual([5, 15, 20, 23]);
    await save(run, 25);
    await pruneCheckpoints(run, { keep: 2, best: 25, isDue });
    expect(await checkpointSteps(run)).toEqual([20, 25]);
    expect(readdirSync(join(run.path, "checkpoints"))).toHaveLength(2);
  });

  it("averages checkpoints number by number", async () => {
    const run = await newRun();
    for (const step of [1, 2, 6]) await save(run, step);
    expect(await averageCheckpoints(run, [1, 2, 6])).toEqual(weightsAt(3));
    expect(await averageCheckpoints(run, [2])).toEqual(weightsAt(2));
  });

  it("drops lines after the checkpoint it goes on from, and half a line", async () => {
    const run = await newRun();
    const first = await openMetrics(run, 0);
    for (const step of [1, 2, 3, 4]) first.add({ step });
    await first.flush();
    const path = join(run.path, "metrics.jsonl");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"step":`);
    const again = await openMetrics(run, 2);
    again.add({ step: 3, again: true });
    await again.flush();
    expect(readFileSync(path, "utf8")).toBe('{"step":1}\n{"step":2}\n{"step":3,"again":true}\n');
  });

  it("is not begun twice, nor gone on with where there is none", async () => {
    const run = await newRun();
    await expect(createRun(run.path, RECORD)).rejects.toThrow(
      `${run.path}: a run of this name exists; continue it with --resume`,
    );
    await expect(openRun(join(folder, "nowhere"))).rejects.toThrow("nowhere: there is no run");
  });
});

const configured = (change: object = {}): TrainConfig =>
  readTrainConfig(
    {
      data: { text: join(folder, "text.txt") },
      tokenizer: { vocabulary: 270, minFrequency: 0 },
      model: { layers: 1, width: 14, heads: 2 },
      batch: { length: 13, tokens: 52, accumulate: 2 },
      dropout: { residual: 0.1, attention: 0.1, heads: 0.3, schedule: "v" },
      schedule: { kind: "constant", warmup: 2 },
      ...{ steps: 11, every: 3, keep: 2 },
      ...change,
    },
    "test",
  );
const session = (path: string, config = configured(), options: Partial<SessionOptions> = {}) =>
  trainSession(runtime, config, "test", { path, ...options });
const modelOf = (path: string) => readFileSync(join(path, "model/model.safetensors"));

describe("a session", () => {
  let whole: string;
  beforeAll(async () => {
    whole = join(folder, "whole");
    expect((await session(whole, configured({ average: 2, milestones: 4 }))).outcome).toBe("finished");
  });

  it("stopped twice and gone on with gives the same model, metrics and result, means of checkpoints included", async () => {
    const [path, config] = [join(folder, "stopped"), configured({ average: 2, milestones: 4 })];
    for (const [k, at] of [4, 10].entries()) {
      let step = 0;
      const hooks = { onStep: (report: { step: number }) => void (step = report.step), stopping: () => step === at };
      const { outcome, progress } = await session(path, config, { resume: k > 0, hooks });
      expect({ outcome, step: progress.step }).toEqual({ outcome: "stopped", step: at });
    }
    expect((await session(path, config, { resume: true })).outcome).toBe("finished");
    expect(modelOf(path).equals(modelOf(whole))).toBe(true);
    for (const file of ["metrics.jsonl", "result.json"])
      expect(readFileSync(join(path, file), "utf8")).toBe(readFileSync(join(whole, file), "utf8"));
    expect(readdirSync(join(path, "checkpoints"))).toEqual(readdirSync(join(whole, "checkpoints")));
    // models at log-spaced steps, the untrained one first, whether the run was stopped or not
    const kept = ["step-00000000", "step-00000001", "step-00000003", "step-00000011"];
    for (const own of [path, whole]) expect(readdirSync(join(own, "milestones"))).toEqual(kept);
    for (const name of kept) {
      const weights = (own: string) => readFileSync(join(own, "milestones", name, "model.safetensors"));
      expect(weights(path).equals(weights(whole))).toBe(true);
    }
    const last = ["milestones/step-00000011", "checkpoints/step-00000011"];
    const [milestone, checkpoint] = last.map((name) => readFileSync(join(whole, name, "model.safetensors")));
    expect(milestone!.equals(checkpoint!)).toBe(true);
  });

  it("of a version without an option goes on with its default", async () => {
    const [path, config] = [join(folder, "older"), configured({ dropout: { residual: 0.1 } })];
    let step = 0;
    const hooks = { onStep: (report: { step: number }) => void (step = report.step), stopping: () => step === 4 };
    await session(path, config, { hooks });
    const file = join(path, "config.json");
    const record = JSON.parse(readFileSync(file, "utf8"));
    expect(record.config.dropout).toEqual({ residual: 0.1, attention: 0, heads: 0, schedule: "constant" });
    record.config.dropout = { residual: 0.1, attention: 0 };
    writeFileSync(file, JSON.stringify(record));
    expect((await session(path, config, { resume: true })).outcome).toBe("finished");
  });

  it("gives the mean of its last checkpoints as its model", async () => {
    const run = await openRun(whole);
    expect((await checkpointSteps(run)).slice(-2)).toEqual([9, 11]);
    const file = await openSafetensors(bytesSource("model", new Uint8Array(modelOf(whole))));
    const mean = await averageCheckpoints(run, [9, 11]);
    for (const [name, wanted] of mean) expect(await file.read(name), name).toEqual(wanted);
    expect([...file.tensors.keys()].sort()).toEqual([...mean.keys()].sort());
  });

  it("refuses another configuration and another text by name, and warns of another number of threads", async () => {
    const [text, path] = [join(folder, "other.txt"), join(folder, "changed")];
    writeFileSync(text, madeText(1, 60));
    const config = configured({ data: { text }, steps: 3 });
    await session(path, config);
    const resumed = (changed: TrainConfig, on = runtime, warn?: SessionOptions["warn"]) =>
      trainSession(on, changed, "test", { path, resume: true, warn });
    const other = { ...config, optimizer: { ...config.optimizer, clip: 3 } };
    await expect(resumed(other)).rejects.toThrow('another configuration ("optimizer.clip" was 1, is 3); start a new run');
    const warnings: string[] = [];
    await resumed(config, { ...runtime, threads: 5 }, (message) => void warnings.push(message));
    expect(warnings).toEqual([expect.stringContaining("threads: 1 before, 5 now")]);
    writeFileSync(text, madeText(2, 60));
    await expect(resumed(config)).rejects.toThrow(`${text} has changed since the run began`);
  });

  it("loses no checkpoint where the next one cannot be written", async () => {
    const [path, config] = [join(folder, "full"), configured({ average: 2 })];
    const [there, away] = [join(path, "checkpoints"), join(path, "away")];
    const onStep = ({ step }: { step: number }) => {
      if (step !== 9) return;
      renameSync(there, away);
      writeFileSync(there, ""); // as good as a full disk: nothing can be written below a file
    };
    await expect(session(path, config, { hooks: { onStep } })).rejects.toThrow(/step-00000009: cannot be written/);
    rmSync(there);
    renameSync(away, there);
    expect(await checkpointSteps(await openRun(path))).toEqual([3, 6]);
    expect((await session(path, config, { resume: true })).outcome).toBe("finished");
    expect(modelOf(path).equals(modelOf(whole))).toBe(true);
  });

  it("is refused where another process has the run", async () => {
    const path = join(folder, "twice");
    const refused: unknown[] = [];
    const onStep = async ({ step }: { step: number }) => {
      if (step === 1)
        refused.push(await session(path, configured(), { resume: true }).catch((error) => (error as Error).message));
    };
    await session(path, configured({ steps: 3 }), { hooks: { onStep } });
    expect(refused).toEqual([
      expect.stringMatching(/twice: another headwise process is writing here \(process \d+ on .* since .*\); wait/),
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  const damages: [string, (path: string) => void, RegExp][] = [
    ["cut short", (path) => truncateSync(join(path, "state.safetensors"), 100), /state\.safetensors has changed/],
    ["with a file less", (path) => rmSync(join(path, "progress.json")), /progress\.json: there is no such file/],
    ["with a wrong byte", (path) => spoil(join(path, "model.safetensors")), /model\.safetensors has changed/],
    ["with other JSON", (path) => writeFileSync(join(path, "progress.json"), "{"), /progress\.json has changed/],
    [
      "without its sums, cut short",
      (path) => {
        rmSync(join(path, "SHA256SUMS"));
        truncateSync(join(path, "state.safetensors"), 100);
      },
      /damaged/,
    ],
    ["with broken sums", (path) => writeFileSync(join(path, "SHA256SUMS"), "x"), /SHA256SUMS does not list the files/],
  ];
  const spoil = (path: string) => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 3]! ^= 4;
    writeFileSync(path, bytes);
  };
  it.each(
    damages,
  )("whose newest checkpoint is damaged, %s, goes on from the one before and ends the same", async (what, damage, says) => {
    const [path, config] = [join(folder, `damaged ${what}`), configured({ average: 2 })];
    let now = 0;
    const hooks = { onStep: ({ step }: { step: number }) => void (now = step), stopping: () => now === 10 };
    await session(path, config, { hooks });
    damage(join(path, "checkpoints", "step-00000010"));
    const warnings: string[] = [];
    await session(path, config, { resume: true, warn: (message) => void warnings.push(message) });
    expect(warnings).toEqual([expect.stringMatching(says), "continuing from step 9"]);
    expect(modelOf(path).equals(modelOf(whole))).toBe(true);
    expect(readFileSync(join(path, "metrics.jsonl"), "utf8")).toBe(readFileSync(join(whole, "metrics.jsonl"), "utf8"));
    expect(readdirSync(join(path, "checkpoints"))).toContain("step-00000010.damaged");
  });

  it("whose checkpoints are all damaged goes on from the beginning and ends the same", async () => {
    const [path, config] = [join(folder, "all damaged"), configured({ average: 2 })];
    let now = 0;
    const hooks = { onStep: ({ step }: { step: number }) => void (now = step), stopping: () => now === 7 };
    await session(path, config, { hooks });
    for (const name of readdirSync(join(path, "checkpoints"))) spoil(join(path, "checkpoints", name, "state.safetensors"));
    const warnings: string[] = [];
    await session(path, config, { resume: true, warn: (message) => void warnings.push(message) });
    expect(warnings.at(-1)).toBe("no intact checkpoint is left; starting from the beginning");
    expect(modelOf(path).equals(modelOf(whole))).toBe(true);
  });

  it("that diverges names the last good checkpoint, which is whole", async () => {
    const path = join(folder, "diverged");
    const optimizer = { learningRate: 1e30, clip: null };
    const schedule = { kind: "constant", warmup: 0 };
    const thrown = await session(path, configured({ optimizer, schedule, every: 1 })).catch((error: Error) => error);
    expect((thrown as Error).message).toMatch(/diverged: step \d+: the .*loss is .*\(learning rate 1\.00e\+30.*checkpoint/);
    const run = await openRun(path);
    for (const step of await checkpointSteps(run)) {
      expect((thrown as Error).message).toContain(checkpointPath(run, step));
      for (const { data } of (await averageCheckpoints(run, [step])).values())
        expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    }
  });
});

it("differences are named by their paths", () => {
  expect(differences({ a: { b: 1, c: [1, 2] }, d: 2 }, { a: { b: 1, c: [1, 3] }, e: 2 })).toEqual([
    '"a.c" was [1,2], is [1,3]',
    '"d" was 2, is not set',
    '"e" was not set, is 2',
  ]);
  expect(differences({ a: { b: null } }, { a: { b: null } })).toEqual([]);
});
