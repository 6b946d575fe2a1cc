/** What the command line, the headers or the configuration show to be wrong is refused before weights are fetched or read. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFakeHub } from "../load/fake-hub.ts";
import type { FakeHub } from "../load/fake-hub-call.ts";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { buildCommand, type Command } from "./command.ts";
import { editJson, makeModel, overwriteFirst } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
let hub: FakeHub;
beforeAll(async () => {
  command = buildCommand();
  hub = await startFakeHub(Object.fromEntries(FILES.map((name) => [name, readFileSync(join(bert(), name))])));
});
afterAll(() => {
  hub.close();
  command.remove();
});

const FILES = ["config.json", "tokenizer.json", "model.safetensors"];
const KEY = "bert.encoder.layer.0.attention.self.key.weight";
const inFolder = (name: string) => join(mkdtempSync(join(command.folder, "case-")), name);

/** A model that cannot be read without a word: one of its weights is NaN. */
function bert(): string {
  const model = makeModel(inFolder("bert"));
  overwriteFirst(model, KEY, Number.NaN);
  return model;
}
const file = (name: string, content: string): string => {
  const path = inFolder(name);
  writeFileSync(path, content);
  return path;
};
const pairs = (count: number, text = "the cat") =>
  file("pairs.csv", Array.from({ length: count }, (_, k) => `${text},the dog,${(k * 7) % 5}\n`).join(""));
const similarity = (count = 60) => ["--task", "similarity", "--data", pairs(count)];
const vacant = () => ["--out", inFolder("out")];
const prune = (m: string, ...more: string[]) => ["prune", m, ...vacant(), ...more];
const row = (id: string, head: string) => `${id}\tword\t_\tNOUN\t_\t_\t${head}\tdep\t_\t_\n`;

type Usage = readonly [what: string, args: (model: string) => readonly string[], says: string];

/** Refused by the command line or files that it names, with the model left alone. */
const AT_ONCE: readonly Usage[] = [
  ["heads in two ways", (m) => prune(m, "--heads", "0.1", "--fraction", "0.5"), "prune needs exactly one selection of heads"],
  ["a share without a task", (m) => prune(m, "--fraction", "0.5"), "select heads by a task"],
  ["a loss without a task", (m) => prune(m, "--max-loss", "1"), "select heads by a task"],
  ["recovery without a task", (m) => prune(m, "--heads", "0.1", "--recover", "3"), "--recover trains on the texts of a task"],
  ...["loss<=1", "loss.low<1", "quality>3"].map(
    (rule): Usage => [
      `a requirement of ${rule} without a task`,
      (m) => prune(m, "--heads", "0.1", "--require", rule),
      `--require "${rule}" needs a task; pass --task NAME`,
    ],
  ),
  ["a requirement of BLEU", (m) => prune(m, "--heads", "0.1", "--require", "bleu>3", ...similarity()), "needs translations"],
  [
    "a requirement of time that is not measured",
    (m) => prune(m, "--heads", "0.1", "--no-timing", "--require", "time<1"),
    "needs timing; remove --no-timing",
  ],
  [
    "an unknown requirement",
    (m) => prune(m, "--heads", "0.1", "--require", "speed>1"),
    '--require "speed>1" is not a rule; write NAME<=NUMBER',
  ],
  ["an output folder with files", (m) => ["prune", m, "--heads", "0.1", "--out", m], "is not empty"],
  ["an output folder below a file", (m) => ["report", m, "--out", join(m, "config.json", "x")], "cannot be written"],
  ["a comparison below a file", (m) => ["compare", m, m, "--out", join(m, "config.json", "x")], "cannot be written"],
  ["a picture below a file", (m) => ["look", m, "-t", "cat", "--png", join(m, "config.json", "x.png")], "cannot be written"],
  [
    "a text to check on that is not there",
    (m) => prune(m, "--heads", "0.1", "--text", "none.txt"),
    "none.txt: there is no such file",
  ],
  [
    "an unknown method",
    (m) => ["importance", m, ...vacant(), ...similarity(), "--methods", "magic"],
    'there is no method "magic"',
  ],
  [
    "an unknown method of a curve",
    (m) => ["curve", m, ...vacant(), ...similarity(), "--methods", "magic"],
    'there is no method "magic"',
  ],
  ["an unknown device", (m) => ["report", m, ...vacant(), "--device", "tpu"], 'unknown device "tpu"'],
  [
    "importance that is not there",
    (m) => ["report", m, ...vacant(), "--importance", "none.json"],
    "none.json: there is no such file",
  ],
  ["a treebank to compare models on", (m) => ["compare", m, m, ...vacant(), "--conllu", "none"], "none: there is no such file"],
  ["a head without its layer", (m) => ["look", m, "-t", "cat", "--head", "1"], "--head needs a layer; pass --layer N"],
  ["a head that is no name", (m) => ["look", m, "-t", "cat", "--head", "x.1"], '"x.1" names no head'],
  ["nothing to translate", (m) => ["translate", m], "translate needs a text"],
];

