/** Adaptive models from configuration to file: trained, stopped and gone on with, saved, reported, cut, and exported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainSentence } from "../../src/corpus/plain.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import { reportSchema } from "../../src/heads/report/schema.ts";
import { loadCheckpoint } from "../../src/load/checkpoint.node.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { readTrainConfig, type TrainConfigInput } from "../../src/train/config.ts";
import { type SessionOptions, trainSession } from "../../src/train/run-folder/session.node.ts";
import { madeText } from "../train/made-text.ts";

let folder: string;
let runtime: Runtime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "headwise-features-"));
  writeFileSync(join(folder, "text.txt"), madeText(1, 120));
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true });
});

type Attention = NonNullable<TrainConfigInput["model"]>["attention"];

/** The features of training, by a name for tests. */
const TRAINED: Readonly<Record<string, Attention>> = {
  "output gates": { gate: true },
  "spans and learned entmax": { normalizer: "entmax", alpha: "learned", span: { longest: 24 } },
  "mixtures of heads": { routing: { kind: "moh", shared: 1, top: 1 } },
};

const configured = (attention: Attention) =>
  readTrainConfig(
    {
      data: { text: join(folder, "text.txt") },
      tokenizer: { vocabulary: 270, minFrequency: 0 },
      model: { layers: 2, width: 16, heads: 4, attention },
      batch: { length: 24, tokens: 96 },
      schedule: { kind: "constant", warmup: 2 },
      ...{ steps: 6, every: 3, keep: 2 },
    },
    "test",
  );

describe.each(Object.entries(TRAINED))("%s", (name, attention) => {
  const session = (path: string, options: Partial<SessionOptions> = {}) =>
    trainSession(runtime, configured(attention), "test", { path, ...options });

  it("a run that was stopped goes on to the same bits", async () => {
    const [whole, stopped] = [join(folder, `${name} whole`), join(folder, `${name} stopped`)];
    await session(whole);
    let step = 0;
    const hooks = { onStep: (report: { step: number }) => void (step = report.step), stopping: () => step === 4 };
    expect((await session(stopped, { hooks })).outcome).toBe("stopped");
    await session(stopped, { resume: true });
    const bytes = (path: string) => readFileSync(join(path, "model/model.safetensors"));
    expect(bytes(stopped).equals(bytes(whole))).toBe(true);
  });

  it("its model is read again with its features, and reported with their measures", async () => {
    const model = await loadCheckpoint(join(folder, `${name} whole`, "model"));
    expect(Object.keys(model.config.features ?? {})).toEqual(["0", "1"]);
    const words = madeText(2, 12).match(/\w+( \w+)?/g)!;
    const corpus = { id: "made", trees: false, sentences: words.map((text, k) => plainSentence(`${k}`, text)) };
    const { report } = await reportOn(runtime, model, corpus, { seed: 1 });
    const read = reportSchema.strict().parse(JSON.parse(JSON.stringify(report)));
    expect(read.heads.every(({ adaptive }) => adaptive && Object.keys(adaptive).length > 0)).toBe(true);
  });
});
