/** Cutting heads out of a model: smaller weights for the same function as with the outputs of these heads at zero. */
import { type AnyConfig, type Kept, type Site, sharedBy, sitesOf, withHeads } from "../models/sites.ts";
import { mapTree } from "../params/tree.ts";
import { sizeOf, type Tensor, tensor } from "../run/tensor.ts";

/** A model of any family with its numbers. */
export interface AnyModel {
  readonly config: AnyConfig;
  readonly weights: object;
}

/**
 * The model without the heads that are not `kept` (rules and errors: `withHeads`). b_V goes with its head, b_O stays.
 */
export function cutHeads<M extends AnyModel>({ config, weights }: M, kept: Kept): M {
  const smaller = withHeads(config, kept);
  const cuts = sitesOf(config)
    .filter(({ name }) => kept.has(name))
    .map((site) => ({ site, queries: kept.get(site.name)! }));
  const axes = new Map(cuts.flatMap(({ site, queries }) => axesOf(site, queries)));
  return {
    config: smaller,
    weights: mapTree(weights, (leaf: Tensor, path) => {
      const cut = axes.get(path);
      return cut ? take(leaf, cut.axis, cut.indices) : leaf;
    }),
  } as M;
}

interface Cut {
  readonly axis: number;
  readonly indices: readonly number[];
}

function axesOf(site: Site, queries: readonly number[]): [path: string, cut: Cut][] {
  const shared = sharedBy(site, queries);
  const at = (leaf: string, axis: number, indices: readonly number[]): [string, Cut] => [
    `${site.path}.${leaf}`,
    { axis, indices },
  ];
  return [
    ...[at("wq", 1, queries), at("bq", 0, queries), at("wo", 0, queries)],
    ...["wk", "wv"].map((leaf) => at(leaf, 1, shared)),
    ...["bk", "bv"].map((leaf) => at(leaf, 0, shared)),
  ];
}

function take({ shape, data }: Tensor, axis: number, indices: readonly number[]): Tensor {
  const inner = sizeOf(shape.slice(axis + 1));
  const [rows, width] = [sizeOf(shape.slice(0, axis)), shape[axis]!];
  const out = new Float32Array(rows * indices.length * inner);
  for (let row = 0; row < rows; row++) {
    for (const [k, index] of indices.entries()) {
      const from = (row * width + index) * inner;
      out.set((data as Float32Array).subarray(from, from + inner), (row * indices.length + k) * inner);
    }
  }
  return tensor(out, [...shape.slice(0, axis), indices.length, ...shape.slice(axis + 1)]);
}
