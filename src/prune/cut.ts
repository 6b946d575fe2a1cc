/**
 * Removing heads from a model: smaller weights for the same function as with the outputs of these heads set to zero; and the
 * inverse, padding with zeros for loaders that do not support uneven layers.
 */
import { dimAt } from "../graph/shape.ts";
import { type AnyModel, anyParameters } from "../models/any.ts";
import { type Kept, type Site, sharedBy, sitesOf, withHeads } from "../models/sites.ts";
import { mapTree, type Spec, specsByPath } from "../params/tree.ts";
import { floats, sizeOf, type Tensor, tensor } from "../run/tensor.ts";
import { rowOf } from "../stats/sums.ts";

/**
 * Returns the model without the heads that are not `kept` (rules and errors: `withHeads`). b_V is removed with its head, b_O
 * stays. Heads that talk keep the scores of all original heads, which the remaining ones mix.
 */
export function cutHeads<M extends AnyModel>({ config, weights }: M, kept: Kept): M {
  const smaller = withHeads(config, kept);
  const specs = specsByPath(anyParameters(config));
  const axes = new Map(sitesOf(config).flatMap((site) => axesOf(specs, site, kept.get(site.name))));
  return { config: smaller, weights: along(axes, weights, take) } as M;
}

/** Pads a pruned model to the sizes of the `whole` configuration: removed heads become zeros and output nothing. */
export function padHeads<M extends AnyModel>({ config, weights }: M, whole: M["config"]): M {
  const { originalHeads = {} } = config;
  const specs = specsByPath(anyParameters(whole));
  const axes = new Map(sitesOf(whole).flatMap((site) => axesOf(specs, site, originalHeads[site.name])));
  return { config: whole, weights: along(axes, weights, spread) } as M;
}

const along = (axes: ReadonlyMap<string, Cut>, weights: object, change: (leaf: Tensor, cut: Cut) => Tensor): object =>
  mapTree(weights, (leaf: Tensor, path) => {
    const cut = axes.get(path);
    return cut ? change(leaf, cut) : leaf;
  });

/** The positions of the remaining heads along an axis of the original size. */
interface Cut {
  readonly axis: number;
  readonly indices: readonly number[];
  readonly whole: number;
}

/** Returns the cuts of a site's parameters; none if all heads stay. */
function axesOf(specs: ReadonlyMap<string, Spec>, site: Site, queries?: readonly number[]): [path: string, cut: Cut][] {
  if (!queries) return [];
  const shared = sharedBy(site, queries);
  const fixed = site.features.fixed?.length ?? 0;
  const learned = queries.filter((head) => head >= fixed).map((head) => head - fixed);
  const left = { query: queries, "key-value": shared, learned } as const;
  return [...specs].flatMap(([path, { heads, shape }]): [string, Cut][] => {
    if (!heads || !path.startsWith(`${site.path}.`)) return [];
    const whole = dimAt(shape, heads.axis);
    if (heads.of === "score") return queries.length > 0 ? [] : [[path, { axis: heads.axis, indices: [], whole }]];
    return [[path, { axis: heads.axis, indices: left[heads.of], whole }]];
  });
}

/** Returns the blocks of a tensor that belong to heads: the size before the axis, along it, and of each block. */
const blocks = (shape: readonly number[], axis: number) => ({
  rows: sizeOf(shape.slice(0, axis)),
  length: sizeOf(shape.slice(axis + 1)),
});

function take(weight: Tensor, { axis, indices, whole }: Cut): Tensor {
  const { shape } = weight;
  const { rows, length } = blocks(shape, axis);
  const data = floats(weight);
  const out = new Float32Array(rows * indices.length * length);
  for (let row = 0; row < rows; row++) {
    for (const [k, index] of indices.entries()) {
      rowOf(out, row * indices.length + k, length).set(rowOf(data, row * whole + index, length));
    }
  }
  return tensor(out, shape.with(axis, indices.length));
}

function spread(weight: Tensor, { axis, indices, whole }: Cut): Tensor {
  const { shape } = weight;
  const { rows, length } = blocks(shape, axis);
  const data = floats(weight);
  const out = new Float32Array(rows * whole * length);
  for (let row = 0; row < rows; row++) {
    for (const [k, index] of indices.entries()) {
      rowOf(out, row * whole + index, length).set(rowOf(data, row * indices.length + k, length));
    }
  }
  return tensor(out, shape.with(axis, whole));
}
