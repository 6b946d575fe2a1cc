/** The whole comparison: copies are found in any gauge, noise is called noise, and nothing depends on how weights are written. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConllu } from "../../../src/corpus/conllu.ts";
import { plainSentence } from "../../../src/corpus/plain.ts";
import { SAMPLE_CONLLU } from "../../../src/corpus/sample.ts";
import type { Corpus } from "../../../src/corpus/sentence.ts";
import { sampleTokens } from "../../../src/heads/observe/written.ts";
import { redundancy } from "../../../src/heads/redundancy/redundancy.ts";
import { type Redundancy, redundancySchema } from "../../../src/heads/redundancy/redundancy-schema.ts";
import { beatsControl } from "../../../src/heads/scores/labels.ts";
import type { Checkpoint } from "../../../src/load/checkpoint.ts";
import type { AttentionParameters } from "../../../src/nn/attention.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { regauged } from "../../laws/gauge.ts";
import { pickHeads, withAttention } from "../../laws/small.ts";
import { randomText, tinyCheckpoint } from "../models.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const sample = parseConllu(SAMPLE_CONLLU, "sample");
const corpus: Corpus = { ...sample, sentences: sample.sentences.slice(0, 31) };

/** The result as a reader of its JSON sees it: what is not a number there would have become null. */
const reread = (result: Redundancy): Redundancy => redundancySchema.strict().parse(JSON.parse(JSON.stringify(result)));
const compare = async (model: Checkpoint, on = corpus): Promise<Redundancy> =>
  reread(await redundancy(runtime, model, on, { seed: 1 }));
const withoutCost = ({ cost, ...rest }: Redundancy) => rest;
const names = (places: readonly { layer: number; head: number }[]) => places.map(({ layer, head }) => `${layer}.${head}`);
const pairs = ({ twins }: Redundancy) => twins.map(({ a, b }) => names([a, b]).join("="));

type Attention = AttentionParameters<Tensor>;
const changed = (model: Checkpoint, layer: number, change: (p: Attention) => Attention): Checkpoint => ({
  ...model,
  ...withAttention(model, layer, change),
});
/** Zeros for one head in a tensor whose heads are on an axis. */
const blank = ({ shape, data }: Tensor, axis: number, head: number): Tensor => {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return tensor(
    (data as Float32Array).map((x, k) => (Math.floor(k / inner) % shape[axis]! === head ? 0 : x)),
    shape,
  );
};
/** Head h attends to everything alike. */
const uniform = (p: Attention, h: number): Attention => ({ ...p, wq: blank(p.wq, 1, h), bq: p.bq && blank(p.bq, 0, h) });

describe.each([
  ["bert", true],
  ["gpt2", false],
] as const)("%s", (family, framed) => {
  let model: Checkpoint;
  let result: Redundancy;
  let plain: Redundancy;
  beforeAll(async () => {
    model = await tinyCheckpoint(family, framed);
    result = await redundancy(runtime, model, corpus, { seed: 1 });
    plain = reread(result);
  });

  it("has no twins of itself, and every matrix is symmetric with heads equal to themselves", () => {
    expect(plain.twins).toEqual([]);
    for (const [measure, matrix] of Object.entries(plain.matrices)) {
      for (const [a, row] of matrix.entries()) {
        expect(row[a], measure).toBe(measure === "patterns" ? 0 : 1);
        for (const [b, x] of row.entries()) expect(x, measure).toBe(matrix[b]![a]);
      }
    }
  });

  it("finds a planted twin in another gauge, and only that", async () => {
    const planted = changed(model, 1, (p) => pickHeads(p, [0, 1, 2, 1, 4]));
    const found = await compare({ ...planted, ...regauged(planted) });
    expect(pairs(found)).toEqual(["1.1=1.3"]);
    const [{ patterns, outputs, qk, ov, halves }] = found.twins as [Redundancy["twins"][number]];
    expect(halves).toBe(2);
    expect(patterns).toBeLessThan(0.01);
    for (const one of [outputs, qk, ov]) expect(one).toBeCloseTo(1, 3);
    const [a, b] = [6, 8];
    for (const space of ["queries", "keys", "values", "writes"] as const)
      expect(found.matrices[space][a]![b]).toBeCloseTo(1, 3);
    expect(found.heads[a]!.cluster).toBe(found.heads[b]!.cluster);
  });

  it("is the same in another gauge", async () => {
    const other = withoutCost(await compare({ ...model, ...regauged(model) }));
    for (const [measure, matrix] of Object.entries(other.matrices)) {
      const wanted = plain.matrices[measure as keyof Redundancy["matrices"]];
      for (const [a, row] of matrix.entries())
        for (const [b, x] of row.entries()) expect(Math.abs(x - wanted[a]![b]!), `${measure} ${a} ${b}`).toBeLessThan(3e-3);
    }
    expect(other.noise).toEqual(plain.noise);
    expect(other.baselines).toEqual(plain.baselines);
    expect(other.clusters.count).toBe(plain.clusters.count);
  });

  it("is the same for one seed", async () => {
    expect(withoutCost(await compare(model))).toEqual(withoutCost(plain));
  });

  it("is frozen all the way down, and only names real heads", () => {
    for (const part of [result, result.matrices, result.matrices.ov[3], result.clusters.merges, result.heads[2]])
      expect(Object.isFrozen(part)).toBe(true);
    const known = new Set(names(result.heads));
    for (const { from, to, score } of result.compositions) {
      expect(from.layer).toBeLessThan(to.layer);
      expect(score).toBeGreaterThan(0);
      for (const name of names([from, to])) expect(known).toContain(name);
    }
    expect([...result.clusters.order].sort((a, b) => a - b)).toEqual(result.heads.map((_, k) => k));
  });

  it("a head that attends to everything alike is noise, and one of zeros spoils no number", async () => {
    const made = changed(model, 0, (p) => ({ ...uniform(uniform(p, 2), 3), wo: blank(p.wo, 0, 3) }));
    const found = await compare(made);
    expect(names(found.noise)).toEqual(expect.arrayContaining(["0.2", "0.3"]));
    expect(found.matrices.outputs[3]!.filter((x) => x !== 0)).toEqual([1]);
    expect(pairs(found).filter((pair) => pair.includes("0.3"))).toEqual([]);
  });

  it("takes an emptied layer", async () => {
    const cut = await compare({ ...model, ...cutHeads(model, new Map([["0", []]])) });
    expect(names(cut.heads)).toEqual(["1.0", "1.1", "1.2", "1.3", "1.4"]);
    expect(cut.compositions).toEqual([]);
    expect(cut.matrices.ov).toEqual(plain.matrices.ov.slice(5).map((row) => row.slice(5)));
  });
});

