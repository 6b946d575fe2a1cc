/** Parameters as a plain typed tree, after Equinox: every change is a map to a new tree. */
import { input, type Value } from "../graph/value.ts";
import type { Tensor } from "../run/tensor.ts";

/** Anything with a shape is a leaf: a specification, a graph value, a tensor. */
export interface Leaf {
  readonly shape: readonly (number | string)[];
}
/** A tree of leaves; absent parts (a model without biases) are undefined. */
export type Tree<T extends Leaf> = T | { readonly [key: string]: Tree<T> | undefined } | readonly Tree<T>[];

/**
 * The axis of a parameter that counts heads. Removing heads removes its query heads, the key/value heads that only they use, and
 * no score head as long as the attention has a head.
 */
export interface HeadAxis {
  readonly axis: number;
  /** `learned`: the heads after the fixed ones, which have no queries and keys; `score`: heads whose scores are mixed. */
  readonly of: "query" | "key-value" | "learned" | "score";
}

/** The specification of a parameter. */
export interface Spec {
  readonly shape: readonly number[];
  /** The initial numbers: zeros, ones, the identity of a square matrix, or normal with this standard deviation. */
  readonly init: "zeros" | "ones" | "identity" | number;
  /** The number of leading axes that are inputs; all others are outputs. 0: a bias or a scale, which is not a matrix. */
  readonly inputs: number;
  readonly heads?: HeadAxis;
  /** The range that training keeps the numbers in; default: any. */
  readonly range?: readonly [low: number, high: number];
}

type Axes = Partial<Pick<Spec, "inputs" | "heads" | "range">>;

/** A specification; by default a parameter of one axis is a vector, and of more the first axis is its input. */
export const spec = (shape: readonly number[], init: Spec["init"] = 0.02, { inputs, heads, range }: Axes = {}): Spec => ({
  ...{ shape, init, inputs: inputs ?? Math.min(1, shape.length - 1) },
  ...(heads && { heads }),
  ...(range && { range }),
});

/** The sizes of a parameter as a matrix [in, out]; `inputs` of 0 gives [1, out]. */
export function matrixShape({ shape, inputs }: Pick<Spec, "shape" | "inputs">): readonly [rows: number, columns: number] {
  const size = (axes: readonly number[]) => axes.reduce((n, d) => n * d, 1);
  return [size(shape.slice(0, inputs)), size(shape.slice(inputs))];
}

/** The specifications of a tree by path. */
export const specsByPath = (tree: object): Map<string, Spec> => new Map(leaves<Spec>(tree));

const isLeaf = <T extends Leaf>(tree: Tree<T>): tree is T => !Array.isArray(tree) && Array.isArray((tree as Leaf).shape);

/** Lists every leaf with its dotted path, such as `layers.3.attention.wq`, in the tree's order. */
export function leaves<T extends Leaf>(tree: object, path = ""): [path: string, leaf: T][] {
  if (isLeaf(tree as Tree<T>)) return [[path, tree as T]];
  return Object.entries(tree).flatMap(([key, branch]) =>
    branch === undefined ? [] : leaves<T>(branch, path ? `${path}.${key}` : key),
  );
}

/** Maps a tree to one of the same structure; `f` gets each leaf and its dotted path. */
export function mapTree<Out>(tree: object, f: (leaf: never, path: string) => unknown, path = ""): Out {
  if (isLeaf(tree as Tree<Leaf>)) return f(tree as never, path) as Out;
  const visit = (key: string | number, branch: object | undefined) =>
    branch === undefined ? undefined : mapTree(branch, f, path ? `${path}.${key}` : String(key));
  if (Array.isArray(tree)) return tree.map((branch, i) => visit(i, branch)) as Out;
  return Object.fromEntries(Object.entries(tree).map(([key, branch]) => [key, visit(key, branch)])) as Out;
}

/** Creates the graph inputs for a tree of specifications or tensors, named by their paths, after `prefix` and a dot if given. */
export const declare = <Out>(tree: object, prefix = ""): Out =>
  mapTree<Out>(tree, ({ shape }: Spec, path) => input(path, shape) satisfies Value, prefix);

/** Returns the tensors of a tree by path: the weights to feed to a program. */
export const byPath = (tree: object): Map<string, Tensor> => new Map(leaves<Tensor>(tree));

/** Returns a tree of tensors with some of its leaves replaced, by path. */
export const replaced = <T extends object>(tree: T, by: ReadonlyMap<string, Tensor>): T =>
  mapTree<T>(tree, (leaf: Tensor, path) => by.get(path) ?? leaf);

/** Returns the leaf at a path from a map of leaves by path; throws if there is none. */
export function leafAt<T>(byPath: ReadonlyMap<string, T>, path: string): T {
  const leaf = byPath.get(path);
  if (leaf === undefined) throw new Error(`internal: there is no parameter ${path}`);
  return leaf;
}

/** Returns a tree of the structure of `tree` with the leaves of a map by path. */
export const filled = <Out>(tree: object, byPath: ReadonlyMap<string, Leaf>): Out =>
  mapTree<Out>(tree, (_: Leaf, path) => leafAt(byPath, path));

/** Counts the numbers of a tree of specifications or tensors. */
export const countParameters = (tree: object): number =>
  leaves<Spec>(tree).reduce((n, [, { shape }]) => n + shape.reduce((m, d) => m * d, 1), 0);
