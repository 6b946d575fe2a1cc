/** OV copying against the whole map from tokens to logits, and on planted, random and turned heads. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ovCopying } from "../../../src/heads/scores/copying.ts";
import type { DecoderParameters } from "../../../src/models/decoder.ts";
import type { Transformer } from "../../../src/models/transformer.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import type { Tensor } from "../../../src/run/tensor.ts";
import { regauged } from "../../laws/gauge.ts";
import { DECODER, ENCODER, GROUPED, smallModel, withAttention } from "../../laws/small.ts";
import { loadFixture } from "../../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const matrixOf = (rows: number, columns: number, at: (i: number, j: number) => number): Matrix =>
  new Matrix(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j))));
const meansOf = (m: Matrix): number[] => m.mean("row");
/** Every row less its mean. */
const centered = (m: Matrix): Matrix => matrixOf(m.rows, m.columns, (i, j) => m.get(i, j) - meansOf(m)[i]!);
const tableOf = ({ data, shape }: Tensor) => matrixOf(shape[0]!, shape[1]!, (i, j) => Number(data[i * shape[1]! + j]));
const scaled = (m: Matrix, { data }: Tensor) => matrixOf(m.rows, m.columns, (i, j) => m.get(i, j) * Number(data[j]));

/** The score from all [v, v] effects of tokens on logits: norms with their spread left out, logits less their mean. */
function wholeScore({ config, weights }: Transformer, layer: number, head: number): number {
  const p = weights as DecoderParameters<Tensor>;
  const { wv, wo } = p.layers[layer]!.attention;
  const [m, g, d] = wv.shape as [number, number, number];
  const group = Math.floor((head * g) / config.heads[layer]!);
  const norm = (rows: Matrix) => (config.norm === "layer" ? centered(rows) : rows);
  const read = matrixOf(m, d, (i, k) => Number(wv.data[(i * g + group) * d + k]));
  const write = matrixOf(d, m, (k, i) => Number(wo.data[(head * d + k) * m + i]));
  const written = scaled(norm(tableOf(p.embeddings.tokens)), p.layers[layer]!.attentionNorm.scale)
    .mmul(read)
    .mmul(write);
  const logits = scaled(norm(written), p.norm.scale).mmul(tableOf(p.output ?? p.embeddings.tokens).transpose());
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(centered(logits));
  const size = realEigenvalues.reduce((sum, x, k) => sum + Math.hypot(x, imaginaryEigenvalues[k]!), 0);
  return realEigenvalues.reduce((a, b) => a + b, 0) / size;
}

it.each(["gpt2", "llama", "qwen2"])("%s: the small matrix has the eigenvalues of the whole map", async (family) => {
  const model = await loadFixture(family);
  const { own, eigenvalues } = (await ovCopying(runtime, model, []))!;
  expect(eigenvalues).toBe(model.config.headWidth);
  const wanted = model.config.heads.flatMap((h, l) => Array.from({ length: h }, (_, head) => wholeScore(model, l, head)));
  expect(own).toHaveLength(wanted.length);
  for (const [k, value] of own.entries()) expect(value, `head ${k}`).toBeCloseTo(wanted[k]!, 3);
});

describe("heads whose output weights are their value weights turned over", () => {
  /** W_O = sign · W_Vᵀ, of the first head of the first layer, and its values read what norms do not scale. */
  const planted = (sign: number): Transformer => {
    const model = smallModel({ ...DECODER, vocabulary: 97 }, 3);
    return withAttention(model, 0, (p) => {
      const [m, h, d] = p.wv.shape as [number, number, number];
      const write = (k: number) => sign * Number(p.wv.data[((k % m) * h + 0) * d + Math.floor(k / m)]);
      return { ...p, wo: { ...p.wo, data: (p.wo.data as Float32Array).map((x, k) => (k < d * m ? write(k) : x)) } };
    });
  };

  it("copy tokens, or suppress them, and stand out from random ones", async () => {
    const random = (await ovCopying(
      runtime,
      planted(1),
      Array.from({ length: 9 }, (_, k) => smallModel({ ...DECODER, vocabulary: 97 }, 10 + k)),
    ))!;
    expect(random.own[0]).toBeGreaterThan(0.95);
    expect(random.own[0]).toBeGreaterThan(Math.max(...random.twins.flat()));
    expect((await ovCopying(runtime, planted(-1), []))!.own[0]).toBeCloseTo(-random.own[0]!, 4);
    const mean = random.twins.flat().reduce((a, b) => a + b, 0) / random.twins.flat().length;
    expect(Math.abs(mean)).toBeLessThan(0.2);
  });
});

it("is the same in another basis inside heads", async () => {
  for (const config of [DECODER, GROUPED]) {
    const model = smallModel(config, 5);
    const [one, other] = [(await ovCopying(runtime, model, []))!, (await ovCopying(runtime, regauged(model), []))!];
    for (const [k, value] of one.own.entries()) expect(other.own[k]).toBeCloseTo(value, 3);
  }
});

it("is not there where nothing predicts tokens by a linear head, and 0 where a head writes nothing", async () => {
  expect(await ovCopying(runtime, smallModel(ENCODER, 1), [])).toBeNull();
  expect(await ovCopying(runtime, smallModel({ ...DECODER, languageHead: "none" }, 1), [])).toBeNull();
  const silent = withAttention(smallModel(DECODER, 1), 1, (p) => ({
    ...p,
    wo: { ...p.wo, data: new Float32Array(p.wo.data.length) },
  }));
  expect((await ovCopying(runtime, silent, []))!.own.slice(3)).toEqual([0, 0]);
});
