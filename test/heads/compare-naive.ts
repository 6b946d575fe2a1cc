/** What a comparison measures, from whole matrices and tensors, by the definitions. */
import type { Corpus } from "../../src/corpus/sentence.ts";
import type { Value } from "../../src/graph/value.ts";
import { compilePatterns } from "../../src/heads/observe/patterns.ts";
import { countedQueries, prepare } from "../../src/heads/observe/text.ts";
import type { Checkpoint } from "../../src/load/checkpoint.ts";
import { forward } from "../../src/models/transformer.ts";
import { keep } from "../../src/nn/probe.ts";
import { byPath } from "../../src/params/tree.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, type Tensor } from "../../src/run/tensor.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** [m, h, d] or [h, d, m] of a head as rows over m. */
export function columns(model: Checkpoint, layer: number, name: "wq" | "wk" | "wv" | "wo", head: number): number[][] {
  const { data, shape } = model.weights.layers[layer]!.attention[name];
  const [m, h, d] = (name === "wo" ? [shape[2], shape[0], shape[1]] : shape) as [number, number, number];
  const at = (row: number, j: number) => (name === "wo" ? (head * d + j) * m + row : (row * h + head) * d + j);
  return upTo(m).map((row) => upTo(d).map((j) => Number(data[at(row, j)])));
}

/** X Yᵀ as [m · m] numbers. */
export const product = (x: readonly number[][], y: readonly number[][]): number[] =>
  x.flatMap((row) => y.map((other) => row.reduce((sum, value, j) => sum + value * other[j]!, 0)));
const size = (numbers: readonly number[]): number => Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
export const relative = (a: readonly number[], b: readonly number[]): number => size(a.map((x, k) => x - b[k]!)) / size(a);

/** The text's measures from whole tensors, in double precision: outputs and patterns by head, states by layer. */
export async function comparedNaively(runtime: Runtime, a: Checkpoint, b: Checkpoint, corpus: Corpus) {
  const causal = a.config.family === "decoder";
  const sums = new Map<string, [difference: number, size: number]>();
  const add = (name: string, x: readonly number[], y: readonly number[]) => {
    const [difference, all] = sums.get(name) ?? [0, 0];
    sums.set(name, [difference + size(x.map((value, k) => value - y[k]!)) ** 2, all + size(x) ** 2]);
  };
  const patterns = await Promise.all([a, b].map((model) => compilePatterns(runtime, model, "raw")));
  for (const sentence of corpus.sentences) {
    const text = prepare(sentence, a.tokenizer, a.config);
    const [x, y] = [await valuesOf(runtime, a, text.ids), await valuesOf(runtime, b, text.ids)];
    const [p, q] = [await patterns[0]!(text), await patterns[1]!(text)];
    const n = text.ids.length;
    for (const i of countedQueries(text, causal)) {
      for (const l of upTo(a.config.heads.length + 1)) add(`state ${l}`, row(x[`state ${l}`]!, i), row(y[`state ${l}`]!, i));
      for (const [layer, heads] of a.config.heads.entries()) {
        for (const head of upTo(heads)) {
          add(`${layer}.${head}`, written(a, x, layer, head, i), written(b, y, layer, head, i));
          const seen = (of: Float32Array[][]) => [...of[layer]![head]!.subarray(i * n, i * n + (causal ? i + 1 : n))];
          const [js, rows] = sums.get(`js ${layer}.${head}`) ?? [0, 0];
          sums.set(`js ${layer}.${head}`, [js + divergence(seen(p), seen(q)), rows + 1]);
        }
      }
    }
  }
  const named = (prefix: RegExp) =>
    [...sums].flatMap(([name, [top, bottom]]) => (prefix.test(name) ? [[name, Math.sqrt(top / bottom)] as const] : []));
  return {
    outputs: new Map(named(/^\d/)),
    patterns: new Map(named(/^js/).map(([name, value]) => [name.slice(3), value])),
    states: named(/^state/).map(([, value]) => value),
  };
}

async function valuesOf(runtime: Runtime, { config, weights }: Checkpoint, ids: Int32Array): Promise<Record<string, Tensor>> {
  const kept = new Map<string, Value>();
  const { states } = forward(config, { probe: keep(kept, (site) => site.endsWith(".z")) });
  const outputs = { ...Object.fromEntries(kept), ...Object.fromEntries(states.map((state, l) => [`state ${l}`, state])) };
  const program = await runtime.compile(outputs, { weights: byPath(weights) });
  const shape = [1, ids.length];
  return program.run({ ids: int64(ids, shape), mask: int64(new Array(ids.length).fill(1), shape) });
}

const row = ({ data, shape }: Tensor, i: number): number[] =>
  Array.from((data as Float32Array).subarray(i * shape[2]!, (i + 1) * shape[2]!));

/** z W_O of one query. */
function written(model: Checkpoint, made: Record<string, Tensor>, layer: number, head: number, i: number): number[] {
  const { data, shape } = made[`layers.${layer}.attention.z`]!;
  const [, , h, d] = shape as [number, number, number, number];
  const z = Array.from((data as Float32Array).subarray((i * h + head) * d, (i * h + head + 1) * d));
  return columns(model, layer, "wo", head).map((column) => column.reduce((sum, w, j) => sum + w * z[j]!, 0));
}

/** Jensen and Shannon's divergence by its definition. */
function divergence(p: readonly number[], q: readonly number[]): number {
  const smooth = (w: readonly number[]) => w.map((x) => 0.999 * x + 0.001 / w.length);
  const [x, y] = [smooth(p), smooth(q)];
  const middle = x.map((value, j) => (value + y[j]!) / 2);
  const from = (w: readonly number[]) => w.reduce((sum, value, j) => sum + value * Math.log(value / middle[j]!), 0);
  return (from(x) + from(y)) / 2;
}
