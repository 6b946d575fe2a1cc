/**
 * Sums over the products of every two heads' rows, from which all distances between maps and outputs are computed. The large
 * products run in the graph, layer by layer, and only [heads × heads] leaves it.
 * Axes: a head of the left, b head of the right, d and e their rows, n a row's entries (model width or tokens).
 */

import { sizeAt } from "../../graph/shape.ts";
import { input, type Value } from "../../graph/value.ts";
import { ofLayer } from "../../models/layer.ts";
import { mul } from "../../ops/arithmetic.ts";
import { einsum } from "../../ops/einsum.ts";
import { sum } from "../../ops/reduce.ts";
import { releasing } from "../../run/releasing.ts";
import type { Program, Runtime } from "../../run/runtime.ts";
import { floats, type Tensor } from "../../run/tensor.ts";
import { rowOf } from "../../stats/sums.ts";
import { entryOf } from "../redundancy/by-head.ts";

/** For each layer that has heads: float32 [heads, d, n]. */
export type Rows = readonly Tensor[];

/**
 * Computes Σ over d and e of the product of the entries (l rᵀ)[d, e] of two pairs (l, r) of [a, d, n] and [b, e, n]; a single
 * pair is multiplied with itself: ‖l rᵀ‖²_F. The result is [a, b].
 */
export type Pairing = (...factors: readonly (readonly [left: Tensor, right: Tensor])[]) => Promise<Float32Array>;

/** Runs `work` with a pairing that is compiled once for each size and released when `work` ends. */
export const withPairing = <T>(runtime: Runtime, work: (pairing: Pairing) => Promise<T>): Promise<T> =>
  releasing(runtime, (own) => work(createPairing(own)));

function createPairing(runtime: Runtime): Pairing {
  const programs = new Map<string, Promise<Program<"sums">>>();
  return async (...factors) => {
    const key = factors.map(([left, right]) => `${left.shape} ${right.shape}`).join(" ");
    const program = programs.get(key) ?? runtime.compile({ sums: pairGraph(factors) });
    programs.set(key, program);
    const feeds = factors.flatMap(([left, right], k) => [[`left${k}`, left] as const, [`right${k}`, right] as const]);
    const { sums } = await (await program).run(Object.fromEntries(feeds));
    return floats(sums);
  };
}

function pairGraph(factors: readonly (readonly [Tensor, Tensor])[]): Value {
  const products = factors.map(([left, right], k) =>
    einsum("a d n, b e n -> a b d e", input(`left${k}`, left.shape), input(`right${k}`, right.shape)),
  );
  const [first, last = first] = products;
  if (!first || !last) throw new Error("internal: a pairing of no factors");
  return sum(mul(first, last), [2, 3]);
}

/** Returns the index of each layer's first head among all heads. */
const startsOf = (counts: readonly number[]): number[] => counts.map((_, l) => counts.slice(0, l).reduce((n, h) => n + h, 0));

/**
 * Compares every layer's heads with those of every later layer and, if `own`, of their own layer: heads × heads, 0 elsewhere.
 * `block` returns the numbers [a, b] of two layers, given by their index in `rows`.
 */
export async function blockwise(
  rows: Rows,
  own: boolean,
  block: (left: number, right: number) => Promise<Float32Array>,
): Promise<number[][]> {
  const counts = rows.map(({ shape }) => sizeAt("blockwise", shape, 0));
  const heads = counts.reduce((n, h) => n + h, 0);
  const starts = startsOf(counts);
  const out = Array.from({ length: heads }, () => new Array<number>(heads).fill(0));
  for (let i = 0; i < rows.length; i++) {
    for (let j = own ? i : i + 1; j < rows.length; j++) {
      const [numbers, width] = [await block(i, j), ofLayer(counts, j)];
      const [top, left] = [ofLayer(starts, i), ofLayer(starts, j)];
      for (const [k, row] of out.slice(top, top + ofLayer(counts, i)).entries())
        for (const [m, x] of rowOf(numbers, k, width).entries()) row[left + m] = x;
    }
  }
  return out;
}

/** Computes a symmetric function of every two heads: heads × heads. */
export async function symmetric(
  rows: Rows,
  block: (left: number, right: number) => Promise<Float32Array>,
): Promise<number[][]> {
  const upper = await blockwise(rows, true, block);
  return upper.map((row, a) => row.map((_, b) => entryOf(upper, Math.min(a, b), Math.max(a, b))));
}
