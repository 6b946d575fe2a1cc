import { afterAll, beforeAll, expect, it } from "vitest";
import { debiasedCka } from "../../../src/heads/redundancy/cka.ts";
import { normals, random } from "../../../src/params/random.ts";
import { nodeRuntime } from "../../../src/run/ort.node.ts";
import type { Runtime } from "../../../src/run/runtime.ts";
import { tensor } from "../../../src/run/tensor.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

/** Features of one head: [feature][token]. */
type Features = readonly (readonly number[])[];

const gaussian = (p: number, n: number, seed: string): Features => {
  const numbers = normals(random(seed), p * n);
  return Array.from({ length: p }, (_, k) => Array.from(numbers.subarray(k * n, (k + 1) * n)));
};
const stack = (heads: readonly Features[]) =>
  tensor(Float32Array.from(heads.flat(2)), [heads.length, heads[0]!.length, heads[0]![0]!.length]);

/** The definition, with n × n Gram matrices without their diagonals (Song et al. 2012). */
function bruteForce(x: Features, y: Features): number {
  const n = x[0]!.length;
  const gram = (f: Features) =>
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (i === j ? 0 : f.reduce((s, row) => s + row[i]! * row[j]!, 0))),
    );
  const total = (m: number[][]) => m.flat().reduce((a, b) => a + b, 0);
  const times = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((s, v, k) => s + v * b[k]![j]!, 0)));
  const hsic = (k: number[][], l: number[][]) => {
    const product = times(k, l);
    const trace = product.reduce((s, row, i) => s + row[i]!, 0);
    return (trace + (total(k) * total(l)) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * total(product)) / (n * (n - 3));
  };
  const [k, l] = [gram(x), gram(y)];
  return hsic(k, l) / Math.sqrt(hsic(k, k) * hsic(l, l));
}

/** Plain linear CKA: what is not used, and why. */
function plain(x: Features, y: Features): number {
  const centered = (f: Features) => f.map((row) => row.map((v) => v - row.reduce((a, b) => a + b, 0) / row.length));
  const cross = (a: Features, b: Features) =>
    a.reduce((s, r) => s + b.reduce((t, q) => t + r.reduce((u, v, i) => u + v * q[i]!, 0) ** 2, 0), 0);
  const [a, b] = [centered(x), centered(y)];
  return cross(a, b) / Math.sqrt(cross(a, a) * cross(b, b));
}

it("is what the formula over whole Gram matrices gives, over layers of different sizes", async () => {
  const [p, n] = [3, 17];
  const base = gaussian(p, n, "base");
  const mixed = gaussian(p, n, "noise").map((row, k) => row.map((v, i) => 0.7 * v + base[k]![i]! + 5));
  const heads = [base, mixed, gaussian(p, n, "other"), gaussian(p, n, "fourth"), mixed.map((row) => row.map((v) => v ** 2))];
  const got = await debiasedCka(runtime, [stack(heads.slice(0, 2)), stack(heads.slice(2))]);
  for (const [a, x] of heads.entries()) {
    for (const [b, y] of heads.entries()) expect(got[a]![b], `${a} ${b}`).toBeCloseTo(bruteForce(x, y), 4);
  }
});

it("independent outputs have 0 in the mean, where plain CKA has p / (n − 1 + p)", async () => {
  const [p, n, pairs] = [13, 41, 40];
  const heads = Array.from({ length: 2 * pairs }, (_, k) => gaussian(p, n, `independent ${k}`));
  const cka = await debiasedCka(runtime, [stack(heads)]);
  const mean = (of: (k: number) => number) => Array.from({ length: pairs }, (_, k) => of(k)).reduce((s, x) => s + x, 0) / pairs;
  expect(Math.abs(mean((k) => cka[2 * k]![2 * k + 1]!))).toBeLessThan(0.02);
  expect(mean((k) => plain(heads[2 * k]!, heads[2 * k + 1]!))).toBeCloseTo(p / (n - 1 + p), 1);
});

it("a head that is turned, shifted and scaled is the same", async () => {
  const x = gaussian(2, 19, "x");
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const turned = [x[0]!.map((v, i) => 9 * (c * v - s * x[1]![i]!) + 4), x[0]!.map((v, i) => 9 * (s * v + c * x[1]![i]!) - 2)];
  const [[, one]] = (await debiasedCka(runtime, [stack([x, turned])])) as [number[]];
  expect(one).toBeCloseTo(1, 5);
});

it("a head that writes the same everywhere is like no other, and nothing is NaN", async () => {
  const flat = [new Array(11).fill(3), new Array(11).fill(-1)];
  const none = [new Array(11).fill(0), new Array(11).fill(0)];
  const cka = await debiasedCka(runtime, [stack([flat, none, gaussian(2, 11, "some")])]);
  expect(cka).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});

it("three tokens are too few", async () => {
  await expect(debiasedCka(runtime, [stack([gaussian(2, 3, "few")])])).rejects.toThrow("3 tokens are too few; give at least 4");
});
