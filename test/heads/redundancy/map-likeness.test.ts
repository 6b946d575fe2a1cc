/** Likeness of weights against maps that are multiplied out, and that it does not see the gauge. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headMaps, writtenCores } from "../../../src/heads/redundancy/head-maps.ts";
import {
  COMPOSITIONS,
  compositions,
  type HeadMatrix,
  mapCosines,
  overlapBaseline,
  SPACES,
  subspaceOverlaps,
} from "../../../src/heads/redundancy/map-likeness.ts";
import { principalAngles } from "../../../src/heads/redundancy/subspaces.ts";
import type { TransformerConfig } from "../../../src/models/config.ts";
import type { Transformer } from "../../../src/models/transformer.ts";
import { cutHeads } from "../../../src/prune/cut.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { type Tensor, tensor } from "../../../src/run/tensor.ts";
import { regauged } from "../../laws/gauge.ts";
import { DECODER, ENCODER, GROUPED, smallModel, withAttention } from "../../laws/small.ts";
import { FAMILIES, loadFixture } from "../../models/golden.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

type Rows = number[][];

const times = (a: Rows, b: Rows): Rows => a.map((row) => b[0]!.map((_, j) => row.reduce((s, x, k) => s + x * b[k]![j]!, 0)));
const transposed = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => row[j]!));
const inner = (a: Rows, b: Rows): number => a.reduce((s, row, i) => s + row.reduce((t, x, j) => t + x * b[i]![j]!, 0), 0);
const norm = (a: Rows): number => Math.sqrt(inner(a, a));

/** One head of [m, h, d]: [m, d]; of [h, d, m] with `heads` first: [d, m]. */
const column = ({ data, shape: [m, h, d] }: Tensor, head: number): Rows =>
  Array.from({ length: m! }, (_, i) => Array.from({ length: d! }, (_, k) => Number(data[(i * h! + head) * d! + k])));
const row = ({ data, shape: [, d, m] }: Tensor, head: number): Rows =>
  Array.from({ length: d! }, (_, k) => Array.from({ length: m! }, (_, i) => Number(data[(head * d! + k) * m! + i])));

/** Every head's weights, its group's keys and values, and its maps multiplied out. */
const headsOf = ({ config, weights }: Transformer) =>
  config.heads.flatMap((h, layer) =>
    Array.from({ length: h }, (_, head) => {
      const { wq, wk, wv, wo } = weights.layers[layer]!.attention as unknown as Record<"wq" | "wk" | "wv" | "wo", Tensor>;
      const group = Math.floor(head / (h / config.keyValueHeads[layer]!));
      const [q, k, v, o] = [column(wq, head), column(wk, group), column(wv, group), row(wo, head)];
      return { layer, queries: q, keys: k, values: v, writes: transposed(o), qk: times(q, transposed(k)), ov: times(v, o) };
    }),
  );

function expectClose(got: HeadMatrix, wanted: (a: number, b: number) => number, digits = 5): void {
  for (const [a, line] of got.entries())
    for (const [b, x] of line.entries()) expect(x, `${a} ${b}`).toBeCloseTo(wanted(a, b), digits);
}

const MODELS: [string, TransformerConfig][] = [
  ["encoder", ENCODER],
  ["decoder", DECODER],
  ["grouped keys", GROUPED],
  ["heads wider than the model", { ...ENCODER, headWidth: 13 }],
];

describe.each(MODELS)("%s", (_, config) => {
  const model = smallModel(config, 3);
  const maps = headMaps(model);
  const heads = headsOf(model);

  it("subspaces overlap by their principal angles", async () => {
    for (const space of SPACES) {
      const mean = (a: number, b: number) => {
        const angles = principalAngles(heads[a]![space], heads[b]![space]);
        return angles.reduce((s, x) => s + Math.cos(x) ** 2, 0) / angles.length;
      };
      expectClose(await subspaceOverlaps(runtime, maps, space), mean);
    }
  });

  it("cosines of maps are those of the maps multiplied out", async () => {
    for (const kind of ["qk", "ov"] as const) {
      const cosine = (a: number, b: number) =>
        inner(heads[a]![kind], heads[b]![kind]) / (norm(heads[a]![kind]) * norm(heads[b]![kind]));
      expectClose(await mapCosines(runtime, maps, kind), cosine);
    }
  });

  it("compositions are those of the maps multiplied out, of earlier heads with later ones", async () => {
    const read = { q: "qk", k: "qk", v: "ov" } as const;
    for (const kind of COMPOSITIONS) {
      const score = (a: number, b: number) => {
        if (heads[a]!.layer >= heads[b]!.layer) return 0;
        const [first, second] = [heads[a]!.ov, heads[b]![read[kind]]];
        const product = times(first, kind === "k" ? transposed(second) : second);
        return norm(product) / (norm(first) * norm(second)) - 1 / Math.sqrt(config.width);
      };
      expectClose(await compositions(runtime, maps, kind), score);
    }
  });

  it("what is written is z W_O in another basis: the same products of every two tokens", () => {
    const cores = writtenCores(model);
    for (const [l, { shape, data }] of cores.entries()) {
      const wo = model.weights.layers[l]!.attention.wo;
      for (let head = 0; head < shape[0]!; head++) {
        const core = row({ shape: [shape[0]!, shape[1]!, shape[2]!], data } as unknown as Tensor, head);
        const [got, wanted] = [times(core, transposed(core)), times(row(wo, head), transposed(row(wo, head)))];
        expectClose(got, (a, b) => wanted[a]![b]!, 4);
      }
    }
  });
});

