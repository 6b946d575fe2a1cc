/** What heads write: planted heads are found, random ones are not, and a change of basis inside a head changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import type { Corpus } from "../../../src/corpus/sentence.ts";
import type { Value } from "../../../src/graph/value.ts";
import { createMeasurer } from "../../../src/heads/observe/measure.ts";
import { countedQueries } from "../../../src/heads/observe/text.ts";
import { reportOn } from "../../../src/heads/report/report.ts";
import type { HeadReport } from "../../../src/heads/report/schema.ts";
import { beatsControl } from "../../../src/heads/scores/labels.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import type { DecoderParameters } from "../../../src/models/decoder.ts";
import { forward, type Transformer, transformerParameters } from "../../../src/models/transformer.ts";
import { keep } from "../../../src/nn/probe.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64, type Tensor } from "../../../src/run/tensor.ts";
import { largeWeights } from "../../laws/small.ts";
import { loadFixture } from "../../models/golden.ts";
import { changed, turnedHeads } from "../gauge.ts";
import { randomText, tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const sample = parseConllu(SAMPLE_CONLLU, "sample");
const few: Corpus = { ...sample, sentences: sample.sentences.slice(0, 40), trees: false };
const headsOf = async (model: Checkpoint): Promise<readonly HeadReport[]> =>
  (await reportOn(runtime, model, few, { seed: 1 })).report.heads;

/** A site's value on one text. */
async function siteOn({ config, weights }: Transformer, site: string, ids: Int32Array): Promise<Tensor> {
  const kept = new Map<string, Value>();
  forward(config, { probe: keep(kept, (name) => name === site) });
  const program = await runtime.compile({ value: kept.get(site)! }, { weights: byPath(weights) });
  const shape = [1, ids.length];
  return (await program.run({ ids: int64(ids, shape), mask: int64(new Array(ids.length).fill(1), shape) })).value!;
}

describe("the sizes of what heads write", () => {
  it.each(["bert", "gpt2", "llama"])("%s: sums of ‖z W_O‖ over the counted queries of each text", async (family) => {
    const model = await loadFixture(family);
    const { config } = model;
    const texts = [11, 7, 13].map((n, t) => randomText(`${family}${t}`, n, config.vocabulary, 1, 1));
    const measurer = createMeasurer(runtime, config, { weightings: ["raw"], words: false });
    const { written } = await measurer.measure(model, texts);
    const heads = config.heads.reduce((a, b) => a + b, 0);
    for (const [t, text] of texts.entries()) {
      let first = 0;
      for (const [l, count] of config.heads.entries()) {
        const z = await siteOn(model, `layers.${l}.attention.z`, text.ids);
        for (let h = 0; h < count; h++) {
          const sizes = countedQueries(text, config.family === "decoder").map((i) =>
            Math.hypot(...writtenAt(z, model.weights.layers[l]!.attention.wo, i, h)),
          );
          const wanted = sizes.reduce((a, b) => a + b, 0);
          expect(written[t * heads + first + h]! / wanted).toBeCloseTo(1, 4);
        }
        first += count;
      }
    }
  });
});

/** zᵢ W_O of one head: `z` [1, i, h, d], `wo` [h, d, m]; of head `from` of `z`. */
function writtenAt(z: Tensor, wo: Tensor, i: number, h: number, from = h): number[] {
  const [, d, m] = wo.shape as [number, number, number];
  const heads = z.shape[2]!;
  return Array.from({ length: m }, (_, k) =>
    Array.from(
      { length: d },
      (_, e) => Number(z.data[(i * heads + from) * d + e]) * Number(wo.data[(h * d + e) * m + k]),
    ).reduce((a, b) => a + b),
  );
}

describe("direct effects on the logits of attended tokens", () => {
  it.each(["gpt2", "llama", "qwen2"])("%s: sums over queries and keys, from all logits of all texts", async (family) => {
    const model = await loadFixture(family);
    const { config } = model;
    const texts = [11, 7, 13].map((n, t) => randomText(`${family}${t}`, n, config.vocabulary, 1, 1));
    const measurer = createMeasurer(runtime, config, { weightings: ["raw"], words: false, effects: true });
    const { effects } = await measurer.measure(model, texts);
    const heads = config.heads.reduce((a, b) => a + b, 0);
    const all = texts.flatMap(({ ids }) => [...ids]);
    for (const [t, text] of texts.entries()) {
      const n = text.ids.length;
      let first = 0;
      for (const [l, count] of config.heads.entries()) {
        const [v, pattern] = [
          await siteOn(model, `layers.${l}.attention.v`, text.ids),
          await siteOn(model, `layers.${l}.attention.pattern`, text.ids),
        ];
        const group = count / config.keyValueHeads[l]!;
        for (let h = 0; h < count; h++) {
          const own = Array.from(text.ids, (id, j) => {
            const written = writtenAt(v, model.weights.layers[l]!.attention.wo, j, h, Math.floor(h / group));
            const logits = logitsOf(model, written);
            return logits[id]! - all.reduce((sum, other) => sum + logits[other]!, 0) / all.length;
          });
          let [signed, absolute] = [0, 0];
          for (const i of countedQueries(text, true)) {
            for (let j = 1; j < i; j++) {
              const weight = Number(pattern.data[(h * n + i) * n + j]);
              signed += weight * own[j]!;
              absolute += weight * Math.abs(own[j]!);
            }
          }
          const at = 2 * (t * heads + first + h);
          expect(Math.abs(effects![at]! - signed) / absolute).toBeLessThan(1e-4);
          expect(effects![at + 1]! / absolute).toBeCloseTo(1, 4);
        }
        first += count;
      }
    }
  });
});

