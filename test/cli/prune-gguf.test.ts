/** `headwise prune FILE.gguf`: what it leaves is a model directory that is the file's model without its heads. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer as Native } from "tokenizers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { byPath } from "../../src/params/tree.ts";
import { cutHeads, padHeads } from "../../src/prune/cut.ts";
import { fixtureGguf } from "../load/gguf-llama.ts";
import { buildCommand, type Command } from "./command.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
  writeFileSync(at("words.txt"), "cab\n\nface\n\nadeafbeef\n");
});
afterAll(() => command.remove());

const at = (...path: string[]) => join(command.folder, ...path);
const prune = (from: string, heads: string, out: string, ...more: readonly string[]) =>
  command.run(["prune", from, "--heads", heads, "--out", out, "--text", "words.txt", ...more]);
const numbers = ({ weights }: { readonly weights: object }) => [...byPath(weights)];

/** Seven frequencies' divisors, as Llama 3's files have them. */
const DIVISORS = [1, 1, 1.5, 2, 2.5, 4, 8];

describe.each([
  ["llama", undefined, "0.2,0.3", { "0": [0, 1, 4, 5], "1": [0, 1, 2, 3, 4, 5] }],
  ["llama3", DIVISORS, "1.0,1.1,1.2", { "0": [0, 1, 2, 3, 4, 5], "1": [3, 4, 5], "2": [0, 1, 2, 3, 4, 5] }],
  ["qwen2", undefined, "0.3,0.4,0.5,1.0,1.1,1.2", { "0": [0, 1, 2], "1": [3, 4, 5], "2": [0, 1, 2, 3, 4, 5] }],
])("%s", (family, divisors, heads, kept) => {
  const file = `${family}.gguf`;
  const left = new Map(Object.entries(kept));
  beforeAll(async () => writeFileSync(at(file), await fixtureGguf(family, divisors)));

  it("is read back as the file's own model without these heads, with the same token ids", async () => {
    expect(await prune(file, heads, family)).toMatchObject({ code: 0, stdout: expect.stringContaining("on 3 texts") });
    const files = ["config.json", "model.safetensors", "prune.json", "tokenizer.json", "tokenizer_config.json"];
    expect(readdirSync(at(family)).sort()).toEqual(files);
    const [whole, read] = [await loadCheckpoint(at(file)), await loadCheckpoint(at(family))];
    const cut = cutHeads(whole, left);
    expect(read.config).toEqual(cut.config);
    expect(numbers(read)).toEqual(numbers(cut));
    for (const text of ["cab", "adeafbeef", ""]) expect(read.tokenizer.encode(text)).toEqual(whole.tokenizer.encode(text));
    expect(read.tokenizer.special).toEqual(whole.tokenizer.special);
  });

  it("has a tokenizer.json that the native library reads alike", async () => {
    const native = Native.fromString(readFileSync(at(family, "tokenizer.json"), "utf8"));
    const { tokenizer } = await loadCheckpoint(at(file));
    const theirs = await native.encode("adeafbeef");
    expect(theirs.getIds()).toEqual(tokenizer.encode("adeafbeef").ids);
  });

  it("is padded to the file's own configuration", async () => {
    expect((await prune(file, heads, `${family}-padded`, "--padded")).code).toBe(0);
    const [whole, read] = [await loadCheckpoint(at(file)), await loadCheckpoint(at(`${family}-padded`))];
    expect(read.config).toEqual(whole.config);
    expect(numbers(read)).toEqual(numbers(padHeads(cutHeads(whole, left), whole.config)));
  });
});

it("a directory that came of a GGUF file can be cut again", async () => {
  expect((await prune("llama", "0.2,0.3", "again")).code).toBe(0);
  const { config } = await loadCheckpoint(at("again"));
  expect(config.originalHeads).toEqual({ "0": [0, 1], "1": [0, 1, 2, 3, 4, 5] });
});
