import fc from "fast-check";
import { expect, it } from "vitest";
import { classicalScaling } from "../../src/heads/redundancy/scaling.ts";
import { averageLinkage, clustersAt } from "../../src/stats/linkage.ts";

/** In thousandths: squares of much smaller numbers are zero. */
const coordinate = (most: number) => fc.integer({ min: 0, max: 1000 * most }).map((x) => x / 1000);
const points = fc.array(fc.tuple(coordinate(9), coordinate(5)), { minLength: 1, maxLength: 13 });
const distances = (at: readonly (readonly [number, number])[]) =>
  at.map(([x, y]) => at.map(([u, v]) => Math.hypot(x - u, y - v)));

it("points on a line merge as by hand", () => {
  const { merges } = averageLinkage([0, 1, 5, 7].map((a) => [0, 1, 5, 7].map((b) => Math.abs(a - b))));
  const sorted = merges.map(({ a, b, height, size }) => [Math.min(a, b), Math.max(a, b), height, size]);
  expect(sorted).toEqual([
    [0, 1, 1, 2],
    [2, 3, 2, 2],
    [4, 5, 5.5, 4],
  ]);
});

it("every height is the mean distance between two clusters' members, none is lower than before it, and clusters stand together", () => {
  fc.assert(
    fc.property(points, (at) => {
      const matrix = distances(at);
      const { merges, order } = averageLinkage(matrix);
      const members: number[][] = at.map((_, leaf) => [leaf]);
      for (const [k, { a, b, height, size }] of merges.entries()) {
        const pairs = members[a]!.flatMap((i) => members[b]!.map((j) => matrix[i]![j]!));
        expect(height).toBeCloseTo(pairs.reduce((s, d) => s + d, 0) / pairs.length, 9);
        if (k > 0) expect(height).toBeGreaterThanOrEqual(merges[k - 1]!.height);
        members.push([...members[a]!, ...members[b]!]);
        expect(size).toBe(members.at(-1)!.length);
        const where = members.at(-1)!.map((leaf) => order.indexOf(leaf));
        expect(Math.max(...where) - Math.min(...where)).toBe(size - 1);
      }
      expect(merges).toHaveLength(at.length - 1);
    }),
  );
});

it("a cut gives what merges up to its height have joined", () => {
  const tree = averageLinkage([0, 1, 5, 7].map((a) => [0, 1, 5, 7].map((b) => Math.abs(a - b))));
  expect(clustersAt(tree, 0)).toEqual([0, 1, 2, 3]);
  expect(clustersAt(tree, 1.5)).toEqual([0, 0, 1, 2]);
  expect(clustersAt(tree, 5)).toEqual([0, 0, 1, 1]);
  expect(clustersAt(tree, 9)).toEqual([0, 0, 0, 0]);
});

it("points of the plane come back with their distances, and all of them are shown", () => {
  fc.assert(
    fc.property(points, (at) => {
      const matrix = distances(at);
      const map = classicalScaling(matrix);
      const back = distances(map.points.map(([x, y]) => [x, y]));
      for (const [i, row] of matrix.entries()) for (const [j, d] of row.entries()) expect(back[i]![j]).toBeCloseTo(d, 4);
      expect(map.share).toBeCloseTo(1, 6);
    }),
  );
});
