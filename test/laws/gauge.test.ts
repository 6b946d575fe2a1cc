import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../src/corpus/sample.ts";
import { reportOn } from "../../src/heads/report/report.ts";
import type { Report } from "../../src/heads/report/schema.ts";
import { reportSchema } from "../../src/heads/report/schema.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { createTokenizer } from "../../src/load/tokenizer/tokenizer.ts";
import type { TransformerConfig } from "../../src/models/config.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../src/run/tensor.ts";
import { kinds } from "../load/tokenizer-kinds.ts";
import { loadFixture, readInts } from "../models/golden.ts";
import { inverse, regauged } from "./gauge.ts";
import { DECODER, ENCODER, GROUPED, largestDifference, runModel, smallModel, textsOf, withAttention } from "./small.ts";

const TEXTS = textsOf([2, 7, 5, 19, 3, 11, 13], [17, 4, 4, 21, 6]);
/** Grouped keys without the rotations: with them, only what commutes with them changes nothing. */
const UNROTATED: TransformerConfig = { ...GROUPED, positions: { kind: "learned", offset: 0 } };

it("the inverse is one", () => {
  const m = [
    [0, 2, 1],
    [1, 0, 0],
    [3, 1, 4],
  ];
  const product = m.map((row) => row.map((_, j) => row.reduce((s, x, k) => s + x * inverse(m)[k]![j]!, 0)));
  for (const [i, row] of product.entries()) for (const [j, x] of row.entries()) expect(x).toBeCloseTo(Number(i === j), 10);
});

describe("weights in another gauge", () => {
  it.each([
    ["encoder", ENCODER],
    ["decoder", DECODER],
    ["grouped keys", UNROTATED],
  ])("%s: the same patterns and outputs", async (_, config) => {
    const model = smallModel(config, 5);
    const other = regauged(model);
    expect(largestDifference(model.weights.layers[0]!.attention.wq, other.weights.layers[0]!.attention.wq)).toBeGreaterThan(
      0.2,
    );
    const [before, after] = [await runModel(model, TEXTS), await runModel(other, TEXTS)];
    expect(Object.keys(before)).toHaveLength(6);
    for (const [site, t] of Object.entries(before)) expect(largestDifference(t, after[site]!), site).toBeLessThan(2e-4);
  });

  it("the BERT fixture: the same patterns and hidden states", async () => {
    const model: Transformer = await loadFixture("bert");
    const texts = {
      ids: readInts("bert", "golden.safetensors", "input_ids"),
      mask: readInts("bert", "golden.safetensors", "attention_mask"),
    };
    const [before, after] = [await runModel(model, texts), await runModel(regauged(model), texts)];
    for (const [site, t] of Object.entries(before)) expect(largestDifference(t, after[site]!), site).toBeLessThan(1e-4);
  });
});

const tokenizer = createTokenizer(kinds["BERT uncased"]);
const whole = parseConllu(SAMPLE_CONLLU, "sample");
const corpus = { ...whole, sentences: whole.sentences.slice(0, 36) };
const config: TransformerConfig = {
  ...ENCODER,
  vocabulary: tokenizer.vocabularySize,
  heads: [3, 3],
  keyValueHeads: [3, 3],
  maxPositions: 128,
};
const headOf = (k: number, { shape }: Tensor) => Math.floor(k / shape[2]!) % shape[1]!;
/** Head 0.0 asks with its own keys, enlarged: tokens look at themselves and at their equals. */
const model = withAttention(smallModel(config, 6), 0, (p) => ({
  ...p,
  wq: tensor(
    Float32Array.from(p.wq.data as Float32Array, (w, k) => (headOf(k, p.wq) === 0 ? 20 * Number(p.wk.data[k]) : w)),
    p.wq.shape,
  ),
}));
const checkpoint: Checkpoint = { id: "small", tokenizer, ...model };

describe("a report", () => {
  let runtime: Runtime;
  let reports: Report[];
  beforeAll(async () => {
    runtime = await nodeRuntime({ threads: 2 });
    const reportFor = async (c: Checkpoint, seed: number) => (await reportOn(runtime, c, corpus, { seed })).report;
    reports = [
      await reportFor(checkpoint, 1),
      await reportFor(checkpoint, 1),
      await reportFor({ ...checkpoint, ...regauged(checkpoint) }, 1),
      await reportFor(checkpoint, 2),
    ];
  });
  afterAll(() => runtime.release());

  const withoutCost = ({ cost, ...rest }: Report) => ({ ...rest, tokens: cost.tokens });

  it("has its schema and something to tell", () => {
    const report = reportSchema.parse(reports[0]);
    expect(report.heads).toHaveLength(6);
    const values = (name: string) => report.heads.map((h) => h.scores[name]!.value);
    for (const name of ["self", "confidence", "broad", "semantic"]) expect(new Set(values(name)).size).toBeGreaterThan(2);
  });

  it("is the same for one seed, but for what it cost", () => {
    expect(JSON.stringify(withoutCost(reports[1]!))).toBe(JSON.stringify(withoutCost(reports[0]!)));
    expect(JSON.stringify(withoutCost(reports[3]!))).not.toBe(JSON.stringify(withoutCost(reports[0]!)));
  });

  it("is the same in another gauge: labels equal, numbers within 1e-3", () => {
    const [one, other] = [reports[0]!, reports[2]!];
    expect(other.heads.map((h) => h.labels)).toEqual(one.heads.map((h) => h.labels));
    expect(other.model.sha256).not.toBe(one.model.sha256);
    const { model, ...rest } = withoutCost(one);
    const { model: otherModel, ...otherRest } = withoutCost(other);
    expect({ ...otherModel, sha256: "" }).toEqual({ ...model, sha256: "" });
    expectClose(otherRest, rest, "report");
  });
});

/** Texts equal, numbers within 1e-3, all the way down. */
function expectClose(got: unknown, wanted: unknown, path: string): void {
  if (typeof wanted === "number") {
    expect(Math.abs((got as number) - wanted), `${path}: ${got} and ${wanted}`).toBeLessThanOrEqual(
      1e-3 * Math.max(1, Math.abs(wanted)),
    );
  } else if (typeof wanted !== "object" || wanted === null) {
    expect(got, path).toBe(wanted);
  } else {
    expect(Object.keys(got as object), path).toEqual(Object.keys(wanted));
    for (const [key, value] of Object.entries(wanted))
      expectClose((got as Record<string, unknown>)[key], value, `${path}.${key}`);
  }
}

it("a checkpoint's weights are all changed by a gauge but what no head holds", () => {
  const [before, after] = [byPath(checkpoint.weights), byPath(regauged(checkpoint).weights)];
  for (const [name, t] of before) {
    const held = /attention\.(w.|b[qkv])$/.test(name);
    expect(largestDifference(t, after.get(name)!) > 0.05, name).toBe(held);
  }
});
