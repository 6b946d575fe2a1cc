/**
 * Sums over the products of every two heads' rows, which is what all distances between maps and outputs come down to: the big
 * products run in the graph, layer by layer, and only [heads × heads] comes out.
 * Axes: a head of the left, b head of the right, d and e their rows, n what a row runs over (model width or tokens).
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

/** For each layer that has heads: float32 [heads, d, n]. */
export type Rows = readonly Tensor[];

/**
 * Σ over d and e of the products of all entries (l rᵀ)[d, e] for pairs (l, r) of [a, d, n] and [b, e, n]; a single pair counts
 * twice: ‖l rᵀ‖²_F. The result is [a, b].
 */
export type Pairing = (...factors: readonly (readonly [left: Tensor, right: Tensor])[]) => Promise<Float32Array>;

/** Does `work` with a pairing that is compiled once for each size, and released at its end. */
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

/** Where each layer's heads begin among all. */
const startsOf = (counts: readonly number[]): number[] => counts.map((_, l) => counts.slice(0, l).reduce((n, h) => n + h, 0));

/**
 * Every layer's heads against every later layer's, and with `own` against those of their own: heads × heads, and 0 elsewhere.
 * `block` gives the numbers [a, b] of two layers, which it gets as what `items` has of them.
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
        for (let m = 0; m < width; m++) row[left + m] = numbers[k * width + m]!;
    }
  }
  return out;
}

/** A function of every two heads that does not care for their order. */
export async function symmetric(
  rows: Rows,
  block: (left: number, right: number) => Promise<Float32Array>,
): Promise<number[][]> {
  const upper = await blockwise(rows, true, block);
  return upper.map((row, a) => row.map((_, b) => upper[Math.min(a, b)]![Math.max(a, b)]!));
}
