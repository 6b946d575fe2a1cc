/** The two models of the study that come with Headwise answer the synthetic world as their cards say. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { RELATIONS } from "../../src/corpus/world/target.ts";
import { worldEncoder, worldIds } from "../../src/corpus/world/tokenizer.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { STUDIES } from "../../src/study/arms.ts";
import { layOut } from "../../src/study/sheet.ts";
import { createRespondent, skillGraph, skillsOf } from "../../src/study/skills.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const world = createWorld();
const ids = worldIds(world);
const coding = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };

describe.each([1, 8])("builtin:relations-%i", (heads) => {
  const name = `relations-${heads}`;
  const card = readFileSync(new URL(`../../models/${name}/README.md`, import.meta.url), "utf8");

  it("has the sizes of the study, and a tokenizer with the world's ids", async () => {
    const { config, tokenizer } = await loadCheckpoint(`builtin:${name}`);
    const { width, layers, sequence } = STUDIES.full;
    expect(config).toMatchObject({ width, maxPositions: sequence, heads: Array.from({ length: layers }, () => heads) });
    const [document] = worldDocuments("a test", 1);
    expect(tokenizer.encode(document!.words.join(" ")).ids).toEqual([...coding.encode(document!)]);
  });

  it("is as good at each relation as its card says, on documents that it was not measured on", async () => {
    const { config, weights } = await loadCheckpoint(`builtin:${name}`);
    const sheet = layOut(worldDocuments("a test", 384), coding, 64, STUDIES.full.sequence);
    const respondent = await createRespondent(runtime, config, skillGraph(config, sheet), byPath(weights), sheet);
    const skills = skillsOf(sheet, await respondent.answer());
    for (const [k, relation] of RELATIONS.entries()) {
      const said = Number(new RegExp(`^\\| ${relation} \\| ([\\d.]+) \\|$`, "m").exec(card)![1]);
      expect(Math.abs(skills[k]!.accuracy - said), relation).toBeLessThan(0.1);
    }
  });
});
