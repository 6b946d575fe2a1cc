/** The made-up similarity of a fake model's heads. */
import { MEASURES, type Redundancy } from "../../src/heads/redundancy/redundancy-schema.ts";
import { classicalScaling } from "../../src/heads/redundancy/scaling.ts";
import { averageLinkage, clustersAt } from "../../src/stats/linkage.ts";
import { type FakeModel, fakeReport } from "./fake.ts";

/** A comparison of a fake model's heads: the fake patterns in every measure, and two findings of each kind. */
export function fakeRedundancy(model: FakeModel): Redundancy {
  const { schema, layers, relations, similarity, heads, ...rest } = fakeReport(model);
  const { matrix } = similarity;
  const alike = matrix.map((row, a) => row.map((d, b) => (a === b ? 1 : Math.round(1e4 * (1 - d)) / 1e4)));
  const others = MEASURES.filter((measure) => measure !== "patterns");
  const matrices = { patterns: matrix, ...Object.fromEntries(others.map((measure) => [measure, alike])) };
  const tree = averageLinkage(matrix);
  const clusters = clustersAt(tree, 0.4);
  const { points, share } = classicalScaling(matrix);
  const [a, b] = [heads[0]!, heads.at(-1)!].map(({ layer, head }) => ({ layer, head })) as [
    Redundancy["noise"][number],
    Redundancy["noise"][number],
  ];
  const many = heads.length > 1;
  return {
    ...{ ...rest, schema: "headwise.redundancy/2" },
    heads: heads.map(({ layer, head, keyValueHead, label }, k) => {
      return { layer, head, keyValueHead, label, cluster: clusters[k]!, x: points[k]![0], y: points[k]![1] };
    }),
    matrices: matrices as Redundancy["matrices"],
    baselines: { subspaces: 0.083, compositions: 0.051, outputs: 0.71 },
    samples: { rows: 3001, tokens: 2048 },
    compositions: many ? (["q", "k", "v"] as const).map((kind) => ({ kind, from: a, to: b, score: 0.21 })) : [],
    clusters: {
      ...{ distance: "sqrt-js", linkage: "average", cut: 0.4, count: new Set(clusters).size },
      ...{ merges: [...tree.merges], order: [...tree.order] },
    },
    map: { method: "classical-scaling", distance: "sqrt-js", share },
    thresholds: { patterns: 0.1, outputs: 0.9 },
    twins: many ? [{ a, b, patterns: 0.03, outputs: 0.97, qk: 0.2, ov: -0.4 }] : [],
    noise: [b],
  };
}
