/** Gradients by the gates of heads against PyTorch's, and importance on heads written by hand. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importance } from "../../../src/heads/importance/importance.ts";
import { METHODS } from "../../../src/heads/importance/methods.ts";
import type { AnyModel } from "../../../src/models/any.ts";
import { mapTree } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { type RatedPair, similarityTask } from "../../../src/tasks/similarity.ts";
import { evaluate, type Task } from "../../../src/tasks/task.ts";
import { nextTokenTask } from "../../../src/tasks/token-tasks.ts";
import { loadFixture } from "../../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

interface Golden {
  readonly texts?: number[][];
  readonly left?: number[][];
  readonly right?: number[][];
  readonly gold?: number[];
  readonly michel: number[];
  readonly taylor: number[];
}
const goldens = JSON.parse(
  gunzipSync(readFileSync(new URL("../../fixtures/gates.json.gz", import.meta.url))).toString(),
) as Record<string, Golden>;

const pairsOf = ({ left, right, gold }: Golden): RatedPair[] =>
  left!.map((text, k) => ({ left: text, right: right![k]!, gold: gold![k]! }));

describe.each(Object.keys(goldens))("%s", (family) => {
  it("Michel's score and Taylor's are PyTorch's", async () => {
    const golden = goldens[family]!;
    const task = golden.texts ? nextTokenTask(golden.texts, { examples: 5 }) : similarityTask(pairsOf(golden), { examples: 5 });
    const { heads } = await importance(runtime, await loadFixture(family), task, { seed: 1, methods: ["michel", "taylor"] });
    expect(heads).toHaveLength(golden.michel.length);
    for (const [k, { name, scores }] of heads.entries()) {
      expect(Math.abs(scores.michel!.value - golden.michel[k]!), name).toBeLessThan(1e-4);
      expect(Math.abs(scores.taylor!.value - golden.taylor[k]!), name).toBeLessThan(1e-4);
      expect(scores.michel!.low).toBeLessThanOrEqual(scores.michel!.value);
      expect(scores.michel!.high).toBeGreaterThanOrEqual(scores.michel!.value);
    }
    expect(Math.max(...golden.michel)).toBeGreaterThan(1e-3);
  });
});

/** The model with one head of a layer turned into a copy of another, or silenced, by its output weights. */
function withOutputs(model: AnyModel, path: string, head: number, factor: number): AnyModel {
  const change = (leaf: Tensor, at: string): Tensor => {
    if (at !== path) return leaf;
    const each = leaf.data.length / leaf.shape[0]!;
    const data = Float32Array.from(leaf.data as Float32Array, (x, k) => (Math.floor(k / each) === head ? factor * x : x));
    return tensor(data, leaf.shape);
  };
  return { ...model, weights: mapTree(model.weights, change) };
}

describe("heads written by hand", () => {
  const texts = goldens.llama!.texts!;

  it("a head whose output is zero has no importance, by every method that measures its effect", async () => {
    const model = withOutputs(await loadFixture("gpt2"), "layers.1.attention.wo", 2, 0);
    const { heads, agreement } = await importance(runtime, model, nextTokenTask(texts), { seed: 1 });
    const silent = heads.find(({ name }) => name === "1.2")!;
    for (const method of METHODS.filter((m) => m !== "confidence")) {
      expect(Math.abs(silent.scores[method]!.value), method).toBeLessThan(1e-6);
    }
    expect(Object.keys(agreement)).not.toContain("ablation");
    expect(agreement.taylor).toBeGreaterThan(0.5);
  });

  it("one that the model's answers hang on is found by ablation, gradient and its sign", async () => {
    // what a model says with a loud head is taken as the truth, so that without the head it must do worse
    const model = withOutputs(await loadFixture("gpt2"), "layers.0.attention.wo", 1, 30);
    const { heads } = await importance(runtime, model, await ownWords(model, texts), { seed: 1 });
    const first = (method: (typeof METHODS)[number]) =>
      heads.reduce((best, head) => (head.scores[method]!.value > best.scores[method]!.value ? head : best)).name;
    expect(first("ablation")).toBe("0.1");
    const loud = heads.find(({ name }) => name === "0.1")!;
    expect(loud.scores.ablation!.low).toBeGreaterThan(0);
  });
});

/** Texts that continue as the model itself would, one token at a time. */
async function ownWords(model: AnyModel, texts: readonly number[][]): Promise<Task> {
  const rows = texts.map((text) => text.slice(0, 3));
  const vocabulary = (model.config as { vocabulary: number }).vocabulary;
  for (let step = 0; step < 4; step++) {
    const tries = await Promise.all(
      rows.map(async (row) => {
        const task = nextTokenTask(
          Array.from({ length: vocabulary }, (_, id) => [...row, id]),
          { examples: 128, tokens: 4096 },
        );
        const { nats } = await evaluate(runtime, model, task);
        return nats!.indexOf(Math.min(...nats!));
      }),
    );
    for (const [k, id] of tries.entries()) rows[k]!.push(id);
  }
  return nextTokenTask(rows);
}

it("too few examples for an interval are refused", async () => {
  const task = nextTokenTask(goldens.llama!.texts!.slice(0, 19));
  await expect(importance(runtime, await loadFixture("llama"), task, { seed: 1 })).rejects.toThrow(
    "the next-token task has 19 examples, too few for an interval; give at least 20",
  );
});
