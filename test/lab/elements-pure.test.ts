/** The laws behind the elements: reducing, grouping, editing, zooming, moving. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { groupMatrix, groupTokens } from "../../lab/elements/arcs/words.ts";
import { editRow } from "../../lab/elements/edit-row.ts";
import { headRows } from "../../lab/elements/head-grid/head-rows.ts";
import { moveInRows, nearestTowards } from "../../lab/elements/head-grid/roving.ts";
import { fineRamp, paintWeights, pixel, rampTable } from "../../lab/elements/head-map/ramp.ts";
import { paintPairs, pairValue, shadeOf } from "../../lab/elements/head-pairs/pairs-shades.ts";
import { treePath } from "../../lab/elements/head-pairs/pairs-tree.ts";
import { downsample } from "../../lab/elements/pattern/downsample.ts";
import { pan, reveal, under, zoomAt } from "../../lab/elements/pattern/view-window.ts";
import { channels, weightLevel, weightRamp } from "../../src/view/chart/colors.ts";
import { madeHeads } from "./made-heads.ts";

const weight = fc.double({ min: 0, max: 1, noNaN: true });
const total = (row: Iterable<number>) => [...row].reduce((a, b) => a + b, 0);

/** Rows of random weights, each summing to one. */
const pattern = (rows: number, columns: number) =>
  fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: rows * columns, maxLength: rows * columns })
    .map((all) => {
      const weights = Float32Array.from(all, (value, k) => {
        const start = k - (k % columns);
        return value / total(all.slice(start, start + columns));
      });
      return { weights, rows, columns };
    });

it("reducing keeps each region's largest weight, and a small matrix itself", () => {
  fc.assert(
    fc.property(pattern(11, 7), fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 7 }), (matrix, rows, columns) => {
      const small = downsample(matrix, rows, columns);
      const wanted = new Float32Array(rows * columns);
      for (const [k, value] of matrix.weights.entries()) {
        const cell = Math.floor((Math.floor(k / 7) * rows) / 11) * columns + Math.floor(((k % 7) * columns) / 7);
        wanted[cell] = Math.max(wanted[cell]!, value);
      }
      expect(Array.from(small.weights)).toEqual(Array.from(wanted));
      expect(downsample(matrix, 11, 7)).toBe(matrix);
    }),
  );
});

it("a weight's pixel is the ramp's colour of its step", () => {
  for (const scheme of ["light", "dark"] as const) {
    const weights = Float32Array.from([0, 0.001, 1 / 30, 0.25, 0.5, 0.99, 1, 1.5, -1, Number.NaN]);
    const pixels = new Uint32Array(weights.length);
    paintWeights(weights, rampTable(scheme), pixels);
    const wanted = Array.from(weights, (w) => pixel(channels(weightRamp(scheme)[weightLevel(w || 0)]!)));
    expect([...pixels]).toEqual(wanted);
  }
});

it("a fine ramp passes through the colours of the steps", () => {
  const [fine, steps] = [fineRamp("dark"), rampTable("dark")];
  expect([fine[0], fine[255]]).toEqual([steps[0], steps[16]]);
  expect(new Set(fine).size).toBeGreaterThan(100);
});

it("shades run from the weakest value to the strongest, whichever is larger, and never turn back", () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(value, value, value, value, fc.constantFrom(0.5, 1, 1.5), (a, b, weakest, strongest, power) => {
      fc.pre(Math.abs(strongest - weakest) > 1e-6);
      const shading = { weakest, strongest, power, unsigned: false };
      expect([shadeOf(weakest, shading), shadeOf(strongest, shading)]).toEqual([0, 1]);
      const toDark = Math.sign(strongest - weakest) * (b - a);
      if (toDark > 0) expect(shadeOf(b, shading)).toBeGreaterThanOrEqual(shadeOf(a, shading));
    }),
  );
  expect(shadeOf(-0.25, { weakest: 0, strongest: 1, power: 0.5, unsigned: true })).toBe(0.5);
});

it("a pair has one value in either order, and its pixel is where the order puts it", () => {
  const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  expect([pairValue(values, 1, 0), pairValue(values, 0, 2), pairValue(values, 3, 1)]).toEqual([0.1, 0.2, 0.5]);
  const ramp = Uint32Array.from({ length: 11 }, (_, k) => k);
  const pixels = new Uint32Array(16);
  paintPairs(values, [3, 0, 1, 2], { weakest: 0, strongest: 1, power: 1, unsigned: false }, ramp, pixels);
  expect([...pixels]).toEqual([10, 4, 5, 6, 4, 10, 1, 2, 5, 1, 10, 3, 6, 2, 3, 10]);
});

it("a tree joins what is nearest first, farther right the larger the distance", () => {
  const merges = [
    [2, 0, 0.5],
    [3, 1, 0.55],
  ] as const;
  const path = treePath(merges, [1, 0, 2], { left: 100, right: 200, top: 0, cell: 10 });
  expect(path).toBe("M100.0 25.0H150.0V15.0H100.0M150.0 20.0H200.0V5.0H100.0");
});

