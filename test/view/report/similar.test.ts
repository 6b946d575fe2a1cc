import { expect, it } from "vitest";
import { random, shuffled } from "../../../src/params/random.ts";
import { nearestTwins, similarOrder } from "../../../src/view/report/similar.ts";
import { fakeReport, uneven } from "../fake.ts";

it("points on a line come back in their order", () => {
  const uniform = random("order");
  // Gaps that grow keep the tree, and so the order, unique.
  const points = Array.from(shuffled(uniform, 13), (i) => 1.1 ** i);
  const order = similarOrder(points.map((a) => points.map((b) => Math.abs(a - b)))).map((i) => points[i]!);
  const sorted = [...points].sort((a, b) => a - b);
  expect(order[0]! < order.at(-1)! ? order : order.toReversed()).toEqual(sorted);
});

it("groups stay together", () => {
  const group = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1];
  const matrix = group.map((a, i) => group.map((b, j) => (i === j ? 0 : a === b ? 0.1 + 0.001 * (i + j) : 0.7)));
  const groups = similarOrder(matrix).map((i) => group[i]!);
  expect(groups.filter((g, i) => g !== groups[i - 1])).toHaveLength(3);
});

it("an order has every head once, and no heads have no order", () => {
  const { similarity } = fakeReport(uneven);
  expect(similarOrder(similarity.matrix).sort((a, b) => a - b)).toEqual(similarity.matrix.map((_, i) => i));
  expect(similarOrder([])).toEqual([]);
});

it("the nearest of the twins is each head's nearest", () => {
  const report = fakeReport(uneven);
  const least = Math.min(...report.heads.map(({ twin }) => twin!.distance));
  expect(nearestTwins(report, 3)[0]!.distance).toBe(least);
});
