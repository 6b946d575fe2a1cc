/** The greatest elements by index, as many as are asked for or as a run counts, and rows written at distinct places. */
import { expect, it } from "vitest";
import { input } from "../../src/graph/value.ts";
import { integers } from "../../src/ops/constant.ts";
import { scatterRows, topIndices } from "../../src/ops/index-by.ts";
import { int64, tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../run/evaluate.ts";

const ROWS = tensor(Float32Array.of(1, 3, 2, 3, 3, 0, 0, 0, 0, 0), [2, 5]);
const x = input("x", ["rows", 5]);
/** Indices of each row in ascending order. */
const sorted = (data: ArrayLike<unknown>, count: number): number[][] =>
  [0, 1].map((row) =>
    Array.from(data, Number)
      .slice(row * count, (row + 1) * count)
      .sort((a, b) => a - b),
  );

it.each([
  [1, [[1], [0]]],
  [
    2,
    [
      [1, 3],
      [0, 1],
    ],
  ],
  [
    4,
    [
      [1, 2, 3, 4],
      [0, 1, 2, 3],
    ],
  ],
])("the %i greatest are the first on a tie, also if only the run knows how many", async (count, wanted) => {
  const known = await evaluate({ y: topIndices(x, count) }, { x: ROWS });
  expect(sorted(known.y!.data, count)).toEqual(wanted);
  const free = topIndices(x, { count: input("count", [1], "int64"), name: "some" });
  expect(free.shape).toEqual(["rows", "some"]);
  const counted = await evaluate({ y: free }, { x: ROWS, count: int64([count], [1]) });
  expect(counted.y!.shape).toEqual([2, count]);
  expect(sorted(counted.y!.data, count)).toEqual(wanted);
});

it("more elements than there are, or none, are refused", () => {
  expect(() => topIndices(x, 6)).toThrow("topIndices: cannot take 6 of [rows, 5]; use 1 to 5");
  expect(() => topIndices(x, 0)).toThrow("topIndices: cannot take 0 of [rows, 5]; use 1 to 5");
});

it("rows are written at their places, and must fit", async () => {
  const table = input("table", [3, 2]);
  const rows = input("rows", [2, 2]);
  const feeds = { table: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]), rows: tensor(Float32Array.of(7, 8, 9, 0), [2, 2]) };
  const { y } = await evaluate({ y: scatterRows(table, integers([2, 0]), rows) }, feeds);
  expect(Array.from(y!.data, Number)).toEqual([9, 0, 3, 4, 7, 8]);
  expect(() => scatterRows(table, integers([1]), rows)).toThrow("scatterRows: rows [2, 2] at [1] do not fit [3, 2]");
});
