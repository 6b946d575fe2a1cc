/** Sums over lists and tables, against the loops that they stand for. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addTo,
  columnOf,
  columnSums,
  dot,
  mean,
  numberAt,
  product,
  rowOf,
  total,
  weightedTotal,
} from "../../src/stats/sums.ts";

const whole = fc.integer({ min: -50, max: 50 });

describe("a table", () => {
  const tables = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 7 })).chain(([columns, rows]) =>
    fc.record({
      columns: fc.constant(columns),
      table: fc.array(whole, { minLength: rows * columns, maxLength: rows * columns }),
      times: fc.array(fc.integer({ min: -2, max: 3 }), { minLength: rows, maxLength: rows }),
    }),
  );

  it("is summed by column, each row as often as it is drawn", () => {
    fc.assert(
      fc.property(tables, ({ columns, table, times }) => {
        const sums = Array.from({ length: columns }, (_, column) =>
          times.reduce((sum, often, row) => sum + often * table[row * columns + column]!, 0),
        );
        expect([...columnSums(Float64Array.from(table), columns, times)].map((x) => x + 0)).toEqual(sums.map((x) => x + 0));
        const once = columnSums(Float32Array.from(table), columns);
        expect(once).toEqual(columnSums(Float64Array.from(table), columns, new Int32Array(times.length).fill(1)));
      }),
    );
  });

  it("has rows that are views", () => {
    const table = Float32Array.of(1, 2, 3, 4, 5, 6);
    rowOf(table, 1, 2).fill(9);
    expect([...table]).toEqual([1, 2, 9, 9, 5, 6]);
  });
});

it("lists are added, multiplied and averaged number by number", () => {
  const [xs, ys] = [Float64Array.of(1, 2, 3), Int32Array.of(4, 5, 6)];
  expect([total(xs), mean(xs), dot(xs, ys), weightedTotal(xs), weightedTotal(xs, ys)]).toEqual([6, 2, 32, 6, 32]);
  expect([...product(xs, ys)]).toEqual([4, 10, 18]);
  addTo(xs, ys, 2);
  expect([...xs]).toEqual([9, 12, 15]);
});

it("the numbers of a column come from every list, and a list without one is our own mistake", () => {
  expect([...columnOf([[1, 2], Int32Array.of(3, 4)], 1)]).toEqual([2, 4]);
  expect(() => numberAt([1, 2], 2)).toThrow("internal: a list of 2 numbers has no number 2");
});
