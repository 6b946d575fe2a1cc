/** The linear probe is the optimum of its own loss, separates what can be separated, and does not mind a feature that says nothing. */
import { describe, expect, it } from "vitest";
import { normals, random } from "../../src/params/random.ts";
import { fitProbe, type LinearProbe } from "../../src/tasks/linear-probe.ts";

const N = 97;
const M = 5;

/** Features of class k around a mean of its own, a float each. */
function clouds(classes: number, apart: number, seed: string): { features: Float32Array; labels: number[] } {
  const labels = Array.from({ length: N }, (_, k) => k % classes);
  const noise = normals(random(seed), N * M);
  return { features: noise.map((x, k) => x + (k % M === labels[Math.floor(k / M)]! ? apart : 0)), labels };
}

/** Class scores of a row, in float32 as a graph computes them. */
function scoresOf({ weights, bias }: LinearProbe, row: Float32Array): number[] {
  return Array.from(bias, (b, c) =>
    row.reduce((sum, x, j) => Math.fround(sum + Math.fround(x * weights[j * bias.length + c]!)), b),
  );
}
const rowsOf = (features: Float32Array, width = M) =>
  Array.from({ length: features.length / width }, (_, n) => features.subarray(n * width, (n + 1) * width));
const guess = (probe: LinearProbe, row: Float32Array) => {
  const scores = scoresOf(probe, row);
  return scores.indexOf(Math.max(...scores));
};
const accuracy = (probe: LinearProbe, features: Float32Array, labels: readonly number[], width = M) =>
  rowsOf(features, width).filter((row, n) => guess(probe, row) === labels[n]).length / labels.length;

it.each([2, 3, 5])("separates %i classes that lie apart", (classes) => {
  const { features, labels } = clouds(classes, 9, "apart");
  const probe = fitProbe(features, labels, classes);
  expect(accuracy(probe, features, labels)).toBe(1);
  expect(accuracy(probe, clouds(classes, 9, "other").features, labels)).toBe(1);
});

it("is where the gradient of mean cross-entropy with the ridge is zero", () => {
  const { features, labels } = clouds(3, 1, "near");
  const probe = fitProbe(features, labels, 3);
  const share = rowsOf(features).map((row) => {
    const all = scoresOf(probe, row).map(Math.exp);
    return all.map((x) => x / all.reduce((a, b) => a + b));
  });
  const off = (n: number, c: number) => (share[n]![c]! - Number(labels[n] === c)) / N;
  for (let c = 0; c < 3; c++) {
    const sum = (f: (n: number) => number) => labels.reduce((total, _, n) => total + off(n, c) * f(n), 0);
    expect(Math.abs(sum(() => 1)), "bias").toBeLessThan(1e-5);
    for (let j = 0; j < M; j++) {
      const column = rowsOf(features).map((row) => row[j]!);
      const mean = column.reduce((a, b) => a + b) / N;
      const deviation = Math.sqrt(column.reduce((a, x) => a + (x - mean) ** 2, 0) / N);
      // the ridge is on the weights of scaled features: w · deviation
      const slope = sum((n) => (column[n]! - mean) / deviation) + 1e-3 * probe.weights[j * 3 + c]! * deviation;
      expect(Math.abs(slope), `${j} ${c}`).toBeLessThan(1e-5);
    }
  }
});

it("features without a say: the scores are the logarithms of how often each class comes", () => {
  const labels = [0, 0, 0, 0, 1, 1, 2];
  const { bias } = fitProbe(new Float32Array(7 * 2), labels, 3);
  expect(bias[0]! - bias[2]!).toBeCloseTo(Math.log(4), 4);
  expect(bias[1]! - bias[2]!).toBeCloseTo(Math.log(2), 4);
});

describe("does not mind", () => {
  const { features, labels } = clouds(3, 2, "scaled");
  const plain = rowsOf(features).map((row) => guess(fitProbe(features, labels, 3), row));

  it("the units of features", () => {
    const stretched = features.map((x, k) => 1000 ** ((k % M) - 2) * x);
    const probe = fitProbe(stretched, labels, 3);
    expect(rowsOf(stretched).map((row) => guess(probe, row))).toEqual(plain);
  });

  it.each([0.1, -3.3, 1e4])("a feature that is always %f", (constant) => {
    const wider = Float32Array.from(rowsOf(features).flatMap((row) => [...row, constant]));
    const probe = fitProbe(wider, labels, 3);
    expect(rowsOf(wider, M + 1).map((row) => guess(probe, row))).toEqual(plain);
  });
});