/** Refused by configuration or tokenizer. */
const FROM_CONFIG: readonly Usage[] = [
  ["a head that is not there", (m) => prune(m, "--heads", "0.9"), "there is no head 0.9"],
  ["a layer that is not there", (m) => prune(m, "--heads", "7.0"), 'there is no head "7.0"'],
  ["a head named twice", (m) => prune(m, "--heads", "0.1,0.1"), "head 0.1 is listed twice"],
  [
    "every head",
    (m) => prune(m, "--heads", [0, 1].flatMap((l) => [0, 1, 2, 3, 4].map((h) => `${l}.${h}`)).join()),
    "no head would be left",
  ],
  ["an empty text to check on", (m) => prune(m, "--heads", "0.1", "--text", file("a.txt", " \n")), "a.txt: there is no text"],
  [
    "data that are not there",
    (m) => ["importance", m, ...vacant(), "--task", "similarity", "--data", "none.csv"],
    "none.csv: there is no such file",
  ],
  ["no data", (m) => ["curve", m, ...vacant(), "--task", "similarity"], "--task similarity needs data"],
  [
    "data without numbers",
    (m) => ["importance", m, ...vacant(), "--task", "similarity", "--data", file("p.csv", "a,b,1\nc,d,e\n")],
    "p.csv: line 2",
  ],
  [
    "labels that are not JSON",
    (m) => ["curve", m, ...vacant(), "--task", "labels", "--data", file("p.jsonl", "{\n")],
    "p.jsonl: line 1",
  ],
  [
    "data to prune by that are not there",
    (m) => prune(m, "--fraction", "0.5", "--task", "labels", "--data", "none"),
    "none: there is no such file",
  ],
  [
    "pairs of one score",
    (m) => ["importance", m, ...vacant(), "--task", "similarity", "--data", file("p.csv", "a,b,1\n".repeat(50))],
    "all pairs have the same score",
  ],
  [
    "the next token of an encoder",
    (m) => ["importance", m, ...vacant(), "--task", "next-token", "--data", file("a.txt", "the cat sat")],
    "next",
  ],
  [
    "a relation of another vocabulary",
    (m) => ["importance", m, ...vacant(), "--task", "relation"],
    "the vocabulary is not that of the synthetic world",
  ],
  [
    "translation by no translator",
    (m) => ["importance", m, ...vacant(), "--task", "translation", "--data", "a"],
    "is not an encoder-decoder",
  ],
  ["a treebank with a cycle", (m) => ["report", m, ...vacant(), "--conllu", file("t", row("1", "2") + row("2", "1"))], "t:1: "],
  ["a treebank to compare heads on", (m) => ["redundancy", m, ...vacant(), "--conllu", file("t", "1\tx\n")], "t:1: "],
  ["a layer to look at that is not there", (m) => ["look", m, "-t", "cat", "--layer", "2"], "there is no layer 2"],
  [
    "a head to look at that is not there",
    (m) => ["look", m, "-t", "cat", "--layer", "0", "--head", "9"],
    "there is no head 0.9",
  ],
  ["a target that the model does not read", (m) => ["look", m, "-t", "cat", "--target", "a"], "is not an encoder-decoder"],
  ["a text beyond the positions", (m) => ["look", m, "-t", "cat ".repeat(40)], "reads 29 at most"],
  ["a model that translates nothing", (m) => ["translate", m, "--text", "a"], "is not a translation model"],
];

