/** The statistics program against the definitions, on every sum, both weightings, encoders and decoders. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Continuations } from "../../../src/heads/observe/features.ts";
import { createMeasurer, type Tally } from "../../../src/heads/observe/measure.ts";
import { compilePatterns } from "../../../src/heads/observe/patterns.ts";
import { SUMS } from "../../../src/heads/observe/statistics.ts";
import { countedQueries, type Text } from "../../../src/heads/observe/text.ts";
import type { DecoderParameters } from "../../../src/models/decoder.ts";
import { headCount } from "../../../src/models/sites.ts";
import { forward, type Transformer } from "../../../src/models/transformer.ts";
import { random } from "../../../src/params/random.ts";
import { byPath } from "../../../src/params/tree.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { int64, type Tensor } from "../../../src/run/tensor.ts";
import { featuredModel } from "../../features/featured-models.ts";
import { loadFixture } from "../../models/golden.ts";
import { randomText } from "../models.ts";
import { asMatrix, naiveNorm, naiveSizes, naiveSums, naiveWords } from "../naive.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

/** Random pairs for the feature that is given from outside. */
const pairs =
  (causal: boolean): Continuations =>
  (text) => {
    const uniform = random(text.sentence.text + text.ids.length);
    const all = countedQueries(text, causal).flatMap((i) => [...text.ids.keys()].map((j): [number, number] => [i, j]));
    return all.filter(() => uniform() < 0.3);
  };

/** What attention reads in each layer: the states, normalised where norms come first. */
async function attentionInputs({ config, weights }: Transformer, text: Text): Promise<number[][][]> {
  const pass = forward(config);
  const outputs = Object.fromEntries(config.heads.map((_, l) => [`${l}`, pass.states[l]!]));
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const n = text.ids.length;
  const all = await program.run({ ids: int64(text.ids, [1, n]), mask: int64(new Array(n).fill(1), [1, n]) });
  return config.heads.map((_, l) => {
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from(all[l]!.data.subarray(i * config.width, (i + 1) * config.width) as Float32Array),
    );
    if (config.family === "encoder") return rows;
    const { scale, bias } = (weights as DecoderParameters<Tensor>).layers[l]!.attentionNorm;
    return rows.map((row) => normalized(row, scale, bias, config.epsilon));
  });
}

function normalized(x: readonly number[], scale: Tensor, bias: Tensor | undefined, epsilon: number): number[] {
  const mean = bias ? x.reduce((a, b) => a + b) / x.length : 0;
  const spread = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length + epsilon);
  return x.map((value, m) => ((value - mean) / spread) * Number(scale.data[m]) + Number(bias?.data[m] ?? 0));
}

/** Sizes of weights that may be negative, as shares of their row. */
const shares = (signed: readonly (readonly number[])[]): number[][] =>
  naiveNorm(
    signed.map((row) => row.map(Math.abs)),
    signed.map(() => 1),
  );

const sumsOf = (tally: Tally, weighting: "raw" | "norm", t: number, h: number): Record<string, number> => {
  const at = (t * tally.sizes.length + h) * SUMS.length;
  return Object.fromEntries(SUMS.map((name, k) => [name, tally.sums[weighting]![at + k]!]));
};

