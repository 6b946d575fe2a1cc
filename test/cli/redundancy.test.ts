/** `headwise redundancy` doing its work, and what it says of bad input. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redundancySchema } from "../../src/heads/redundancy/redundancy-schema.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeModel } from "./model-folder.ts";

let command: Command;
let model: string;
beforeAll(() => {
  command = buildCommand();
  model = makeModel(join(command.folder, "tiny"));
});
afterAll(() => command.remove());

const fresh = () => mkdtempSync(join(command.folder, "out-"));
const SENTENCES = ["--sentences", "41"];

it("writes a page and data, and says what it found", async () => {
  const out = join(fresh(), "new", "folder");
  const { code, stdout, stderr } = await command.run(["redundancy", model, "--out", out, ...SENTENCES]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
  expect(stderr).toContain("outputs …");
  for (const part of [
    "tiny",
    "10 heads in ",
    "Twins: 0",
    "Noise heads: ",
    "Strongest compositions",
    "(41 of 110, seed 1)",
    "redundancy.html",
  ])
    expect(stdout).toContain(part);
  expect(readdirSync(out).sort()).toEqual(["redundancy.html", "redundancy.json"]);
  const result = redundancySchema.strict().parse(JSON.parse(readFileSync(join(out, "redundancy.json"), "utf8")));
  expect(result.heads).toHaveLength(10);
  expect(readFileSync(join(out, "redundancy.html"), "utf8")).toContain("Redundancy of attention heads");
});

it("prints nothing but the JSON where that is asked for, and writes nothing", async () => {
  const cwd = fresh();
  const { code, stdout } = await command.run(["redundancy", model, "--json", "-", ...SENTENCES], { cwd });
  expect(code).toBe(0);
  expect(redundancySchema.strict().parse(JSON.parse(stdout)).corpus.sentences).toBe(41);
  expect(readdirSync(cwd)).toEqual([]);
});

it("reads plain text, and puts the JSON where it is told", async () => {
  const cwd = fresh();
  writeFileSync(join(cwd, "in.txt"), "The cat sat on the mat. The dog was not there.\nA teacher never had the keys.");
  const { code } = await command.run(["redundancy", model, "--text", "in.txt", "--out", "o", "--json", "j/r.json"], { cwd });
  expect(code).toBe(0);
  expect([...readdirSync(join(cwd, "o")), ...readdirSync(join(cwd, "j"))]).toEqual(["redundancy.html", "r.json"]);
});

type Case = readonly [what: string, args: (cwd: string) => readonly string[], says: string | RegExp];

const written = (cwd: string, content: string) => {
  writeFileSync(join(cwd, "in.txt"), content);
  return ["redundancy", model, "--text", "in.txt"];
};

const CASES: readonly Case[] = [
  ["no model", () => ["redundancy"], /missing required argument 'model'/],
  ["a model that is not there", () => ["redundancy", "./nowhere"], "./nowhere: no such directory"],
  ["a text that is not there", () => ["redundancy", model, "--text", "none.txt"], "none.txt: there is no such file"],
  ["an empty text", (cwd) => written(cwd, ""), /in\.txt/],
  ["too few tokens", (cwd) => written(cwd, "The cat"), "in.txt: outputs are compared on at least 4 tokens, got 2"],
  ["two kinds of text", () => ["redundancy", model, "--conllu", "a", "--text", "b"], /cannot be used with/],
  ["no sentences", () => ["redundancy", model, "--sentences", "0"], "--sentences takes a whole number from 1"],
  ["a negative seed", () => ["redundancy", model, "--seed", "-1"], "--seed takes a whole number from 0"],
  ["an unknown device", () => ["redundancy", model, "--device", "abacus"], /abacus/],
  ["an unknown option", () => ["redundancy", model, "--twins"], /unknown option '--twins'/],
  ["a folder below a file", () => ["redundancy", model, "--out", join(model, "config.json", "out")], /cannot be written/],
];

describe.concurrent("bad input", () => {
  it.each(CASES.map(([what, ...rest]) => [what, rest] as const))("%s", async (_, [args, says]) => {
    const cwd = fresh();
    const { code, stdout, stderr } = await command.run(args(cwd), { cwd });
    expect(stderr).toMatch(/^headwise: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+|internal:|undefined/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(cwd).filter((name) => name !== "in.txt" && name !== "headwise-redundancy")).toEqual([]);
  });
});
