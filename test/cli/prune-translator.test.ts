/** `headwise prune` of an encoder–decoder: a smaller one that `headwise translate` takes. */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadTranslator } from "../../src/load/translator.node.ts";
import { byPath } from "../../src/params/tree.ts";
import { cutHeads, padHeads } from "../../src/prune/cut.ts";
import { TRANSLATORS } from "../models/translation-golden.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
beforeAll(() => {
  command = buildCommand();
  writeFileSync(at("lines.txt"), "w11 w12 w13\nw41 w7\n\nw9 w12 w33 w8\n");
  for (const name of TRANSLATORS) {
    makeTranslator(at(name));
    for (const file of ["config.json", "generation_config.json", "model.safetensors"])
      copyFileSync(new URL(`../fixtures/${name}/${file}`, import.meta.url), at(name, file));
  }
});
afterAll(() => command.remove());

const at = (...path: string[]) => join(command.folder, ...path);
const prune = (from: string, out: string, ...more: readonly string[]) =>
  command.run(["prune", from, "--heads", "encoder.0.3,decoder.1.0,cross.1.2", "--out", out, "--text", "lines.txt", ...more]);
const KEPT = new Map(Object.entries({ "encoder.0": [0, 1, 2], "decoder.1": [1, 2, 3], "cross.1": [0, 1, 3] }));
const numbers = ({ weights }: { readonly weights: object }) => [...byPath(weights)];

it.each(TRANSLATORS)("%s is read back without these heads, and translates", async (name) => {
  const { code, stdout } = await prune(name, `${name}-cut`, "--onnx");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Removed 3 of 32 heads; 29 left\./);
  expect(stdout).toMatch(
    /equals the masked one on 3 texts \(12 tokens\): .* is (0|\d\.\de-\d) in hidden states, (0|\d\.\de-\d) in logits\./,
  );
  const [whole, read] = [await loadTranslator(at(name)), await loadTranslator(at(`${name}-cut`))];
  const cut = cutHeads(whole, KEPT);
  expect(read.config).toEqual(cut.config);
  expect(numbers(read)).toEqual(numbers(cut));
  expect(read.generation).toEqual(whole.generation);
  expect(readdirSync(at(`${name}-cut`, "onnx")).sort()).toEqual(["decoder_model.onnx", "encoder_model.onnx"]);
  const made = await command.run(["translate", `${name}-cut`, "--data", "lines.txt"]);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^w.*\nw.*\n\nw.*\n$/) });
});

it("is padded to the first model's size, after a second cut too", async () => {
  expect(
    (await command.run(["prune", "marian-cut", "--heads", "cross.1.2", "--out", "twice", "--text", "lines.txt"])).code,
  ).toBe(0);
  const args = ["prune", "twice", "--heads", "encoder.1.0", "--out", "padded", "--text", "lines.txt", "--padded"];
  expect((await command.run(args)).code).toBe(0);
  const [whole, read] = [await loadTranslator(at("marian")), await loadTranslator(at("padded"))];
  const kept = new Map([...KEPT, ["cross.1", [0, 1]], ["encoder.1", [1, 2, 3]]]);
  expect(read.config).toEqual(whole.config);
  expect(numbers(read)).toEqual(numbers(padHeads(cutHeads(whole, kept), whole.config)));
});

it("keeps the tokenizer files of Marian's own checkpoints, byte for byte", async () => {
  makeTranslator(at("spm"));
  rmSync(at("spm", "tokenizer.json"));
  const pieces = Array.from({ length: 57 }, (_, k) => `▁w${k}`);
  const vocabulary = Object.fromEntries(["</s>", "<unk>", ...pieces, ">>deu<<", "<pad>"].map((piece, id) => [piece, id]));
  const source = readFileSync(new URL("../fixtures/sentencepiece/source.spm", import.meta.url));
  const files = { "source.spm": source, "target.spm": source, "vocab.json": Buffer.from(JSON.stringify(vocabulary)) };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(at("spm", name), bytes);
  expect((await prune("spm", "spm-cut")).code).toBe(0);
  for (const [name, bytes] of Object.entries(files)) expect(readFileSync(at("spm-cut", name)), name).toEqual(bytes);
  const carried = ["config.json", "generation_config.json", "model.safetensors", "prune.json", ...Object.keys(files)];
  expect(readdirSync(at("spm-cut")).sort()).toEqual(carried.sort());
  const [whole, cut] = [await loadTranslator(at("spm")), await loadTranslator(at("spm-cut"))];
  expect(cut.tokenizer.encode(">>deu<< w1").ids).toEqual(whole.tokenizer.encode(">>deu<< w1").ids);
});
