/** `headwise sweep` with real processes: killed and continued, in parts and merged, it gives the bits of an undisturbed sweep. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SweepResults } from "../../src/sweep/results.ts";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
const resultsIn = (folder: string) => JSON.parse(readFileSync(at(folder, "results.json"), "utf8")) as SweepResults;
/** What must not depend on who ran a sweep, and how often it was interrupted. */
const outcomes = ({ rows, settings, best }: SweepResults) => ({
  rows: rows.map(({ result, ...row }) => ({ ...row, values: result?.values, weights: result?.weights, curve: result?.curve })),
  ...{ settings, best },
});

const PLAN = {
  base: {
    data: { builtin: "relations" },
    model: { architecture: "llama", layers: 1, width: 16 },
    ...{ steps: 24, every: 4, batch: { tokens: 256, length: 64 }, optimizer: { learningRate: 0.005 }, schedule: { warmup: 4 } },
  },
  grid: { "model.heads": [1, 2] },
  seeds: 2,
};
const sweep = (words: readonly string[], options?: Parameters<Command["run"]>[1]) =>
  command.run(["sweep", "plan.json", "--threads", "1", ...words], options);

let undisturbed: SweepResults;
beforeAll(async () => {
  command = buildCommand();
  writeFileSync(at("plan.json"), JSON.stringify(PLAN));
  const ran = await sweep(["--workers", "2", "--out", "whole"]);
  expect([ran.stderr.split("\n").filter((line) => /: done/.test(line)).length, ran.code]).toEqual([4, 0]);
  undisturbed = resultsIn("whole");
});
afterAll(() => command.remove());

/** The processes of jobs in a sweep's folder, by what the system lists. */
function children(folder: string): number[] {
  const listed = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return listed
    .filter((line) => line.includes("child.node.js") && line.includes(join(folder, "jobs")))
    .map((line) => Number.parseInt(line, 10));
}

it("trains and measures every model, and writes results, table and page", () => {
  expect(undisturbed.rows.map(({ setting, seed, state }) => [setting["model.heads"], seed, state])).toEqual([
    ["1", 1, "done"],
    ["1", 2, "done"],
    ["2", 1, "done"],
    ["2", 2, "done"],
  ]);
  for (const { result } of undisturbed.rows) {
    const { value, low, high } = result!.values.loss!;
    expect(low).toBeLessThan(value);
    expect(value).toBeLessThan(high!);
    // the model's loss is that of the last evaluation
    expect(value).toBeCloseTo(result!.curve.at(-1)![1], 5);
  }
  expect(new Set(undisturbed.rows.map(({ result }) => result!.weights)).size).toBe(4);
  expect(readFileSync(at("whole/sweep.html"), "utf8")).toContain("Held-out loss");
  expect(readFileSync(at("whole/results.parquet")).subarray(0, 4).toString()).toBe("PAR1");
});

it("killed again and again, jobs and supervisor, it ends with the same bits, and no job runs twice", async () => {
  let killed = 0;
  // the first run loses two jobs, then itself; the children end with it
  await sweep(["--workers", "2", "--out", "killed"], {
    begin(child) {
      const timer = setInterval(() => {
        const [pid] = children("killed");
        if (pid === undefined) return;
        if (killed++ < 2) process.kill(pid, "SIGKILL");
        else {
          clearInterval(timer);
          child.kill("SIGKILL");
        }
      }, 1500);
    },
  });
  expect(killed).toBe(3);
  await expect.poll(() => children("killed")).toEqual([]);
  const status = await command.run(["sweep", "status", "killed", "--json"]);
  const states = (JSON.parse(status.stdout) as { models: { state: string }[] }).models.map(({ state }) => state);
  expect(states.some((state) => state !== "done")).toBe(true);
  const again = await sweep(["--workers", "2", "--out", "killed"]);
  expect([again.code, again.stderr.match(/: attempt/g)]).toEqual([0, null]);
  expect(outcomes(resultsIn("killed"))).toEqual(outcomes(undisturbed));
  // nothing is left to do
  const idle = await sweep(["--out", "killed"]);
  expect([idle.code, idle.stderr]).toEqual([0, "4 of 4 models are finished already\n"]);
});