/** The logits of what is written, through the last norm with a spread of 1. */
function logitsOf({ config, weights }: Transformer, written: readonly number[]): number[] {
  const p = weights as DecoderParameters<Tensor>;
  const mean = config.norm === "layer" ? written.reduce((a, b) => a + b, 0) / written.length : 0;
  const state = written.map((x, k) => (x - mean) * Number(p.norm.scale.data[k]));
  const { data } = p.output ?? p.embeddings.tokens;
  return Array.from({ length: config.vocabulary }, (_, token) =>
    state.reduce((sum, x, k) => sum + x * Number(data[token * config.width + k]), 0),
  );
}

describe.each(["gpt2", "llama"])("a head of %s whose output weights are its value weights turned over", (family) => {
  /** The first head of layer 0 with W_O = −W_Vᵀ; with the last norm's scale at 1, it lowers the logit of what it reads. */
  const planted = async (sign: number): Promise<Checkpoint> => {
    const model = await tinyCheckpoint(family, false);
    const { wv, wo } = model.weights.layers[0]!.attention;
    const [, d, m] = wo.shape as [number, number, number];
    const groups = wv.shape[1]!;
    const { output, embeddings } = model.weights as DecoderParameters<Tensor>;
    const tied = output ? changed(model, "output", (_, at) => Number(embeddings.tokens.data[at])) : model;
    return changed(tied, "layers.0.attention.wo", (x, at) =>
      at < d * m ? sign * Number(wv.data[(at % m) * groups * d + Math.floor(at / m)]) : x,
    );
  };
  const suppression = (heads: readonly HeadReport[]) => heads.map(({ scores }) => scores["copy-suppression"]!);

  it("suppresses copies beyond every untrained head, and so it does in another basis", async () => {
    const model = await planted(-1);
    const [heads, turned] = [await headsOf(model), await headsOf(turnedHeads(model))];
    const [own] = suppression(heads);
    expect(own!.value).toBeGreaterThan(0.9);
    expect(own!.value).toBeGreaterThan(own!.control!);
    expect(own!.p).toBeLessThan(0.02);
    expect(heads[0]!.labels).toEqual((await headsOf(await planted(1)))[0]!.labels);
    for (const [k, { value }] of suppression(turned).entries()) expect(value).toBeCloseTo(suppression(heads)[k]!.value, 3);
  });

  it("copies with the other sign", async () => {
    const [own] = suppression(await headsOf(await planted(1)));
    expect(own!.value).toBeLessThan(-0.9);
    expect(own!.p).toBeGreaterThan(0.9);
  });
});

it.each([1, 2, 3])("no head of random model %i suppresses copies or retrieves", async (seed) => {
  const model = await tinyCheckpoint("gpt2", false);
  const weights = largeWeights<Checkpoint["weights"]>(transformerParameters(model.config), seed, 0.1);
  for (const { scores } of await headsOf({ ...model, weights })) {
    for (const name of ["copy-suppression", "retrieval"]) expect(beatsControl(name, scores[name]!), name).toBe(false);
  }
});

describe.each(["gpt2", "llama"])("a head of %s that writes a hundredth of what it did", (family) => {
  let [before, after, turned]: (readonly HeadReport[])[] = [];
  const planted = 2;
  beforeAll(async () => {
    const model = await tinyCheckpoint(family, false);
    const [, d, m] = model.weights.layers[1]!.attention.wo.shape as [number, number, number];
    const quiet = changed(model, "layers.1.attention.wo", (x, at) => (Math.floor(at / (d * m)) === planted ? x / 100 : x));
    [before, after, turned] = [await headsOf(model), await headsOf(quiet), await headsOf(turnedHeads(quiet))];
  });
  const dormant = (heads: readonly HeadReport[]) =>
    heads.filter(({ manners }) => manners.includes("dormant")).map(({ layer, head }) => `${layer}.${head}`);

  it("is dormant, and no other is", () => {
    expect(dormant(before!)).toEqual([]);
    expect(dormant(after!)).toEqual([`1.${planted}`]);
    const { dormant: score } = after!.find(({ layer, head }) => layer === 1 && head === planted)!.scores;
    expect(score).toMatchObject({ value: expect.closeTo(0.99, 2), again: 1 });
    expect(score!.p).toBeLessThan(0.02);
  });

  it("and so it is in another basis", () => {
    expect(dormant(turned!)).toEqual([`1.${planted}`]);
    for (const [k, { scores }] of turned!.entries())
      expect(scores.dormant!.value).toBeCloseTo(after![k]!.scores.dormant!.value, 3);
  });

  it("layers’ heads write as much as they do on average", () => {
    for (const layer of [0, 1]) {
      const values = after!.filter((head) => head.layer === layer).map(({ scores }) => scores.dormant!.value);
      expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
    }
  });
});
