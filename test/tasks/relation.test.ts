/** A relation as a task: the same shares that the study measures, and eight heads better at it than one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, worldDocuments } from "../../src/corpus/world/document.ts";
import { RELATIONS, type Relation } from "../../src/corpus/world/target.ts";
import { worldEncoder, worldIds } from "../../src/corpus/world/tokenizer.ts";
import { gateGradients } from "../../src/heads/importance/gradients.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { byPath, mapTree } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { layOut } from "../../src/study/sheet.ts";
import { createRespondent, skillGraph, skillsOf } from "../../src/study/skills.ts";
import { relationTask } from "../../src/tasks/relation.ts";
import { evaluate } from "../../src/tasks/task.ts";
import { CODING, madeDocuments } from "../study/made-documents.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const world = createWorld();
const ids = worldIds(world);
const coding = { encode: worldEncoder(world), idOf: (word: string) => ids.get(word)! };
const documents = worldDocuments("a relation", 192);

async function qualityOf(heads: number, relation: Relation): Promise<number> {
  const task = relationTask(documents, relation, coding);
  return task.quality(await evaluate(runtime, await loadCheckpoint(`builtin:relations-${heads}`), task));
}

it("is minus the log share that the study measures, for every relation", async () => {
  const { config, weights } = await loadCheckpoint("builtin:relations-8");
  const sheet = layOut(documents, coding, 64, config.maxPositions);
  const respondent = await createRespondent(runtime, config, skillGraph(config, sheet), byPath(weights), sheet);
  const skills = skillsOf(sheet, await respondent.answer());
  for (const [k, relation] of RELATIONS.entries()) {
    expect(await qualityOf(8, relation), relation).toBeCloseTo(-skills[k]!.logShare, 4);
  }
});

it("eight heads are surer than one of what their cards say they are better at", async () => {
  for (const relation of ["selection", "copy"] as const)
    expect(await qualityOf(8, relation), relation).toBeLessThan(0.8 * (await qualityOf(1, relation)));
});

it("documents fit the models' positions", async () => {
  const { config } = await loadCheckpoint("builtin:relations-8");
  const lengths = worldDocuments("a long task", 2000).map((document) => coding.encode(document).length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(config.maxPositions);
});

it("has a gradient by the gates of heads: that of a small step", async () => {
  const model = await loadCheckpoint("builtin:relations-8");
  const task = relationTask(documents.slice(0, 12), "copy", coding);
  const { names, gradients, judged } = await gateGradients(runtime, model, task);
  const total = (xs: Float64Array) => xs.reduce((a, b) => a + b, 0);
  const was = total(judged.nats!);
  const step = 0.01;
  for (const name of ["0.3", "1.2", "1.6"]) {
    const [layer, head] = name.split(".").map(Number) as [number, number];
    const scaled = async (gate: number) => {
      const weights = mapTree<typeof model.weights>(model.weights, ({ shape, data }: Tensor, path) => {
        const block = data.length / shape[0]!;
        const own = (k: number) => path === `layers.${layer}.attention.wo` && Math.floor(k / block) === head;
        return tensor(
          (data as Float32Array).map((x, k) => (own(k) ? gate * x : x)),
          shape,
        );
      });
      return total((await evaluate(runtime, { config: model.config, weights }, task)).nats!);
    };
    const slope = ((await scaled(1 + step)) - (await scaled(1 - step))) / (2 * step);
    const at = names.indexOf(name);
    const found = total(gradients.filter((_, k) => k % names.length === at));
    expect(Math.abs(found - slope), name).toBeLessThan(0.02 * Math.max(Math.abs(slope), 1e-3 * was));
  }
});

describe("made-up documents", () => {
  const made = madeDocuments(37, "made");

  it("an example is a document with a target; every target counts once", () => {
    const task = relationTask(made, "copy", CODING);
    const having = made.map(({ targets }) => targets.filter(({ relation }) => relation === "copy").length).filter((n) => n > 0);
    expect(task).toMatchObject({ name: "relation copy", better: "lower", examples: having.length });
    const owners = task.batches.flatMap(({ owner }) => [...owner!.data].map(Number));
    expect(owners.reduce((a, b) => a + b)).toBe(having.reduce((a, b) => a + b));
  });

  it("quality is nats per target, not a document", () => {
    const task = relationTask(made, "copy", CODING);
    const judged = { nats: Float64Array.of(6, 1), targets: Float64Array.of(3, 1) };
    expect(task.quality(judged)).toBe(7 / 4);
    expect(task.quality(judged, [1, 1, 0])).toBe(8 / 5);
  });

  it("documents without a target of the relation", () => {
    const bare = made.map(({ words }) => ({ words, targets: [] }));
    expect(() => relationTask(bare, "copy", CODING)).toThrow('none of 37 documents has a target of "copy"');
  });
});
