/** `headwise importance`, then `headwise report --importance`: one folder with labels and importance of heads. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importanceSchema } from "../../src/heads/importance/importance-report.ts";
import { reportSchema } from "../../src/heads/report/schema.ts";
import { buildCommand, type Command } from "./command.ts";
import { editJson, makeModel, overwriteFirst } from "./model-folder.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), "utf8"));
const WORDS = "the cat sat on a mat and her old dog had two new keys but my teacher was never by that river door".split(" ");
/** 23 pairs of texts that share fewer and fewer words, with a number that says so. */
const PAIRS = Array.from({ length: 23 }, (_, k) => {
  const text = (from: number) => Array.from({ length: 7 }, (_, i) => WORDS[(from + i) % WORDS.length]).join(" ");
  return `${text(k)},${text(k + (k % 5))},${5 - (k % 5)}\n`;
}).join("");

async function importance(model: string, out: string, ...more: readonly string[]): Promise<void> {
  const task = ["--task", "similarity", "--data", "pairs.csv", "--methods", "taylor,ablation"];
  const { code, stderr } = await command.run(["importance", model, ...task, "--out", out, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
}

beforeAll(async () => {
  command = buildCommand();
  writeFileSync(at("pairs.csv"), PAIRS);
  writeFileSync(at("text.txt"), "The cat sat on the mat.\n\nThe old dog had two keys.\n");
  makeModel(at("tiny"));
  await importance("tiny", "worth");
});
afterAll(() => command.remove());

const report = (...more: readonly string[]) => command.run(["report", "tiny", "--text", "text.txt", ...more]);

it("importance.json follows its schema, says which model it is of, and is the same again", async () => {
  const written = importanceSchema.strict().parse(json("worth/importance.json"));
  expect(written.model).toMatchObject({ id: "tiny", family: "encoder", architecture: "bert", heads: [5, 5] });
  await importance("tiny", "again");
  expect({ ...json("again/importance.json"), seconds: 0 }).toEqual({ ...written, seconds: 0 });
});

it("a report joins it: the same figures at each head, a part on the page, lines here", async () => {
  const { code, stdout } = await report("--importance", "worth/importance.json", "--out", "joined");
  expect(code).toBe(0);
  const { heads, task, model } = reportSchema.strict().parse(json("joined/report.json"));
  const written = importanceSchema.parse(json("worth/importance.json"));
  expect(model).toEqual(written.model);
  expect(task).toMatchObject({
    name: "similarity",
    better: "higher",
    examples: 23,
    ablation: "zero",
    corpus: { id: "pairs.csv" },
  });
  for (const [k, { layer, head, importance }] of heads.entries()) {
    const { name, scores } = written.heads[k]!;
    expect(name).toBe(`${layer}.${head}`);
    for (const method of ["taylor", "ablation"] as const) {
      for (const key of ["value", "low", "high"] as const) {
        expect(importance![method]![key]).toBe(Number(scores[method]![key].toPrecision(6)));
      }
    }
  }
  const critical = written.heads.filter(({ judgement }) => judgement!.verdict === "critical").length;
  expect(stdout).toContain("\nImportance for similarity (Spearman’s ρ × 100, zero ablation)\n");
  expect(stdout).toContain(`\n  ${critical} of 10 heads ${critical === 1 ? "is" : "are"} critical for similarity`);
  expect(readFileSync(at("joined/report.html"), "utf8")).toContain('<a href="#importance">Importance</a>');
});

it("a report without it has neither task nor part", async () => {
  const { code, stdout } = await report("--out", "plain");
  expect(code).toBe(0);
  expect(stdout).not.toContain("Worth");
  const { task, heads } = reportSchema.strict().parse(json("plain/report.json"));
  expect([task, ...heads.map(({ importance }) => importance)]).toEqual(Array(11).fill(undefined));
  expect(readFileSync(at("plain/report.html"), "utf8")).not.toContain('"#importance"');
});

it("without exact ablation, a note says what cannot be said", async () => {
  await importance("tiny", "estimated", "--methods", "taylor");
  const { code, stdout } = await report("--importance", "estimated/importance.json", "--json", "-");
  expect(code).toBe(0);
  const { notes, task } = reportSchema.parse(JSON.parse(stdout));
  expect(notes.filter(({ code: noted }) => noted === "no-ablation")).toHaveLength(1);
  expect(task!.ablation).toBeUndefined();
});

const edited = (change: (written: ReturnType<typeof importanceSchema.parse>) => object) => () => {
  const written = json("worth/importance.json");
  writeFileSync(at("edited.json"), JSON.stringify({ ...written, ...change(written) }));
  return "edited.json";
};

describe("what cannot be joined is told in one line, and nothing is measured", () => {
  it.each<[what: string, file: () => string | Promise<string>, ...says: (string | RegExp)[]]>([
    ["no file", () => "none.json", "none.json: there is no such file"],
    ["a folder", () => "worth", "worth: this is a folder"],
    [
      "broken JSON",
      () => {
        writeFileSync(at("edited.json"), readFileSync(at("worth/importance.json"), "utf8").slice(0, 500));
        return "edited.json";
      },
      "edited.json: not valid JSON",
    ],
    ["another schema", edited(() => ({ schema: "headwise.report/1" })), 'its schema is "headwise.report/1"'],
    ["no hash of the weights", edited(() => ({ model: { id: "tiny" } })), 'edited.json: "model.', "give an importance.json"],
    ["a head too few", edited(({ heads }) => ({ heads: heads.slice(1) })), "edited.json: head 0.0 is missing"],
    [
      "another model of the same shape",
      async () => {
        overwriteFirst(makeModel(at("other")), "bert.encoder.layer.0.attention.self.key.weight", 3);
        await importance("other", "others");
        return "others/importance.json";
      },
      /importance\.json is for other \(sha256 \w{12}\), not for tiny \(sha256 \w{12}\); run headwise importance/,
    ],
    [
      "the model before it was cut",
      async () => {
        const cut = ["prune", "tiny", "--heads", "0.1", "--out", "cut", "--text", "text.txt"];
        expect((await command.run(cut)).code).toBe(0);
        await importance("cut", "cuts");
        return "cuts/importance.json";
      },
      "is for cut (sha256",
    ],
    [
      "an encoder-decoder",
      async () => {
        makeTranslator(at("translator"));
        writeFileSync(at("w.txt"), Array.from({ length: 20 }, (_, k) => `w${k + 1} w${2 * k + 3}\n`).join(""));
        const task = ["--task", "translation", "--data", "w.txt", "--target", "w.txt", "--methods", "taylor"];
        const { code } = await command.run(["importance", "translator", ...task, "--out", "translated"]);
        expect(code).toBe(0);
        return "translated/importance.json";
      },
      "is for translator (sha256",
    ],
  ])("%s", async (_, file, ...says) => {
    const { code, stdout, stderr } = await report("--importance", await file(), "--out", "refused");
    expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
    for (const part of says) expect(stderr).toMatch(part);
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+|internal:|undefined/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(at("refused/report.json"))).toBe(false);
  });
});

it("a model that was moved and renamed is the same model", async () => {
  makeModel(at("renamed"));
  editJson(at("renamed/config.json"), { _name_or_path: "elsewhere" });
  const { code } = await command.run([
    "report",
    "renamed",
    "--text",
    "text.txt",
    "--importance",
    "worth/importance.json",
    "--json",
    "-",
  ]);
  expect(code).toBe(0);
});
