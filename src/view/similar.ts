/** What a report's similarity matrix tells: the closest pairs of heads, and an order in which like stands by like. */
import type { Report } from "../heads/schema.ts";

/** The largest possible √JS: two heads that never attend to the same key. */
export const FARTHEST = Math.sqrt(Math.LN2);

export interface Twins {
  /** `layer.head` */
  readonly a: string;
  readonly b: string;
  /** √JS, 0 … √ln 2. */
  readonly distance: number;
}

/** The closest pairs of heads, closest first. */
export function nearestTwins({ heads, similarity }: Report, most: number): Twins[] {
  const names = heads.map(({ layer, head }) => `${layer}.${head}`);
  const pairs = names.flatMap((a, i) => names.slice(0, i).map((b, j) => ({ a: b, b: a, distance: similarity.matrix[i]![j]! })));
  return pairs.sort((p, q) => p.distance - q.distance).slice(0, most);
}

interface Cluster {
  readonly members: readonly number[];
  /** Mean distance to the members of each other cluster, by the cluster's place. */
  readonly distances: number[];
}

/**
 * The order of the leaves of an average-linkage tree over a distance matrix, clusters turned so that the members which meet
 * are near. Found with a chain of nearest neighbours (Benzécri 1982): two clusters that are each other's nearest become one.
 */
export function similarOrder(matrix: readonly (readonly number[])[]): number[] {
  const clusters = new Map<number, Cluster>(matrix.map((row, i) => [i, { members: [i], distances: [...row] }]));
  const chain: number[] = [];
  while (clusters.size > 1) {
    if (chain.length === 0) chain.push(clusters.keys().next().value!);
    const [last, before] = [chain.at(-1)!, chain.at(-2)];
    const next = nearest(clusters, last, before);
    if (next === before) {
      merge(clusters, last, next, matrix);
      chain.length -= 2;
    } else chain.push(next);
  }
  return [...clusters.values()].flatMap(({ members }) => members);
}

/** The cluster nearest to another; of equally near ones the preferred one. */
function nearest(clusters: ReadonlyMap<number, Cluster>, from: number, preferred: number | undefined): number {
  const { distances } = clusters.get(from)!;
  let best = preferred ?? -1;
  let least = preferred === undefined ? Number.POSITIVE_INFINITY : distances[preferred]!;
  for (const other of clusters.keys()) {
    if (other !== from && (distances[other]! < least || best < 0)) [best, least] = [other, distances[other]!];
  }
  return best;
}

/** Puts cluster b into cluster a; the distance of the whole from another is the mean over its members. */
function merge(clusters: Map<number, Cluster>, a: number, b: number, matrix: readonly (readonly number[])[]): void {
  const [first, second] = [clusters.get(a)!, clusters.get(b)!];
  const members = joined(first.members, second.members, matrix);
  clusters.delete(b);
  for (const [other, cluster] of clusters) {
    const sum = first.members.length * first.distances[other]! + second.members.length * second.distances[other]!;
    first.distances[other] = cluster.distances[a] = sum / members.length;
  }
  clusters.set(a, { members, distances: first.distances });
}

/** The two lists one after the other, each turned or not so that their ends that meet are nearest. */
function joined(a: readonly number[], b: readonly number[], matrix: readonly (readonly number[])[]): number[] {
  const ways = [a, a.toReversed()].flatMap((left) => [b, b.toReversed()].map((right) => ({ left, right })));
  const seam = ({ left, right }: (typeof ways)[number]) => matrix[left.at(-1)!]![right[0]!]!;
  const { left, right } = ways.reduce((best, way) => (seam(way) < seam(best) ? way : best));
  return [...left, ...right];
}
