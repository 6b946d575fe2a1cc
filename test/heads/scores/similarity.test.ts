import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halvedDistances, nearestHeads, type PatternRow } from "../../../src/heads/scores/similarity.ts";

/** √JS over the rows, which are halved at an arbitrary place. */
const patternDistances = (rows: readonly PatternRow[], heads: number) =>
  halvedDistances([rows.slice(0, rows.length >> 1), rows.slice(rows.length >> 1)], heads).distances;

const HEADS = 3;
const KEYS = 5;

/** Rows of positive weights that sum to one, for every head. */
const rows = fc.array(
  fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: HEADS * KEYS, maxLength: HEADS * KEYS }),
  {
    minLength: 1,
    maxLength: 4,
  },
);
const normal = (numbers: readonly number[]): PatternRow => {
  const weights = new Float32Array(HEADS * KEYS);
  for (let h = 0; h < HEADS; h++) {
    const own = numbers.slice(h * KEYS, (h + 1) * KEYS);
    const total = own.reduce((a, b) => a + b, 0);
    weights.set(
      own.map((x) => x / total),
      h * KEYS,
    );
  }
  return { keys: KEYS, weights };
};

/** The definition, with logarithms. */
function divergence(p: readonly number[], q: readonly number[]): number {
  const smooth = (w: readonly number[]) => w.map((x) => 0.999 * x + 0.001 / w.length);
  const entropy = (w: readonly number[]) => -w.reduce((s, x) => s + x * Math.log(x), 0);
  const [a, b] = [smooth(p), smooth(q)];
  return entropy(a.map((x, j) => (x + b[j]!) / 2)) - (entropy(a) + entropy(b)) / 2;
}

describe("√JS between heads", () => {
  it("is a metric in [0, √ln 2]", () => {
    fc.assert(
      fc.property(rows, (numbers) => {
        const d = patternDistances(numbers.map(normal), HEADS);
        for (let a = 0; a < HEADS; a++) {
          expect(d[a]![a]).toBe(0);
          for (let b = 0; b < HEADS; b++) {
            expect(d[a]![b]).toBe(d[b]![a]);
            expect(d[a]![b]).toBeLessThanOrEqual(Math.sqrt(Math.LN2));
            for (let c = 0; c < HEADS; c++) expect(d[a]![b]!).toBeLessThanOrEqual(d[a]![c]! + d[c]![b]! + 1e-2);
          }
        }
      }),
    );
  });

  it("is what its definition says", () => {
    fc.assert(
      fc.property(rows, (numbers) => {
        const made = numbers.map(normal);
        const d = patternDistances(made, HEADS);
        const of = (row: PatternRow, h: number) => Array.from(row.weights.subarray(h * KEYS, (h + 1) * KEYS));
        const mean = made.reduce((s, row) => s + divergence(of(row, 0), of(row, 2)), 0) / made.length;
        expect(d[0]![2]! ** 2).toBeCloseTo(Math.max(0, mean), 4);
      }),
    );
  });

  it("is greatest for heads that never look at the same key", () => {
    const weights = new Float32Array([1, 0, 0, 1]);
    const [[, far]] = patternDistances([{ keys: 2, weights }], 2) as [number[], number[]];
    expect(far).toBeGreaterThan(0.82);
  });
});

it("the nearest head is another one, and there is none beside a single head", () => {
  expect(
    nearestHeads([
      [0, 0.5, 0.2],
      [0.5, 0, 0.3],
      [0.2, 0.3, 0],
    ]),
  ).toEqual([2, 2, 0]);
  expect(nearestHeads([[0]])).toEqual([-1]);
});