describe.each([
  ["bert", {}, 1, 1],
  ["llama", {}, 0, 0],
  ["mistral", {}, 1, 0],
  ["gpt2", {}, 2, 1],
  ["bert", { normalizer: "sparsemax" }, 1, 1],
  ["gpt2", { span: { longest: 5, ramp: 2.5, penalty: 0 } }, 2, 1],
  ["bert", { talking: true, gate: true }, 1, 1],
] as const)("%s with %j, %i special tokens before and %i after", (family, features, lead, tail) => {
  let model: Transformer;
  let texts: Text[];
  let tally: Tally;
  let patterns: number[][][][];
  beforeAll(async () => {
    model =
      family === "llama" || family === "mistral" || Object.keys(features).length === 0
        ? await loadFixture(family)
        : ((await featuredModel(family, features)) as Transformer);
    const { config } = model;
    texts = [11, 7, 13, 11, 17].map((n, t) => randomText(`${family}${t}`, n, config.vocabulary, lead, tail));
    const measurer = createMeasurer(runtime, config, { weightings: ["raw", "norm"], words: true });
    tally = await measurer.measure(model, texts, { continuations: pairs(config.family === "decoder") });
    const read = await compilePatterns(runtime, model, "raw");
    patterns = [];
    for (const text of texts) patterns.push((await read(text)).flat().map((p) => asMatrix(p, text.ids.length)));
  });

  /** Runs over texts and heads with the raw pattern and the naive norm-weighted one. */
  async function overHeads(visit: (t: number, h: number, raw: number[][], norm: number[][], sizes: number[]) => void) {
    for (const [t, text] of texts.entries()) {
      const inputs = await attentionInputs(model, text);
      const sizes = model.config.heads.flatMap((_, l) => naiveSizes(model, l, inputs[l]!));
      for (const [h, signed] of patterns[t]!.entries()) {
        const raw = "talking" in features ? shares(signed) : signed;
        visit(t, h, raw, naiveNorm(raw, sizes[h]!), sizes[h]!);
      }
    }
  }

  it("gives the sums that the definitions give", async () => {
    const causal = model.config.family === "decoder";
    await overHeads((t, h, raw, norm) => {
      for (const [weighting, a] of [["raw", raw] as const, ["norm", norm] as const]) {
        const wanted = naiveSums(a, texts[t]!, causal, pairs(causal)(texts[t]!));
        const found = sumsOf(tally, weighting, t, h);
        expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
        for (const [name, value] of Object.entries(wanted)) {
          if (!(Math.abs(found[name]! - value) < 1e-4 * (1 + Math.abs(value)))) {
            expect.fail(`${weighting} ${name} of head ${h}, text ${t}: ${found[name]}, not ${value}`);
          }
        }
      }
    });
  });

  it("has something to say about pieces of words and their control", () => {
    for (const name of ["sub-word", "sub-word-control"]) {
      const found = texts.map((_, t) => sumsOf(tally, "raw", t, 0)[name]!);
      expect(Math.max(...found)).toBeGreaterThan(0);
    }
  });

  it("gives each word's most attended word", async () => {
    await overHeads((t, h, raw, norm) => {
      const count = texts[t]!.sentence.words.length;
      for (const [weighting, a] of [["raw", raw] as const, ["norm", norm] as const]) {
        const found = [...tally.words[weighting]![t]!.subarray(h * count, (h + 1) * count)];
        expect(found).toEqual(naiveWords(a, texts[t]!, Object.keys(features).length > 0));
      }
    });
  });

  it("gives the pictures the same norm-weighted patterns", async () => {
    const read = await compilePatterns(runtime, model, "norm");
    const seen: number[][][][] = [];
    for (const text of texts) seen.push((await read(text)).flat().map((p) => asMatrix(p, text.ids.length)));
    await overHeads((t, h, _, norm) => {
      for (const [i, row] of norm.entries()) for (const [j, p] of row.entries()) expect(seen[t]![h]![i]![j]).toBeCloseTo(p, 5);
    });
  });

  it("adds up the sizes of what the counted tokens give, and counts them", async () => {
    const wanted = new Float64Array(headCount(model.config));
    const counted = texts.map((text) => countedQueries(text, model.config.family === "decoder"));
    await overHeads((t, h, _raw, _norm, sizes) => {
      for (const i of counted[t]!) wanted[h]! += sizes[i]!;
    });
    for (const [h, size] of wanted.entries()) expect(tally.sizes[h]! / size).toBeCloseTo(1, 4);
    expect([...tally.counted]).toEqual(counted.map((c) => c.length));
    const again = texts.map(({ ids }, t) => counted[t]!.filter((i) => ids.subarray(0, i).includes(ids[i]!)).length);
    expect([...tally.repeated]).toEqual(again);
    expect(Math.max(...again)).toBeGreaterThan(0);
  });

  it("counts no special token, and of a causal text not the first", () => {
    for (const text of texts) {
      const counted = countedQueries(text, model.config.family === "decoder");
      const first = model.config.family === "decoder" && lead === 0 ? 1 : lead;
      expect(counted).toEqual(Array.from({ length: text.ids.length - tail - first }, (_, k) => first + k));
    }
  });
});