it("takes grouped keys and rotary positions, and a gauge that commutes with them changes nothing", async () => {
  const model = await tinyCheckpoint("llama", false);
  const [one, other] = [await compare(model), await compare({ ...model, ...regauged(model) })];
  expect(one.matrices.keys[0]![1]).toBeCloseTo(1, 4);
  expect(one.notes).toContainEqual({ code: "shared-key-value-heads" });
  for (const measure of ["patterns", "outputs", "qk", "ov"] as const) {
    for (const [a, row] of one.matrices[measure].entries())
      for (const [b, x] of row.entries()) expect(Math.abs(x - other.matrices[measure][a]![b]!), measure).toBeLessThan(3e-3);
  }
});

it("a model of one head is compared with nothing", async () => {
  const model = await tinyCheckpoint("bert");
  const alone = await compare({
    ...model,
    ...cutHeads(
      model,
      new Map([
        ["0", [2]],
        ["1", []],
      ]),
    ),
  });
  expect(alone).toMatchObject({ twins: [], compositions: [], clusters: { count: 1, merges: [], order: [0] } });
});

it("too few tokens are an error that says so", async () => {
  const short: Corpus = { id: "short", sentences: [plainSentence("0", "the cat")], trees: false };
  await expect(compare(await tinyCheckpoint("bert"), short)).rejects.toThrow(
    "short: outputs are compared on at least 4 tokens, got 2; give longer texts",
  );
});

it("a score counts against noise only where it is above its control and not by chance", () => {
  expect(beatsControl("self", { value: 0.5, control: 0.4, p: 0.01, n: 7 })).toBe(true);
  expect(beatsControl("self", { value: 0.5, control: 0.5, p: 0.01, n: 7 })).toBe(false);
  expect(beatsControl("self", { value: 0.5, control: 0.4, p: 0.06, n: 7 })).toBe(false);
  expect(beatsControl("syntactic", { value: 0.5, control: 0.4, p: 0.01, n: 7, shuffled: 0.6 })).toBe(false);
});

it("tokens are drawn once each, from words only, and the same for one seed", () => {
  const texts = Array.from({ length: 7 }, (_, k) => randomText(`text ${k}`, 23 + 2 * k, 11, 1, 1));
  const drawn = sampleTokens(texts, false, 53, 3);
  expect(drawn.reduce((n, { positions }) => n + positions.length, 0)).toBe(53);
  for (const { text, positions } of drawn) {
    expect(new Set(positions).size).toBe(positions.length);
    for (const i of positions) expect(text.special[i]).toBe(false);
  }
  expect(sampleTokens(texts, false, 53, 3)).toEqual(drawn);
  expect(sampleTokens(texts, false, 53, 4)).not.toEqual(drawn);
});
