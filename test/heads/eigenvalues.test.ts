/** Eigenvalues against numpy's, and laws that they have to keep. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Eigenvalue, eigenvalues } from "../../src/heads/eigenvalues.ts";
import { normals, random } from "../../src/params/random.ts";

interface Golden {
  readonly name: string;
  readonly matrix: readonly number[];
  readonly eigenvalues: readonly (readonly [number, number])[];
}
const goldens = JSON.parse(readFileSync(new URL("../fixtures/eigenvalues.json", import.meta.url)).toString()) as Golden[];

/** The largest distance of an eigenvalue to the nearest one of the others that no earlier one took. */
function farthest(found: readonly Eigenvalue[], wanted: readonly (readonly [number, number])[]): number {
  const left = [...wanted];
  return found.reduce((worst, { re, im }) => {
    const apart = left.map(([x, y]) => Math.hypot(re - x, im - y));
    const nearest = apart.indexOf(Math.min(...apart));
    left.splice(nearest, 1);
    return Math.max(worst, apart[nearest]!);
  }, 0);
}

describe("eigenvalues", () => {
  it.each(goldens.map((golden) => [golden.name, golden] as const))("of %s are numpy’s", (_, golden) => {
    const n = golden.eigenvalues.length;
    const size = Math.hypot(...golden.matrix) || 1;
    const found = eigenvalues(Float64Array.from(golden.matrix), n);
    expect(found).toHaveLength(n);
    expect(farthest(found, golden.eigenvalues) / size).toBeLessThan(1e-10);
  });

  it("of a matrix of normal numbers add up to its trace, and their squares to that of its square", () => {
    for (const n of [6, 31, 64]) {
      const a = Float64Array.from(normals(random(`normal ${n}`), n * n));
      const found = eigenvalues(a, n);
      const trace = Array.from({ length: n }, (_, i) => a[i * n + i]!).reduce((x, y) => x + y);
      const squares = a.reduce((sum, x, k) => sum + x * a[(k % n) * n + Math.floor(k / n)]!, 0);
      expect(found.reduce((sum, { re }) => sum + re, 0)).toBeCloseTo(trace, 8);
      expect(found.reduce((sum, { re, im }) => sum + re * re - im * im, 0)).toBeCloseTo(squares, 6);
      expect(found.reduce((sum, { im }) => sum + im, 0)).toBeCloseTo(0, 10);
    }
  });

  it("leave the matrix as it was, and refuse what is no number", () => {
    const a = Float64Array.from([1, 2, 3, 4]);
    eigenvalues(a, 2);
    expect([...a]).toEqual([1, 2, 3, 4]);
    expect(() => eigenvalues(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow("not finite");
  });
});
