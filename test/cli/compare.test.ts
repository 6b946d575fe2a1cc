/** `headwise compare` as a user meets it: a summary, a page and data; one line for what cannot be compared. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparisonSchema } from "../../src/heads/compare/compare-schema.ts";
import { buildCommand, type Command } from "./command.ts";
import { editJson, makeModel, tinyTokenizer } from "./model-folder.ts";

let command: Command;
const at = (...path: string[]) => join(command.folder, ...path);
beforeAll(async () => {
  command = buildCommand();
  writeFileSync(at("text.txt"), "The cat sat on the mat.\n\nThe old dog had two keys.\n");
  makeModel(at("base"));
  expect((await command.run(["prune", "base", "--heads", "0.1,1.4", "--out", "cut", "--text", "text.txt"])).code).toBe(0);
});
afterAll(() => command.remove());

// by its path: the command under test stands elsewhere than the built-in models
const RELATIONS = fileURLToPath(new URL("../../models/relations-8", import.meta.url));
const compare = (...args: readonly string[]) => command.run(["compare", ...args]);

describe("a comparison", () => {
  it("says what was cut, and leaves a page and data", async () => {
    const { code, stdout } = await compare("base", "cut", "--text", "text.txt", "--out", "out");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^A base → B cut\nbert · 2 layers · 8 heads in both · 2 only in A\non text.txt: 2 sentences, /);
    expect(stdout).toContain("  - A: only in A (0.1, 1.4)");
    expect(stdout).toMatch(/\nwrote out\/compare.html and out\/compare.json\nnext: headwise report \S+\n$/);
    const data = comparisonSchema.parse(JSON.parse(readFileSync(at("out/compare.json"), "utf8")));
    expect(data.onlyInA).toEqual([
      { layer: 0, head: 1 },
      { layer: 1, head: 4 },
    ]);
    expect(readFileSync(at("out/compare.html"), "utf8")).toContain("<h1>base → cut</h1>");
  });

  it("prints its data and nothing else, and leaves no folder", async () => {
    const { stdout } = await compare("cut", "base", "--text", "text.txt", "--sentences", "1", "--json", "-");
    const data = comparisonSchema.parse(JSON.parse(stdout));
    expect(data.corpus).toMatchObject({ id: "text.txt (1 of 2, seed 1)", sentences: 1 });
    expect(data.onlyInB).toHaveLength(2);
    expect(existsSync(at("headwise-compare"))).toBe(false);
  });

  it("of a language model with itself finds no change of its loss", async () => {
    const { stdout } = await compare(RELATIONS, RELATIONS, "--sentences", "5", "--json", "-");
    const { loss, heads } = comparisonSchema.parse(JSON.parse(stdout));
    expect(loss!.change).toEqual({ value: 0, low: 0, high: 0 });
    expect(heads).toHaveLength(16);
  });

  it("tells models of one name apart by their paths", async () => {
    makeModel(at("elsewhere/base"));
    const { stdout } = await compare("base", "elsewhere/base", "--text", "text.txt", "--json", "-");
    expect(JSON.parse(stdout)).toMatchObject({ a: { id: "base" }, b: { id: "elsewhere/base" } });
  });
});

/** What is wrong, the arguments that are then given, and parts of the line that has to come. */
const BAD: readonly (readonly [what: string, args: () => readonly string[], ...says: (string | RegExp)[]])[] = [
  ["only one model", () => ["base"], "missing required argument 'b'"],
  ["a model that is not there", () => ["base", "./nowhere"], "./nowhere: no such directory"],
  [
    "models of different shapes",
    () => ["base", RELATIONS],
    /A and B are of different shapes: family encoder and decoder, width 35 and 128, head width 7 and 16, vocabulary 67 and 673/,
  ],
  [
    "another tokenizer",
    () => {
      makeModel(at("other"));
      const json = tinyTokenizer();
      const model = json.model as { vocab: Record<string, number> };
      const { cat, dog, ...vocab } = model.vocab;
      const swapped = { ...json, model: { ...model, vocab: { ...vocab, cat: dog, dog: cat } } };
      writeFileSync(at("other/tokenizer.json"), JSON.stringify(swapped));
      return ["base", "other", "--text", "text.txt"];
    },
    'A and B read the text 1 ("The cat sat on the mat.") as different tokens; compare models with the same tokenizer',
  ],
  [
    "more cut than there was",
    () => {
      mkdirSync(at("wide"));
      makeModel(at("wide"));
      editJson(at("wide/config.json"), { headwise: { heads: { "0": [0, 9] } } });
      return ["base", "wide"];
    },
    'config.json: "headwise.heads"',
  ],
  ["two texts", () => ["base", "cut", "--text", "text.txt", "--conllu", "text.txt"], /cannot be used with/],
  ["a text that is not there", () => ["base", "cut", "--text", "no.txt"], "no.txt: there is no such file"],
  ["trees that are none", () => ["base", "cut", "--conllu", "text.txt"], "text.txt"],
  [
    "an empty text",
    () => {
      writeFileSync(at("empty.txt"), "\n");
      return ["base", "cut", "--text", "empty.txt"];
    },
    "empty.txt: ",
  ],
  ["no sentence", () => ["base", "cut", "--sentences", "0"], "--sentences takes a whole number from 1"],
  ["a folder below a file", () => ["base", "cut", "--text", "text.txt", "--out", "text.txt/out"], "cannot be written"],
];

it.each(BAD.map(([what, ...rest]) => [what, rest] as const))("%s", async (_, [args, ...says]) => {
  rmSync(at("headwise-compare"), { recursive: true, force: true });
  const { code, stdout, stderr } = await compare(...args());
  expect(stderr.replace(/^\w+ …\n/gm, "")).toMatch(/^headwise: [^\n]+\n$/);
  for (const part of says) expect(stderr).toMatch(part);
  expect(stderr).not.toMatch(/\bat .+:\d+:\d+|internal:|undefined/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(existsSync(at("headwise-compare/compare.json"))).toBe(false);
});
