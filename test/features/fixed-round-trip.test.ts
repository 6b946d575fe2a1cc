/** Models with fixed heads from training to ONNX: resumed, saved, read, reported on, pruned and exported. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainSentence } from "../../src/corpus/plain.ts";
import { ablateHeads } from "../../src/heads/importance/ablation.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import { loadAnyCheckpoint } from "../../src/load/any-checkpoint.node.ts";
import type { AnyCheckpoint } from "../../src/load/any-checkpoint.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { anyParameters } from "../../src/models/any.ts";
import { maskHeads } from "../../src/models/gates.ts";
import { sitesOf } from "../../src/models/sites.ts";
import { byPath, countParameters } from "../../src/params/tree.ts";
import { removalOrder } from "../../src/prune/choose.ts";
import { keptAfter } from "../../src/prune/choosing.ts";
import { cutHeads } from "../../src/prune/cut.ts";
import { listedHeads } from "../../src/prune/heads-list.ts";
import { openForCutting } from "../../src/prune/write/folder.node.ts";
import { onnxFiles } from "../../src/prune/write/onnx.ts";
import { modelFiles, type Opened } from "../../src/prune/write/opened.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor, tensor } from "../../src/run/tensor.ts";
import { readTrainConfig, type TrainConfigInput } from "../../src/train/config.ts";
import { trainSession } from "../../src/train/run-folder/session.node.ts";
import { madeTask } from "../heads/small-tasks.ts";
import { largestDifference } from "../models/golden.ts";
import { statesOf } from "../prune/small-models.ts";
import { madeText } from "../train/made-text.ts";

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-fixed-"));
  const text = madeText(3, 90);
  writeFileSync(join(folder, "text.txt"), text);
  const lines = text.split("\n\n").map((line) => line.trim());
  writeFileSync(join(folder, "source.txt"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "target.txt"), `${lines.map((line) => line.split(" ").reverse().join(" ")).join("\n")}\n`);
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true, force: true });
});

const SIZES = { layers: 2, width: 20, innerWidth: 12 };
const TEXT = () => ({ text: join(folder, "text.txt") });
const PAIRS = () => ({ source: join(folder, "source.txt"), target: join(folder, "target.txt") });
type Heads = NonNullable<TrainConfigInput["model"]>["heads"];

const TASKS: readonly (readonly [string, TrainConfigInput["task"], Heads, removed: string])[] = [
  ["causal", "causal", { fixed: ["previous", "left-context", { gaussian: -1 }], learned: 2 }, "0.0,1.1,1.4"],
  ["masked", "masked", { fixed: ["previous", "next", "to-end"], learned: 2 }, "0.1,0.3,1.2"],
  ["masked, all fixed", "masked", { fixed: ["previous", "next", "self", "right-context"], learned: 0 }, "0.3,1.0"],
  [
    "translation",
    "translation",
    {
      fixed: {
        encoder: [{ gaussian: -1 }, "next", "to-start"],
        decoder: [{ gaussian: -1 }],
        cross: [{ gaussian: 1, ratio: 1 }],
      },
    },
    "encoder.1.3,cross.0.0,decoder.1.0",
  ],
];

async function train(path: string, task: TrainConfigInput["task"], heads: Heads): Promise<void> {
  const config = readTrainConfig(
    {
      ...{ task, data: task === "translation" ? PAIRS() : TEXT(), tokenizer: { vocabulary: 300, minFrequency: 0 } },
      ...{ model: { ...SIZES, heads }, batch: { length: 40, tokens: 240, buckets: 1 }, steps: 6, every: 2 },
      dropout: { attention: 0.1 },
    },
    "test",
  );
  let step = 0;
  const stopping = path.endsWith("stopped") ? () => step === 4 : undefined;
  const hooks = { onStep: (report: { step: number }) => void (step = report.step), stopping };
  await trainSession(runtime, config, "test", { path, hooks });
  if (stopping) await trainSession(runtime, config, "test", { path, resume: true });
}

/** Writes a pruned model, and reads it again. */
async function written(opened: Opened, removed: string): Promise<AnyCheckpoint> {
  const { checkpoint } = opened;
  const path = mkdtempSync(join(folder, "pruned-"));
  mkdirSync(path, { recursive: true });
  const cut = cutHeads(checkpoint, listedHeads(removed, checkpoint.config).kept);
  for (const [name, content] of modelFiles(opened, { config: cut.config, weights: cut.weights }))
    writeFileSync(join(path, name), content);
  const again = await loadAnyCheckpoint(path);
  expect(again.config).toEqual(cut.config);
  expect([...byPath(again.weights)]).toEqual([...byPath(cut.weights)]);
  expect(countParameters(anyParameters(again.config))).toBe(countParameters(again.weights));
  return again;
}