it("Ctrl-C ends it with checkpoints and says how to continue", async () => {
  let asked = false;
  const ran = await sweep(["--workers", "2", "--out", "stopped"], {
    watch(child, text) {
      if (!asked && /training, step/.test(text)) asked = child.kill("SIGINT");
    },
  });
  expect([ran.code, ran.stderr]).toEqual([
    130,
    expect.stringContaining("stopped; continue with: headwise sweep plan.json --out stopped\n"),
  ]);
  expect(children("stopped")).toEqual([]);
  expect((await sweep(["--out", "stopped", "--workers", "2"])).code).toBe(0);
  expect(outcomes(resultsIn("stopped"))).toEqual(outcomes(undisturbed));
});

it("runs in parts that merge into the same results; parts of another plan are refused", async () => {
  for (const part of [1, 2]) expect((await sweep(["--shard", `${part}/2`, "--out", `parts/${part}`])).code).toBe(0);
  expect(resultsIn("parts/1").rows.filter(({ state }) => state === "done")).toHaveLength(2);
  expect((await command.run(["sweep", "merge", "parts/1", "parts/2", "--out", "merged"])).code).toBe(0);
  expect(outcomes(resultsIn("merged"))).toEqual(outcomes(undisturbed));
  expect(readdirSync(at("merged/jobs"))).toHaveLength(4);
  writeFileSync(at("other.json"), JSON.stringify({ ...PLAN, seeds: 1, base: { ...PLAN.base, steps: 2 } }));
  expect((await command.run(["sweep", "other.json", "--threads", "1", "--out", "other"])).code).toBe(0);
  const mixed = await command.run(["sweep", "merge", "parts/1", "other", "--out", "mixed"]);
  expect([mixed.code, mixed.stderr]).toEqual([
    2,
    "headwise: other has another plan than parts/1, other data, or another version of Headwise; merge parts of one plan\n",
  ]);
  expect(existsSync(at("mixed"))).toBe(false);
});

it("a job that cannot succeed fails by name, its log is kept, and the others are trained", async () => {
  writeFileSync(at("bad.json"), JSON.stringify({ ...PLAN, seeds: 1, grid: { "model.heads": [2, 3] } }));
  const bad = ["sweep", "bad.json", "--threads", "1", "--out", "bad"];
  const ran = await command.run(bad);
  expect(ran.code).toBe(1);
  const { rows } = resultsIn("bad");
  expect(rows.map(({ state }) => state)).toEqual(["done", "failed"]);
  expect(rows[1]!.message).toContain("3 heads");
  expect(readFileSync(at("bad/jobs", rows[1]!.id, "log.txt"), "utf8")).toContain("3 heads");
  // it is not tried again unless asked to
  expect((await command.run(bad)).stderr).toContain("2 of 2 models are finished already");
  expect((await command.run([...bad, "--retry"])).stderr).toContain("failed (2 of 2)");
});

describe("wrong input", () => {
  it.each([
    [["sweep", "nowhere.json"], "nowhere.json"],
    [["sweep", "plan.json", "--shard", "9/8"], "--shard takes INDEX/COUNT with an index from 1 to the count, such as 3/8"],
    [["sweep", "plan.json", "--emit", "pbs"], "use one of slurm, kubernetes"],
    [["sweep", "status", "nowhere"], "nowhere"],
    [["sweep", "merge", "nowhere", "--out", "x"], "there is no sweep"],
  ])("%j is refused in one line", async (words, part) => {
    const ran = await command.run(words);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(part);
    expect(ran.stderr.trim()).not.toContain("\n");
  });
});

it("prints scripts for clusters, and estimates hours without training", async () => {
  const slurm = await sweep(["--emit", "slurm", "--parts", "3"]);
  expect(slurm.stdout).toContain("#SBATCH --array=1-3\n");
  expect(slurm.stdout).toContain('--shard "$SLURM_ARRAY_TASK_ID/3"');
  execFileSync("bash", ["-n"], { input: slurm.stdout });
  const kubernetes = await sweep(["--emit", "kubernetes"]);
  expect(kubernetes.stdout).toContain("completions: 4\n");
  const dry = await sweep(["--dry-run", "--json", "--workers", "2", "--out", "dry"]);
  const estimate = JSON.parse(dry.stdout) as { models: number; hours: number; hoursWithWorkers: number };
  expect([estimate.models, estimate.hours > 0, existsSync(at("dry"))]).toEqual([4, true, false]);
  expect(estimate.hoursWithWorkers).toBeCloseTo(estimate.hours / 2);
});
