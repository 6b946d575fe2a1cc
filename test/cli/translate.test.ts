/** `headwise translate` against what transformers generates with the same model. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Run, readFixtureJson } from "../models/translation-golden.ts";
import { buildCommand, type Command } from "./command.ts";
import { makeTranslator } from "./translator-folder.ts";

let command: Command;
let model: string;
beforeAll(() => {
  command = buildCommand();
  model = makeTranslator(join(command.folder, "tiny"));
});
afterAll(() => command.remove());

const RUNS: readonly Run[] = readFixtureJson("marian", "outputs.json");
const [greedy, beam] = RUNS as [Run, Run];
const words = (ids: readonly number[]) =>
  ids
    .filter((id) => id !== 0)
    .map((id) => `w${id}`)
    .join(" ");
const LINES = beam.sources.map(words);

async function translate(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command.run(["translate", model, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("headwise:") });
  return stdout;
}

it("prints a translation for every line of a file, in order, whatever the batch", async () => {
  const file = join(mkdtempSync(join(command.folder, "in-")), "source.txt");
  writeFileSync(file, `${LINES.slice(0, 5).join("\r\n")}\n\n  \n${LINES.slice(5).join("\n")}\n`);
  const wanted = beam.outputs.map(words);
  const lines = [...wanted.slice(0, 5), "", "", ...wanted.slice(5)];
  for (const batch of ["3", "16"]) {
    expect(await translate("--data", file, "--beam", "4", "--batch", batch)).toBe(`${lines.join("\n")}\n`);
  }
});

it("searches as it is told", async () => {
  for (const { options, outputs } of RUNS) {
    if (options.renormalize_logits) continue;
    const { num_beams, max_length, length_penalty = 1 } = options;
    const told = ["--beam", `${num_beams}`, "--max-length", `${max_length}`, `--length-penalty=${length_penalty}`];
    expect(await translate("--text", LINES[2]!, ...told)).toBe(`${words(outputs[2]!)}\n`);
  }
});

it("follows the model's generation_config.json where it is told nothing", async () => {
  const folder = makeTranslator(join(command.folder, "greedy"));
  const path = join(folder, "generation_config.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), num_beams: 1 }));
  const { stdout } = await command.run(["translate", folder, "--text", LINES[2]!]);
  expect(words(greedy.outputs[2]!)).not.toBe(words(beam.outputs[2]!));
  expect(stdout).toBe(`${words(greedy.outputs[2]!)}\n`);
});

it("writes JSON lines with ids and scores into a file, or prints only them", async () => {
  const out = join(command.folder, "new", "out.jsonl");
  expect(await translate("--text", LINES[0]!, "--json", out)).toBe(`${words(beam.outputs[0]!)}\n`);
  const one = JSON.parse(readFileSync(out, "utf8"));
  expect(one).toEqual({
    source: LINES[0],
    text: words(beam.outputs[0]!),
    ids: beam.outputs[0],
    score: expect.closeTo(beam.scores![0]!, 4),
  });
  const text = join(command.folder, "out.txt");
  expect(JSON.parse(await translate("--text", LINES[0]!, "--json", "--out", text))).toEqual(one);
  expect(readFileSync(text, "utf8")).toBe(`${words(beam.outputs[0]!)}\n`);
});
