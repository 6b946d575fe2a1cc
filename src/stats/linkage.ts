/** Average linkage: a tree that joins similar leaves, and an order in which similar leaves are adjacent. */

import { numberAt, total } from "./sums.ts";

/** The merge of two clusters. Leaves are 0 … n−1 in the order of the matrix; the k-th merge creates cluster n + k. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /** The mean distance between the members of the two. */
  readonly height: number;
  /** The number of leaves of the new cluster. */
  readonly size: number;
}

export interface Linkage {
  /** The merges, one fewer than leaves, lowest first. */
  readonly merges: readonly Merge[];
  /** All leaves; those of one cluster are contiguous, oriented so that adjacent members are near. */
  readonly order: readonly number[];
}

type Distances = readonly (readonly number[])[];

/** The leaves of a cluster in their order. */
type Members = readonly [first: number, ...others: number[]];

interface Cluster {
  readonly members: Members;
  /** The mean distance to the members of each other cluster, by the cluster's index. */
  readonly distances: number[];
  readonly height: number;
}

/** A merge, given by one leaf of either side. */
type Joint = readonly [a: number, b: number, height: number];

/**
 * Builds the average-linkage tree over a distance matrix with a chain of nearest neighbors (Benzécri 1982): two clusters that
 * are each other's nearest are merged.
 */
export function averageLinkage(matrix: Distances): Linkage {
  const clusters = new Map<number, Cluster>(matrix.map((row, i) => [i, { members: [i], distances: [...row], height: 0 }]));
  const chain: number[] = [];
  const joints: Joint[] = [];
  while (clusters.size > 1) {
    const [first] = clusters.keys();
    const [last = first, before] = [chain.at(-1), chain.at(-2)];
    if (last === undefined) throw new Error("internal: there are no clusters to merge");
    if (chain.length === 0) chain.push(last);
    const next = nearest(clusters, last, before);
    if (next === before) {
      joints.push(merge(clusters, last, next, matrix));
      chain.length -= 2;
    } else chain.push(next);
  }
  return { merges: inOrder(joints, matrix.length), order: [...clusters.values()].flatMap(({ members }) => members) };
}

/** Returns the cluster of each leaf after undoing merges above a height; clusters are numbered along the matrix. */
export function clustersAt({ merges, order }: Linkage, height: number): number[] {
  const root = order.map((_, leaf) => leaf);
  const find = (leaf: number): number => followed(root, leaf);
  const leafOf = order.map((_, leaf) => leaf);
  for (const { a, b, height: h } of merges) {
    const [first, second] = [find(numberAt(leafOf, a)), find(numberAt(leafOf, b))];
    leafOf.push(first);
    if (h <= height) root[second] = first;
  }
  const numbers = new Map<number, number>();
  return root.map((_, leaf) => {
    const top = find(leaf);
    const number = numbers.get(top) ?? numbers.size;
    numbers.set(top, number);
    return number;
  });
}

/** Follows the links of a list to a number that is linked to itself. */
function followed(links: readonly number[], from: number): number {
  const next = numberAt(links, from);
  return next === from ? from : followed(links, next);
}

function clusterOf(clusters: ReadonlyMap<number, Cluster>, index: number): Cluster {
  const cluster = clusters.get(index);
  if (!cluster) throw new Error(`internal: cluster ${index} was merged into another`);
  return cluster;
}

/** Returns the cluster nearest to another; on a tie the preferred one. */
function nearest(clusters: ReadonlyMap<number, Cluster>, from: number, preferred: number | undefined): number {
  const { distances } = clusterOf(clusters, from);
  let best = preferred ?? -1;
  let least = preferred === undefined ? Number.POSITIVE_INFINITY : numberAt(distances, preferred);
  for (const other of clusters.keys()) {
    const distance = numberAt(distances, other);
    if (other !== from && (distance < least || best < 0)) [best, least] = [other, distance];
  }
  return best;
}

/** Merges cluster b into cluster a; the distance of the result to another is the mean over its members. */
function merge(clusters: Map<number, Cluster>, a: number, b: number, matrix: Distances): Joint {
  const [first, second] = [clusterOf(clusters, a), clusterOf(clusters, b)];
  const members = joined(first.members, second.members, matrix);
  // a mean of means is never lower than its parts, except for rounding
  const height = Math.max(numberAt(first.distances, b), first.height, second.height);
  clusters.delete(b);
  for (const [other, cluster] of clusters) {
    const sum = total([first, second].map(({ members: own, distances }) => own.length * numberAt(distances, other)));
    first.distances[other] = cluster.distances[a] = sum / members.length;
  }
  clusters.set(a, { members, distances: first.distances, height });
  return [first.members[0], second.members[0], height];
}

/** Concatenates two lists, each reversed if needed so that their adjacent ends are nearest. */
function joined(a: Members, b: Members, matrix: Distances): Members {
  const ways = [a, reversed(a)].flatMap((left) => [b, reversed(b)].map((right) => ({ left, right })));
  const seam = ({ left, right }: (typeof ways)[number]) => numberAt(matrix[reversed(left)[0]] ?? [], right[0]);
  const { left, right } = ways.reduce((best, way) => (seam(way) < seam(best) ? way : best));
  return [...left, ...right];
}

/** Returns the members in the opposite order. */
function reversed([first, ...others]: Members): Members {
  const [last, ...before] = others.reverse();
  return last === undefined ? [first] : [last, ...before, first];
}

/** Sorts merges by height and names them by the numbers of the merged clusters. */
function inOrder(joints: readonly Joint[], leaves: number): Merge[] {
  const parent = Array.from({ length: leaves }, (_, leaf) => leaf);
  const sizes = parent.map(() => 1);
  return [...joints]
    .sort((p, q) => p[2] - q[2])
    .map(([left, right, height]) => {
      const [a, b] = [followed(parent, left), followed(parent, right)];
      const merged = parent.length;
      const size = numberAt(sizes, a) + numberAt(sizes, b);
      parent[a] = parent[b] = merged;
      parent.push(merged);
      sizes.push(size);
      return { a, b, height, size };
    });
}
