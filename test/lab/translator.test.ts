/** Translation models in the lab's engine: the text that pages show is the one that patterns are of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outcomeOf } from "../../lab/engine/outcome.ts";
import { readText } from "../../lab/engine/read.ts";
import { createPatterns } from "../../src/heads/observe/text-patterns.ts";
import type { Generation } from "../../src/load/generation/generation-config.ts";
import type { Translator } from "../../src/load/translator.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { makeTranslator } from "../cli/translator-folder.ts";
import { openFolder } from "./open.ts";

const SOURCE = "w3 w7 w11 w5";
const folder = mkdtempSync(join(tmpdir(), "headwise-lab-"));
let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true });
});

it.each<[what: string, generation: Generation]>([
  ["its own settings", {}],
  ["a forced first token", { forcedFirst: 9 }],
  ["blocked words", { badWords: [[60], [3], [11]] }],
  ["a penalty on repetition", { repetitionPenalty: 5 }],
])("with %s, the unedited translation is that of the patterns", async (_, generation) => {
  const { opened, edited } = await openFolder(runtime, makeTranslator(join(folder, "marian")), "marian");
  const opens = opened.checkpoint as Translator;
  const model: Translator = { ...opens, generation: { ...opens.generation, ...generation } };
  const { tokens, target } = await (await createPatterns(runtime, model))(SOURCE);
  const read = await readText(model, SOURCE, edited);
  expect(read).toMatchObject({ tokens, target: target!.tokens, translation: target!.text });
  expect(target!.tokens.length).toBeGreaterThan(1);
  const { translation, nats } = await outcomeOf(model, edited, { text: SOURCE }, { gates: {}, patterns: {} });
  expect(translation).toBe(target!.text);
  expect(nats!.map(({ token }) => token)).toEqual([...target!.tokens.slice(1), "(end)"]);
  if (generation.forcedFirst) expect(target!.tokens[1]).toBe("w9");
});
