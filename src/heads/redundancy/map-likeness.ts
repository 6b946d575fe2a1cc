/** The similarity of head weights, and composition between heads: from subspaces and maps, never from single weights. */

import { dimAt, dims3 } from "../../graph/shape.ts";
import type { TransformerConfig } from "../../models/config.ts";
import { ofLayer } from "../../models/layer.ts";
import type { Runtime } from "../../run/runtime.ts";
import { floats, type Tensor, tensor } from "../../run/tensor.ts";
import { blockwise, symmetric, withPairing } from "../observe/pairs.ts";
import { entryOf, ofHead } from "./by-head.ts";
import type { LayerMaps } from "./head-maps.ts";

/** heads × heads, in the order of the heads. */
export type HeadMatrix = number[][];

export const SPACES = ["queries", "keys", "values", "writes"] as const;
/** The space that a head reads from (columns of W_Q, W_K, W_V) or writes to (rows of W_O). */
export type Space = (typeof SPACES)[number];

/**
 * Computes the mean cos² of the principal angles between the subspaces of all pairs of heads, in [0, 1]; 1 is the same space, d
 * / m is the value for random ones (d head width, m model width). Query heads that share a key/value head share its subspaces.
 */
export async function subspaceOverlaps(runtime: Runtime, maps: readonly LayerMaps[], space: Space): Promise<HeadMatrix> {
  const rows = maps.map((map) => map[space]);
  const ranks = maps.flatMap((map) => map.ranks[space]);
  const sums = await withPairing(runtime, (pairing) =>
    symmetric(rows, (i, j) => pairing([ofLayer(rows, i), ofLayer(rows, j)])),
  );
  const overlaps = sums.map((row, a) => row.map((x, b) => overlap(x, ofHead(ranks, a), ofHead(ranks, b), a === b)));
  if (space === "queries" || space === "writes") return overlaps;
  const shared = sharedHeads(maps);
  return shared.map((a) => shared.map((b) => entryOf(overlaps, a, b)));
}

const overlap = (sum: number, a: number, b: number, same: boolean): number =>
  same ? 1 : a === 0 || b === 0 ? 0 : Math.min(1, sum / Math.min(a, b));

/** Returns the key/value head of every query head, counted over all layers. */
function sharedHeads(maps: readonly LayerMaps[]): number[] {
  let first = 0;
  return maps.flatMap(({ groups, keys }) => {
    const own = groups.map((group) => first + group);
    first += dimAt(keys.shape, 0);
    return own;
  });
}

/** Returns the overlap of random subspaces: exactly d / m. */
export const overlapBaseline = ({ headWidth, width }: TransformerConfig): number => Math.min(1, headWidth / width);

/**
 * Computes ⟨A, B⟩_F / (‖A‖ ‖B‖) between the maps of all pairs of heads, in [−1, 1]: `qk` of W_Q W_Kᵀ (with rotary positions the
 * map at offset 0), `ov` of W_V W_O. 0 with a head whose map is zero.
 */
export async function mapCosines(runtime: Runtime, maps: readonly LayerMaps[], kind: "qk" | "ov"): Promise<HeadMatrix> {
  const qk = kind === "qk";
  const near = maps.map((map) => (qk ? map.scoresFromQueries : map.outputsFromValues));
  const far = maps.map((map) => (qk ? perQueryHead(map.keys, map.groups) : map.writes));
  const norms = maps.flatMap((map) => (qk ? map.scoreNorms : map.outputNorms));
  const inner = await withPairing(runtime, (pairing) =>
    symmetric(near, (i, j) => pairing([ofLayer(near, i), ofLayer(near, j)], [ofLayer(far, i), ofLayer(far, j)])),
  );
  return inner.map((row, a) => row.map((x, b) => (a === b ? 1 : quotient(x, ofHead(norms, a) * ofHead(norms, b)))));
}

const quotient = (x: number, by: number): number => (by > 0 ? Math.max(-1, Math.min(1, x / by)) : 0);

/** [g, r, m] → [h, r, m] */
function perQueryHead(keys: Tensor, groups: readonly number[]): Tensor {
  const [data, [, rows, width]] = [floats(keys), dims3(keys.shape)];
  const size = rows * width;
  const out = new Float32Array(groups.length * size);
  for (const [head, group] of groups.entries()) out.set(data.subarray(group * size, (group + 1) * size), head * size);
  return tensor(out, [groups.length, rows, width]);
}

export const COMPOSITIONS = ["q", "k", "v"] as const;
/** The input through which a later head reads the output of an earlier one: its queries, keys or values. */
export type Composition = (typeof COMPOSITIONS)[number];

/**
 * Computes the composition of each head with the heads of later layers (Elhage et al. 2021): ‖W₁W₂‖_F / (‖W₁‖_F ‖W₂‖_F) − 1/√m,
 * where 1/√m is the value for random matrices. W₁ is the earlier head's OV map, W₂ the later one's QK map (`q`), its transpose
 * (`k`) or its OV map (`v`). Row: the earlier head; 0 without a later layer. Norm scales are not folded in.
 */
export async function compositions(runtime: Runtime, maps: readonly LayerMaps[], kind: Composition): Promise<HeadMatrix> {
  const reads = { q: "scoresFromQueries", k: "scoresFromKeys", v: "outputsFromValues" } as const;
  const [written, read] = [maps.map((map) => map.outputsToWrites), maps.map((map) => map[reads[kind]])];
  const squares = await withPairing(runtime, (pairing) =>
    blockwise(written, false, (i, j) => pairing([ofLayer(written, i), ofLayer(read, j)])),
  );
  const layerOf = maps.flatMap(({ groups }, l) => groups.map(() => l));
  const into = maps.flatMap((map) => (kind === "v" ? map.outputNorms : map.scoreNorms));
  const from = maps.flatMap((map) => map.outputNorms);
  const random = 1 / Math.sqrt(maps[0]?.queries.shape[2] ?? 1);
  const score = (x: number, a: number, b: number) =>
    quotient(Math.sqrt(Math.max(0, x)), ofHead(from, a) * ofHead(into, b)) - random;
  return squares.map((row, a) => row.map((x, b) => (ofHead(layerOf, a) < ofHead(layerOf, b) ? score(x, a, b) : 0)));
}
