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
 * The order of the leaves of an average-linkage tree over a distance matrix: again and again the two nearest clusters become
 * one, turned so that the members which meet are as near as they can be.
 */
export function similarOrder(matrix: readonly (readonly number[])[]): number[] {
  const clusters = new Map<number, Cluster>(matrix.map((row, i) => [i, { members: [i], distances: [...row] }]));
  while (clusters.size > 1) {
    const [a, b] = nearest(clusters);
    const [first, second] = [clusters.get(a)!, clusters.get(b)!];
    const members = joined(first.members, second.members, matrix);
    clusters.delete(b);
    for (const [other, cluster] of clusters) {
      const mean = first.members.length * first.distances[other]! + second.members.length * second.distances[other]!;
      first.distances[other] = cluster.distances[a] = mean / members.length;
    }
    clusters.set(a, { members, distances: first.distances });
  }
  return [...clusters.values()].flatMap(({ members }) => members);
}

function nearest(clusters: ReadonlyMap<number, Cluster>): [number, number] {
  const places = [...clusters.keys()];
  let best: [number, number] = [places[0]!, places[1]!];
  let least = Number.POSITIVE_INFINITY;
  for (const [at, a] of places.entries()) {
    const { distances } = clusters.get(a)!;
    for (let other = at + 1; other < places.length; other++) {
      const distance = distances[places[other]!]!;
      if (distance < least) [least, best] = [distance, [a, places[other]!]];
    }
  }
  return best;
}

/** The two lists one after the other, each turned or not so that their ends that meet are nearest. */
function joined(a: readonly number[], b: readonly number[], matrix: readonly (readonly number[])[]): number[] {
  const ways = [a, a.toReversed()].flatMap((left) => [b, b.toReversed()].map((right) => ({ left, right })));
  const seam = ({ left, right }: (typeof ways)[number]) => matrix[left.at(-1)!]![right[0]!]!;
  const { left, right } = ways.reduce((best, way) => (seam(way) < seam(best) ? way : best));
  return [...left, ...right];
}