describe.concurrent("bad usage of a model whose weights cannot be read", () => {
  it("would fail loudly when they were read", async () => {
    const { stderr } = await command.run(["look", bert(), "-t", "cat"]);
    expect(stderr).toContain(`tensor "${KEY}" has NaN`);
  });

  it.each([...AT_ONCE, ...FROM_CONFIG])("is told before: %s", async (_, args, says) => {
    const { code, stdout, stderr } = await command.run(args(bert()), { cwd: command.folder });
    expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
    expect(stderr).not.toContain("NaN");
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it.each(FROM_CONFIG)("costs no weights from the hub: %s", async (what, args, says) => {
    const behavior = `plain-${what.replace(/\W+/g, "-")}`;
    const env = { HF_HUB_OFFLINE: undefined, HF_ENDPOINT: hub.endpoint, HF_HOME: inFolder("hub") };
    const { code, stderr } = await command.run(args(`org/${behavior}`), { cwd: command.folder, env });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    const asked = hub.asked.filter(({ path }) => path.includes(`/${behavior}/`)).map(({ path }) => basename(path));
    expect(asked).not.toContain("model.safetensors");
  });

  it("that is a part of a group of heads is told before", async () => {
    const bytes = await fixtureGguf("llama");
    bytes.set([0, 0, 0xc0, 0x7f], bytes.length - 4); // NaN
    const model = inFolder("m.gguf");
    writeFileSync(model, bytes);
    const { code, stderr } = await command.run(prune(model, "--heads", "0.0"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("share key/value head 0; remove all of them or none")]);
  });

  it.each([
    [["--layer", "cross.3"], "there is no layer cross.3"],
    [["--head", "cross.0.9"], "there is no head cross.0.9"],
    [["--target", "w2 ".repeat(40)], "the target has 41 tokens, but the model reads 29 at most"],
  ])("of a translation model is told before: %j", async (more, says) => {
    const model = makeTranslator(inFolder("marian"));
    overwriteFirst(model, "model.decoder.layers.0.fc1.weight", Number.NaN);
    const { code, stdout, stderr } = await command.run(["look", model, "-t", "w1", ...more]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/^headwise: [^\n]+\n$/)]);
    expect(stderr).toContain(says);
    expect((await command.run(["look", model, "-t", "w1"])).stderr).toContain("has NaN");
  });

  it("gives importance of a model with other heads, which is told before", async () => {
    const [other, out] = [makeModel(inFolder("other")), inFolder("out")];
    editJson(join(other, "config.json"), { num_attention_heads: 7 });
    await command.run(["importance", other, ...similarity(), "--out", out, "--methods", "confidence"]);
    const { code, stderr } = await command.run(["report", bert(), ...vacant(), "--importance", join(out, "importance.json")]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("whose architecture or heads differ from this model's")]);
  });

  it("compares two configurations before it reads either model's weights", async () => {
    const [a, b] = [bert(), bert()];
    editJson(join(b, "config.json"), { num_attention_heads: 7 });
    const { code, stderr } = await command.run(["compare", a, b, ...vacant()]);
    expect([code, stderr]).toEqual([2, expect.not.stringContaining("NaN")]);
  });

  it.each<[what: string, args: (model: string) => readonly string[], says: string]>([
    [
      "a relation",
      (m) => ["importance", m, ...vacant(), "--task", "relation"],
      "is an encoder-decoder; pass --task translation",
    ],
    ["a line beyond the positions", (m) => ["translate", m, "--text", "w1 ".repeat(40)], "reads 29 at most"],
    [
      "a longest translation beyond the positions",
      (m) => ["translate", m, "--text", "w1", "--max-length", "30"],
      "give 2 to 29 tokens",
    ],
    ["a head without its side", (m) => prune(m, "--heads", "0.3"), 'there is no head "0.3"'],
  ])("of a translator is told before: %s", async (_, args, says) => {
    const model = makeTranslator(inFolder("translator"));
    const weights = readFileSync(join(model, "model.safetensors"));
    writeFileSync(join(model, "model.safetensors"), weights.subarray(0, 100));
    const { code, stderr } = await command.run(args(model));
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