const feedsOf = ({ config }: AnyCheckpoint): Record<string, Tensor> => ({
  ids: int64([5, 9, 11, 7, 30, 8, 6, 12, 0, 0], [2, 5]),
  mask: int64([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 5]),
  ...(config.family === "encoder-decoder" && { decoderIds: int64([0, 9, 14, 20, 0, 31, 6, 7], [2, 4]) }),
});

async function plainRun(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const given = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [name, new ort.Tensor(dtype, data, shape)]);
  const made = await session.run(Object.fromEntries(given));
  await session.release();
  return Object.fromEntries(Object.entries(made).map(([name, { data, dims }]) => [name, tensor(data as Float32Array, dims)]));
}

async function exported(model: AnyCheckpoint): Promise<void> {
  const { ids, mask, decoderIds } = feedsOf(model) as Record<"ids" | "mask" | "decoderIds", Tensor>;
  const wanted = (await statesOf(runtime, model, feedsOf(model))).at(-1)!;
  const files = onnxFiles(model);
  const whole = files.get("model.onnx");
  const read = async () => {
    const types = model.config.family === "encoder" && { token_type_ids: int64(new Array(10).fill(0), [2, 5]) };
    if (whole) return (await plainRun(whole, { input_ids: ids, attention_mask: mask, ...types })).logits;
    const encoder = await plainRun(files.get("encoder_model.onnx")!, { input_ids: ids, attention_mask: mask });
    const rest = { encoder_hidden_states: encoder.last_hidden_state!, encoder_attention_mask: mask };
    return (await plainRun(files.get("decoder_model.onnx")!, { input_ids: decoderIds, ...rest })).logits;
  };
  expect(largestDifference((await read())!, wanted)).toBeLessThan(1e-5);
}

describe.each(TASKS)("%s", (name, task, heads, removed) => {
  const at = (which: string) => join(folder, `${name.replaceAll(/\W/g, "-")}-${which}`);
  beforeAll(async () => {
    await train(at("whole"), task, heads);
  });

  it("resumed is bit for bit the uninterrupted run", async () => {
    await train(at("stopped"), task, heads);
    const model = (which: string) => readFileSync(join(at(which), "model/model.safetensors"));
    expect(model("stopped").equals(model("whole"))).toBe(true);
  });

  it("is pruned by list, again, and as it is the masked model; and exported", async () => {
    const opened = await openForCutting(join(at("whole"), "model"));
    const model = opened.checkpoint;
    await exported(model);
    const { kept } = listedHeads(removed, model.config);
    const cut = await written(opened, removed);
    const feeds = feedsOf(model);
    const [masked, smaller] = [
      await statesOf(runtime, model, feeds, maskHeads(model.config, kept)),
      await statesOf(runtime, cut, feeds),
    ];
    expect(largestDifference(masked.at(-1)!, smaller.at(-1)!)).toBeLessThan(1e-5);
    await exported(cut);
    await written({ ...opened, checkpoint: cut }, `${sitesOf(cut.config).at(-1)!.name}.0`);
  });

  it("is pruned by importance, and every kind of ablation runs", async () => {
    const opened = await openForCutting(join(at("whole"), "model"));
    const { checkpoint } = opened;
    const examples = madeTask(checkpoint);
    for (const kind of ["mean", "uniform", "resample", "frozen"] as const) {
      const { without } = await ablateHeads(runtime, checkpoint, examples, { kind });
      for (const judged of without.values())
        for (const numbers of Object.values(judged)) expect(numbers!.every(Number.isFinite)).toBe(true);
    }
    const order = await removalOrder(runtime, checkpoint, examples, { method: "michel", seed: 1, count: 3 });
    const kept = keptAfter(checkpoint.config, order);
    const cut = cutHeads(checkpoint, kept);
    expect(sitesOf(cut.config).reduce((n, site) => n + site.heads, 0)).toBe(
      sitesOf(checkpoint.config).reduce((n, site) => n + site.heads, 0) - 3,
    );
    await exported({ ...checkpoint, ...cut } as AnyCheckpoint);
  });

  if (name === "causal" || name === "masked, all fixed")
    it("has a report in which the previous token is labeled", async () => {
      const model = (await loadAnyCheckpoint(join(at("whole"), "model"))) as Checkpoint;
      const sentences = madeText(4, 40)
        .split("\n\n")
        .map((text, k) => plainSentence(`${k}`, text.split(" ").slice(0, 6).join(" ").trim()));
      const { report } = await reportOn(runtime, model, { id: "made", sentences, trees: false }, { seed: 1 });
      const previous = report.heads.filter(({ label }) => label === "previous-token");
      expect(previous.map(({ layer, head }) => [layer, head])).toEqual(
        expect.arrayContaining([
          [0, 0],
          [1, 0],
        ]),
      );
      expect(report.heads[0]!.scores["previous-token"]!.value).toBeCloseTo(1, 5);
      expect(report.heads[0]!.scores.broad!.value).toBeCloseTo(0, 5);
      expect(report.notes).toContainEqual(expect.objectContaining({ code: "fixed-heads" }));
    });
});
