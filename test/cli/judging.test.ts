/** `headwise importance`, `headwise curve` and `headwise prune` by a task, as a user meets them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseImportance } from "../../src/heads/importance/importance-report.ts";
import { METHODS } from "../../src/heads/importance/methods.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { byPath } from "../../src/params/tree.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
  makeModel(at("encoder"));
  makeTranslator(at("translator"));
  const words = "cat dog mat teacher river door children keys".split(" ");
  const word = (k: number) => words[k % words.length]!;
  const pairs = Array.from({ length: 46 }, (_, k) => `the ${word(k)} sat,the ${word(k * 3)} of the ${word(k * 5)},${k % 6}\n`);
  writeFileSync(at("pairs.csv"), `left,right,score\n${pairs.join("")}`);
  const labels = pairs.map((_, k) => JSON.stringify({ text: `the ${word(k)} sat on the ${word(k % 3)}`, label: k % 3 }));
  writeFileSync(at("labels.jsonl"), `${labels.join("\n")}\n`);
  const numbered = (step: number) => pairs.map((_, k) => `w${1 + ((k * step) % 58)} w${1 + ((k * 7) % 58)} w${1 + (k % 58)}\n`);
  writeFileSync(at("source.txt"), numbered(3).join(""));
  writeFileSync(at("target.txt"), numbered(11).join(""));
  writeFileSync(at("check.txt"), "The cat sat.\n\nThe dog sat on the mat.\n");
  writeFileSync(at("lines.txt"), "w11 w12 w13\nw41 w7\n");
});
afterAll(() => command.remove());

// by its path: the command under test stands elsewhere than the built-in models
const MODEL = fileURLToPath(new URL("../../models/relations-8", import.meta.url));
const SELECTION = ["--task", "relation", "--relation", "selection", "--examples", "120"] as const;
const at = (...path: string[]) => join(command.folder, ...path);
const jsonAt = (...path: string[]) => JSON.parse(readFileSync(at(...path), "utf8"));
const lines = (text: string) => text.trimEnd().split("\n");

describe("importance", () => {
  const similarity = ["importance", "encoder", "--task", "similarity", "--data", "pairs.csv"];

  it("is a summary, a page and data with every head by every method", async () => {
    const { code, stdout } = await command.run(similarity);
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toMatch(/^encoder, similarity on pairs\.csv$/);
    expect(stdout).toMatch(
      /\n\nwrote headwise-importance\/importance\.html and headwise-importance\/importance\.json\nnext: headwise curve \S+ --task similarity --data pairs\.csv\n$/,
    );
    const report = jsonAt("headwise-importance", "importance.json");
    expect(report).toMatchObject({
      schema: "headwise.importance/1",
      corpus: { id: "pairs.csv", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      task: { name: "similarity", examples: 46 },
      ablation: "zero",
    });
    expect(report.heads).toHaveLength(10);
    for (const { scores } of report.heads) expect(Object.keys(scores)).toEqual([...METHODS]);
    expect(readFileSync(at("headwise-importance", "importance.html"), "utf8")).toMatch(/^<!doctype html>/);
  });

  it("is data alone with --json -, by the methods that were named, and the same again", async () => {
    const args = [...similarity, "--methods", "taylor, michel", "--json", "-"];
    const [one, two] = [await command.run(args), await command.run(args)];
    const { seconds, ...report } = JSON.parse(one.stdout);
    expect(Object.keys(report.stability).sort()).toEqual(["michel", "taylor"]);
    expect(report.agreement).toEqual({});
    expect({ ...JSON.parse(two.stdout), seconds }).toEqual({ ...report, seconds });
  });

  it("has roles by causal gating, in the table, the page and the data", async () => {
    const args = ["importance", MODEL, ...SELECTION, "--methods", "gating", "--gating-updates", "4", "--out", "roles"];
    const { code, stdout } = await command.run(args);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /Causal gating \(λ 0\.1, 5 masks, 4 updates per fit\): \d+ facilitating, \d+ interfering, \d+ irrelevant, \d+ undecided;/,
    );
    const { gating } = parseImportance(readFileSync(at("roles", "importance.json"), "utf8"), "importance.json");
    expect(gating).toMatchObject({ lambda: 0.1, updates: 4, masks: 5, threshold: 0.4 / 16 });
    expect(gating!.heads.map(({ name }) => name)).toEqual([0, 1].flatMap((l) => [...Array(8).keys()].map((h) => `${l}.${h}`)));
    expect(readFileSync(at("roles", "importance.html"), "utf8")).toContain("Causal gating");
  });

  it("of labels, of hidden tokens and of a translation", async () => {
    const tasks = [
      ["encoder", "labels", "--data", "labels.jsonl"],
      ["translator", "translation", "--data", "source.txt", "--target", "target.txt"],
    ];
    for (const [model, task, ...data] of tasks) {
      const args = ["importance", model!, "--task", task!, ...data, "--methods", "ablation", "--ablation", "mean"];
      const { stdout } = await command.run([...args, "--json", `${task}.json`, "--out", "pages"]);
      expect(stdout).toContain(`wrote pages/importance.html and ${task}.json`);
      const { heads, ablation } = jsonAt(`${task}.json`);
      expect([heads.length, ablation]).toEqual([task === "labels" ? 10 : 32, "mean"]);
    }
  });
});

it("a curve has its methods, its cuts and a table, on the half that chose nothing", async () => {
  const { code, stdout } = await command.run(["curve", MODEL, ...SELECTION, "--methods", "michel,random", "--points", "4"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^.*relations-8, relation selection on synthetic world, selection\n/);
  expect(stdout).toMatch(/\nmichel +(\d+%|at none) .*\nrandom +(\d+%|at none) /);
  const report = jsonAt("headwise-curve", "curve.json");
  expect(report).toMatchObject({ schema: "headwise.curve/1", task: { better: "lower" } });
  expect(report.task.examples).toBeLessThanOrEqual(60);
  for (const { points } of report.curves)
    expect(points.map(({ removed }: { removed: number }) => removed)).toEqual([4, 8, 11, 15]);
  expect(readFileSync(at("headwise-curve", "curve.html"), "utf8")).toContain('class="cuts"');
});

it("a curve measures on a file of its own with --held-out, and selects on all of --data", async () => {
  const args = ["curve", "encoder", "--task", "labels", "--data", "labels.jsonl", "--held-out", "held-out.jsonl"];
  const lines = readFileSync(at("labels.jsonl"), "utf8").trim().split("\n");
  writeFileSync(at("held-out.jsonl"), lines.slice(0, 48).join("\n"));
  const { code, stdout } = await command.run([...args, "--methods", "taylor", "--points", "2", "--out", "apart"]);
  expect(code).toBe(0);
  const { corpus, heldOut, task } = jsonAt("apart", "curve.json");
  // a probe is trained on half of the texts
  expect(Math.abs(task.examples - 24)).toBeLessThanOrEqual(1);
  expect(stdout.replace(/\s+/g, " ")).toContain(`on ${task.examples} held-out examples of held-out.jsonl.`);
  expect([corpus.id, heldOut.id]).toEqual(["labels.jsonl", "held-out.jsonl"]);
  expect(readFileSync(at("apart", "curve.html"), "utf8")).toContain("measured on held-out.jsonl, sha256 ");
});

// each measures its cut, in processes of their own
describe("prune", { timeout: 240_000 }, () => {
  const prune = (out: string, ...words: readonly string[]) =>
    command.run(["prune", MODEL, ...SELECTION, "--text", "check.txt", "--out", out, ...words]);

  it("takes a share that a method chooses, judges it on the other half, and can be cut again", async () => {
    const { code, stdout } = await prune("quarter", "--fraction", "0.25", "--method", "taylor", "--rounds", "2");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Removed 4 of 16 heads; 12 left\.\nHeads removed: \d\.\d, \d\.\d, \d\.\d, \d\.\d\.\n/);
    expect(stdout).toMatch(/\nQuality \(nats per target\) on \d+ held-out examples: \d\.\d\d \(/);
    const record = jsonAt("quarter", "prune.json");
    expect(record).toMatchObject({ method: "taylor", steps: 2, seed: 1, quality: { task: { name: "relation selection" } } });
    expect(record.scores.map(({ heads }: { heads: string }) => heads)).toEqual(record.removed);
    expect(record.quality.after.loss.value).toBeCloseTo(record.quality.after.quality.value - record.quality.before.value, 9);
    const gone = (layer: number) => [...Array(8).keys()].filter((head) => record.removed.includes(`${layer}.${head}`));
    const [whole, read] = [await loadCheckpoint("builtin:relations-8"), await loadCheckpoint(at("quarter"))];
    const kept = [0, 1].map((layer): [string, number[]] => [
      `${layer}`,
      [...Array(8).keys()].filter((head) => !gone(layer).includes(head)),
    ]);
    expect([...byPath(read.weights)]).toEqual([...byPath(cutHeads(whole, new Map(kept)).weights)]);

    const again = ["prune", "quarter", ...SELECTION, "--fraction", "0.5", "--method", "random", "--text", "check.txt"];
    expect((await command.run([...again, "--out", "less"])).code).toBe(0);
    const second = jsonAt("less", "prune.json");
    expect(second.heads).toEqual({ before: 12, after: 6 });
    expect(second.before).toEqual(record);
    expect(second.scores.every((one: object) => !("score" in one))).toBe(true);
    for (const heads of Object.values<number[]>(second.originalHeads)) expect(heads).toEqual([...heads].sort((a, b) => a - b));
    const first = new Set(
      Object.entries<number[]>(record.originalHeads).flatMap(([l, heads]) => heads.map((h) => `${l}.${h}`)),
    );
    for (const [l, heads] of Object.entries<number[]>(second.originalHeads))
      for (const head of heads) expect(first).toContain(`${l}.${head}`);
  });

  it("takes as many as cost less than a loss, trains what is left, and says how both do", async () => {
    const { code, stdout } = await prune("cheap", "--max-loss", "0.2", "--method", "michel", "--recover", "5", "--json");
    expect(code).toBe(0);
    const record = JSON.parse(stdout);
    expect(record).toEqual(jsonAt("cheap", "prune.json"));
    expect(record.removed.length).toBeGreaterThan(0);
    expect(record.quality.recovered.steps).toBe(5);
    expect(record.quality.recovered.quality.value).not.toBe(record.quality.after.quality.value);
    const [{ weights }, { weights: whole }] = [await loadCheckpoint(at("cheap")), await loadCheckpoint("builtin:relations-8")];
    const tokens = (tree: object) => byPath(tree).get("embeddings.tokens")!.data;
    expect(tokens(weights)).not.toEqual(tokens(whole));
  });

  it("takes the heads whose learned gates close, and reports the fit", async () => {
    const learned = ["--method", "gates", "--gate-steps", "20", "--no-timing"];
    const { code, stdout } = await prune("gated", "--fraction", "0.25", ...learned);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nGates: λ [\d.e-]+, 20 steps; \d+ closed by the fit, \d+% between 0\.05 and 0\.95\. Heads kept by/,
    );
    const record = jsonAt("gated", "prune.json");
    expect(record).toMatchObject({ method: "gates", gates: { steps: 20 }, heads: { before: 16, after: 12 } });
    expect(record.gates.kept["0"] + record.gates.kept["1"]).toBe(12);
  });

  it("trains the weights with the gates, and writes the model that was trained", async () => {
    const learned = ["--method", "gates", "--gate-steps", "20", "--gate-weights", "1e-3", "--no-timing"];
    const { code, stdout } = await prune("retrained", "--fraction", "0.25", ...learned);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("; weights trained with them, learning rate 0.001. Heads kept by");
    const { gates, quality } = jsonAt("retrained", "prune.json");
    expect(gates.rate).toBe(1e-3);
    // the loss is against the model that was given
    expect(quality.after.loss.value).toBeCloseTo(quality.after.quality.value - quality.before.value, 9);
    const [whole, read] = [await loadCheckpoint("builtin:relations-8"), await loadCheckpoint(at("retrained"))];
    const path = "layers.0.feedForward.up";
    expect(byPath(read.weights).get(path)).not.toEqual(byPath(whole.weights).get(path));
  });

  it.each([
    ["1e9", "60", "λ = 1000000000 closes the gates of all heads; use a smaller λ"],
    ["1e-9", "2", "λ = 1e-9 closes no gate in 2 steps; use a larger λ or more steps"],
  ])("refuses λ = %s, which closes all gates or none", async (lambda, steps, message) => {
    const { code, stderr, stdout } = await prune("none", "--method", "gates", "--lambda", lambda, "--gate-steps", steps);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(lines(stderr).at(-1)).toBe(`headwise: ${message}`);
    expect(existsSync(at("none"))).toBe(false);
  });

  it("named heads are judged on all examples, or on half where training takes the other", async () => {
    const examples = async (out: string, ...words: readonly string[]) => {
      expect((await prune(out, "--heads", "0.1", ...words)).code).toBe(0);
      return jsonAt(out, "prune.json").quality.task.examples as number;
    };
    const [all, half] = [await examples("judged"), await examples("trained", "--recover", "1")];
    expect(Math.abs(half - all / 2)).toBeLessThan(0.2 * all);
    expect(jsonAt("trained", "prune.json")).toMatchObject({ method: "list", removed: ["0.1"] });
  });

  it("fails where what is required does not hold, and writes nothing", async () => {
    const { code, stderr, stdout } = await prune("refused", "--heads", "1.3", "--require", "heads>=1", "--require", "heads<15");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(lines(stderr).at(-1)).toMatch(/^headwise: required heads<15, but heads is 15; nothing was written/);
    expect(existsSync(at("refused"))).toBe(false);
  });

  it("cuts a translator by its translations", async () => {
    const words = ["--task", "translation", "--data", "source.txt", "--target", "target.txt", "--text", "lines.txt"];
    const args = ["prune", "translator", ...words, "--fraction", "0.2", "--method", "michel-normalized", "--recover", "2"];
    expect((await command.run([...args, "--out", "translates"])).code).toBe(0);
    expect(jsonAt("translates", "prune.json")).toMatchObject({
      heads: { before: 32, after: 26 },
      quality: { corpus: { id: "source.txt and target.txt" }, task: { examples: 23 } },
    });
    expect(readdirSync(at("translates"))).toContain("model.safetensors");
    expect((await command.run(["translate", "translates", "--data", "lines.txt"])).code).toBe(0);
  });
});
