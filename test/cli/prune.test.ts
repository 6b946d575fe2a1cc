/** `headwise prune` as a user meets it: a smaller model that loads, is proved, and is there whole or not at all. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { random } from "../../src/params/random.ts";
import { byPath } from "../../src/params/tree.ts";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

// by its path: the command under test stands elsewhere than the built-in models
const MODEL = fileURLToPath(new URL("../../models/relations-8", import.meta.url));
const prune = (out: string, heads: string, ...more: readonly string[]) =>
  command.run(["prune", MODEL, "--heads", heads, "--out", out, ...more]);
const at = (...path: string[]) => join(command.folder, ...path);
const jsonAt = (...path: string[]) => JSON.parse(readFileSync(at(...path), "utf8"));

describe("a cut", () => {
  it("leaves a model that loads, with what it was cut from and how it was checked", async () => {
    const { code, stdout } = await prune("small", "0.1,0.6,1.0,1.7", "--onnx");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Removed 4 of 16 heads; 12 left\.\nParameters: 493,184 → /);
    expect(stdout).toMatch(
      /equals the masked one on 110 texts .* is (0|\d\.\de-\d) in hidden states, (0|\d\.\de-\d) in logits\./,
    );
    const files = [
      "README.md",
      "config.json",
      "model.safetensors",
      "onnx",
      "prune.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ];
    expect(readdirSync(at("small")).sort()).toEqual(files);
    expect(readdirSync(at("small", "onnx"))).toEqual(["model.onnx"]);
    const { config, weights } = await loadCheckpoint(at("small"));
    expect(config.heads).toEqual([6, 6]);
    expect(config.originalHeads).toEqual({ "0": [0, 2, 3, 4, 5, 7], "1": [1, 2, 3, 4, 5, 6] });
    const whole = byPath((await loadCheckpoint("builtin:relations-8")).weights).get("layers.0.attention.wo")!;
    const cut = byPath(weights).get("layers.0.attention.wo")!;
    const block = 16 * 128; // [d, m] of one head
    expect(cut.data.slice(block, 2 * block)).toEqual(whole.data.slice(2 * block, 3 * block));
    const record = jsonAt("small", "prune.json");
    expect(record).toMatchObject({
      schema: "headwise.prune/1",
      model: MODEL,
      removed: ["0.1", "0.6", "1.0", "1.7"],
      heads: { before: 16, after: 12 },
      check: { texts: 110, corpus: { id: "built-in sample", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(record.check.states).toBeLessThan(1e-5);
    expect(record.files.carried).toEqual(expect.arrayContaining(["README.md", "tokenizer.json"]));
    expect(stdout).toMatch(/\nCopied: .*README\.md/);
    expect(readFileSync(at("small", "README.md"), "utf8")).toContain(
      "removed 4 of 16 attention heads; `prune.json` lists them.",
    );
  });

  it("can be cut again, and remembers the first model's heads and the first cut", async () => {
    expect((await command.run(["prune", "small", "--heads", "0.1", "--out", "smaller", "--no-timing"])).code).toBe(0);
    const record = jsonAt("smaller", "prune.json");
    expect(record.originalHeads["0"]).toEqual([0, 3, 4, 5, 7]);
    expect(record.before.removed).toEqual(["0.1", "0.6", "1.0", "1.7"]);
    expect((await loadCheckpoint(at("smaller"))).config.originalHeads).toEqual(record.originalHeads);
  });

  it("is padded to the first model's size, whichever cut it was", async () => {
    expect((await command.run(["prune", "small", "--heads", "1.3", "--out", "padded", "--padded", "--no-timing"])).code).toBe(
      0,
    );
    const { config, weights } = await loadCheckpoint(at("padded"));
    expect(config.heads).toEqual([8, 8]);
    expect(config.originalHeads).toBeUndefined();
    const wo = byPath(weights).get("layers.1.attention.wo")!.data as Float32Array;
    const isEmpty = (head: number) => wo.subarray(head * 2048, (head + 1) * 2048).every((x) => x === 0);
    expect([...Array(8).keys()].filter(isEmpty)).toEqual([0, 4, 7]);
  });

  it("prints its record as JSON, and replaces a folder only when told to", async () => {
    const { stdout } = await prune("small", "1.1", "--json", "--force");
    expect(JSON.parse(stdout)).toEqual(jsonAt("small", "prune.json"));
    expect(readdirSync(at("small"))).not.toContain("onnx");
    expect((await prune("small", "1.1")).code).toBe(2);
  });
});

it("is there whole or not at all when it is killed at 20 random moments", async () => {
  const uniform = random("kills");
  const started = performance.now();
  expect((await prune("timed", "0.2", "--onnx", "--no-timing")).code).toBe(0);
  const [lasted, whole] = [performance.now() - started, readdirSync(at("timed")).sort()];
  let killed = 0;
  for (let k = 0; k < 20; k++) {
    rmSync(at("killed"), { recursive: true, force: true });
    const ran = await command.run(["prune", MODEL, "--heads", "0.2", "--out", "killed", "--onnx", "--no-timing"], {
      begin: (child) => void setTimeout(() => child.kill("SIGKILL"), lasted * (0.3 + 0.8 * uniform())),
    });
    if (ran.signal === "SIGKILL") killed++;
    if (!existsSync(at("killed"))) continue;
    expect(readdirSync(at("killed")).sort()).toEqual(whole);
    expect((await loadCheckpoint(at("killed"))).config.heads).toEqual([7, 8]);
  }
  expect(killed).toBeGreaterThan(5);
}, 180_000);