/** Every matrix of likeness. */
async function allOf(model: Transformer): Promise<Record<string, HeadMatrix>> {
  const maps = headMaps(model);
  const out: Record<string, HeadMatrix> = {};
  for (const space of SPACES) out[space] = await subspaceOverlaps(runtime, maps, space);
  for (const kind of COMPOSITIONS) out[`composition ${kind}`] = await compositions(runtime, maps, kind);
  for (const kind of ["qk", "ov"] as const) out[kind] = await mapCosines(runtime, maps, kind);
  return out;
}

it.each(FAMILIES)("%s: nothing sees the gauge", async (family) => {
  const model = await loadFixture(family);
  const [before, after] = [await allOf(model), await allOf(regauged(model))];
  for (const [name, matrix] of Object.entries(before)) expectClose(after[name]!, (a, b) => matrix[a]![b]!, 4);
  expect(Object.keys(before)).toHaveLength(9);
});

it("heads that share a key/value head have its subspaces, and maps of their own", async () => {
  const made = await allOf(smallModel(GROUPED, 4));
  for (const space of ["keys", "values"]) expect(made[space]![2]![3]).toBeCloseTo(1, 6);
  for (const space of ["queries", "writes", "qk", "ov"]) expect(made[space]![2]![3]).toBeLessThan(0.9);
  expect(made.keys![3]![4]).toBeLessThan(0.99);
});

it("random maps compose as chance has it, and random subspaces overlap by d / m", async () => {
  const config = { ...ENCODER, width: 67, headWidth: 5, heads: [7, 11], keyValueHeads: [7, 11] };
  const made = await allOf(smallModel(config, 5));
  const mean = (numbers: readonly number[]) => numbers.reduce((s, x) => s + x, 0) / numbers.length;
  for (const kind of COMPOSITIONS) {
    const scores = made[`composition ${kind}`]!.slice(0, 7).flatMap((line) => line.slice(7));
    expect(Math.abs(mean(scores))).toBeLessThan(0.1 / Math.sqrt(config.width));
  }
  for (const space of SPACES) {
    const pairs = made[space]!.flatMap((line, a) => line.slice(0, a));
    expect(mean(pairs)).toBeCloseTo(overlapBaseline(config), 2);
  }
});

it("an emptied layer and a head of zeros leave numbers everywhere", async () => {
  const model = smallModel({ ...ENCODER, heads: [3, 2, 5], keyValueHeads: [3, 2, 5] }, 6);
  const all = await allOf(model);
  const cut = await allOf(cutHeads(model, new Map([["1", []]])));
  const left = [0, 1, 2, 5, 6, 7, 8, 9];
  for (const [name, matrix] of Object.entries(cut)) expectClose(matrix, (a, b) => all[name]![left[a]!]![left[b]!]!, 6);
  const zeros = withAttention(model, 0, (p) => ({
    ...p,
    wq: tensor(new Float32Array(p.wq.data.length), p.wq.shape),
    wo: tensor(new Float32Array(p.wo.data.length), p.wo.shape),
  }));
  for (const [name, matrix] of Object.entries(await allOf(zeros))) {
    for (const [a, line] of matrix.entries()) {
      for (const [b, x] of line.entries()) {
        expect(Number.isFinite(x), `${name} ${a} ${b}`).toBe(true);
        if (a < 3 && a !== b && ["queries", "writes", "qk", "ov"].includes(name)) expect(x).toBe(0);
      }
    }
  }
});