it("words: each row still sums to one, a split word is the sum of its columns and the mean of its rows", () => {
  const words = groupTokens([null, 4, 4, 9, -1, 9, 2]);
  expect(words).toEqual([[0], [1, 2], [3, 5], [4], [6]]);
  fc.assert(
    fc.property(pattern(7, 7), (matrix) => {
      const grouped = groupMatrix(matrix, words, words);
      for (let i = 0; i < 5; i++) expect(total(grouped.weights.slice(i * 5, i * 5 + 5))).toBeCloseTo(1, 5);
      const at = (i: number, j: number) => matrix.weights[i * 7 + j]!;
      expect(grouped.weights[1]).toBeCloseTo(at(0, 1) + at(0, 2), 6);
      expect(grouped.weights[2 * 5 + 1]).toBeCloseTo((at(3, 1) + at(3, 2) + at(5, 1) + at(5, 2)) / 2, 6);
    }),
  );
});

it("an edited row sums to one, has the weight that was asked for, and the others in proportion", () => {
  fc.assert(
    fc.property(pattern(1, 7), fc.nat(6), weight, ({ weights }, at, wanted) => {
      const row = editRow(weights, at, wanted);
      expect(total(row)).toBeCloseTo(1, 5);
      expect(row[at]).toBeCloseTo(wanted, 6);
      const [a, b] = [(at + 1) % 7, (at + 3) % 7];
      expect(row[a]! * weights[b]!).toBeCloseTo(row[b]! * weights[a]!, 6);
    }),
  );
});

it("where the others are zero what is left is spread over the open keys; a row with one open key keeps its weight", () => {
  expect([...editRow(Float32Array.of(1, 0, 0, 0, 0), 0, 0.5, 3)]).toEqual([0.5, 0.25, 0.25, 0, 0]);
  expect([...editRow(Float32Array.of(1, 0, 0), 0, 0.5, 1)]).toEqual([1, 0, 0]);
  expect([...editRow(Float32Array.of(0.5, 0.5, 0), 2, 0.5, 2)]).toEqual([0.5, 0.5, 0]);
});

const view = fc.record({ x: weight, y: weight, zoom: fc.double({ min: 1, max: 30, noNaN: true }) }).map(({ x, y, zoom }) => ({
  ...{ x: x * (1 - 1 / zoom), y: y * (1 - 1 / zoom) },
  zoom,
}));

it("zooming in keeps what is under the pointer, and the window stays inside the matrix", () => {
  fc.assert(
    fc.property(view, fc.double({ min: 1, max: 4, noNaN: true }), weight, weight, (before, factor, u, v) => {
      const after = zoomAt(before, factor, u, v, 60);
      const [[x0, y0], [x1, y1]] = [under(before, u, v), under(after, u, v)];
      expect(x1).toBeCloseTo(x0, 9);
      expect(y1).toBeCloseTo(y0, 9);
      const out = zoomAt(after, 0.1, u, v, 60);
      for (const corner of [out.x, out.y]) expect(corner).toBeGreaterThanOrEqual(0);
      for (const corner of [out.x, out.y]) expect(corner + 1 / out.zoom).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

it("panning keeps what is under the pointer under it; revealing shows a cell and moves nothing that is seen", () => {
  const from = { x: 0.4, y: 0.3, zoom: 5 };
  const [x0, y0] = under(from, 0.5, 0.5);
  const [x1, y1] = under(pan(from, 0.2, -0.1), 0.7, 0.4);
  expect([x1, y1]).toEqual([expect.closeTo(x0, 9), expect.closeTo(y0, 9)]);
  expect(reveal(from, 0.45, 0.35, 0.5, 0.4)).toEqual(from);
  const shown = reveal(from, 0.9, 0.1, 0.95, 0.15);
  expect([shown.x, shown.y, shown.zoom]).toEqual([expect.closeTo(0.75, 9), 0.1, 5]);
});

it("arrows pass rows without heads, and stop at the edges", () => {
  const lengths = [3, 0, 2];
  expect(moveInRows(lengths, { row: 0, column: 2 }, "ArrowDown")).toEqual({ row: 2, column: 1 });
  expect(moveInRows(lengths, { row: 2, column: 1 }, "ArrowRight")).toEqual({ row: 2, column: 1 });
  expect(moveInRows(lengths, { row: 2, column: 1 }, "Home", true)).toEqual({ row: 0, column: 0 });
  expect(moveInRows(lengths, { row: 0, column: 0 }, "End")).toEqual({ row: 0, column: 2 });
  expect(moveInRows(lengths, { row: 0, column: 0 }, "a")).toBeUndefined();
});

it("the nearest point in a direction; none there leaves the point", () => {
  const points = [
    [0, 0],
    [10, 1],
    [3, 9],
    [30, 0],
  ] as const;
  expect(nearestTowards(points, 0, "ArrowRight")).toBe(1);
  expect(nearestTowards(points, 1, "ArrowRight")).toBe(3);
  expect(nearestTowards(points, 0, "ArrowDown")).toBe(2);
  expect(nearestTowards(points, 0, "ArrowLeft")).toBe(0);
  expect(nearestTowards(points, 2, "x")).toBeUndefined();
});

it("layers without heads have a row, each site its own", () => {
  const heads = madeHeads(3, 2, 2).filter(({ layer }) => layer !== 1);
  const rows = headRows([...heads, { ...heads[0]!, site: "cross", name: "cross 0.0" }], 4);
  expect(rows.map(({ site, layer, heads }) => [site, layer, heads.length])).toEqual([
    ...[
      ["", 0, 2],
      ["", 1, 0],
      ["", 2, 2],
      ["", 3, 0],
    ],
    ...[
      ["cross", 0, 1],
      ["cross", 1, 0],
      ["cross", 2, 0],
      ["cross", 3, 0],
    ],
  ]);
});
