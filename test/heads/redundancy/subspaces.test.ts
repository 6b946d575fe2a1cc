import { expect, it } from "vitest";
import { principalAngles } from "../../../src/heads/redundancy/subspaces.ts";
import { normals, random } from "../../../src/params/random.ts";

type Rows = readonly (readonly number[])[];

const gaussian = (rows: number, columns: number, seed: string): Rows => {
  const numbers = normals(random(seed), rows * columns);
  return Array.from({ length: rows }, (_, i) => Array.from(numbers.subarray(i * columns, (i + 1) * columns)));
};
const times = (a: Rows, b: Rows): Rows => a.map((row) => b[0]!.map((_, j) => row.reduce((s, x, k) => s + x * b[k]![j]!, 0)));
const meanCos2 = (angles: readonly number[]) => angles.reduce((s, x) => s + Math.cos(x) ** 2, 0) / angles.length;

it("planes turned by known angles have those angles, whatever their bases", () => {
  const [s, t] = [0.3, 1.1];
  const first = [
    [1, 0],
    [0, 1],
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  const second = [
    [Math.cos(s), 0],
    [0, Math.cos(t)],
    [Math.sin(s), 0],
    [0, Math.sin(t)],
    [0, 0],
  ];
  for (const mix of [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [3, -2],
      [0.5, 7],
    ],
  ]) {
    const [a, b] = principalAngles(first, times(second, mix)) as [number, number];
    expect(a).toBeCloseTo(s, 10);
    expect(b).toBeCloseTo(t, 10);
  }
});

it("a space has no angle with itself, and a right one with what is orthogonal to it", () => {
  const a = gaussian(11, 3, "a");
  for (const angle of principalAngles(a, times(a, gaussian(3, 3, "turn")))) expect(angle).toBeLessThan(1e-6);
  expect(principalAngles([[1], [0], [0]], [[0], [2], [0]])).toEqual([Math.PI / 2]);
});

it("there are as many angles as the smaller space has dimensions, in either order", () => {
  const [a, b] = [gaussian(13, 5, "wide"), gaussian(13, 2, "narrow")];
  const [forth, back] = [principalAngles(a, b), principalAngles(b, a)];
  expect(forth).toHaveLength(2);
  for (const [k, angle] of forth.entries()) expect(back[k]).toBeCloseTo(angle, 10);
  expect(forth).toEqual([...forth].sort((p, q) => p - q));
});

it("columns that depend on each other count once, and columns of nothing not at all", () => {
  const a = gaussian(7, 2, "two");
  const thrice = a.map(([x, y]) => [x!, y!, x! + 2 * y!]);
  expect(principalAngles(thrice, gaussian(7, 5, "five"))).toHaveLength(2);
  expect(
    principalAngles(
      a.map(() => [0, 0]),
      a,
    ),
  ).toEqual([]);
});

it("random subspaces have a mean cos² of d / m", () => {
  const [m, d, draws] = [23, 5, 300];
  const means = Array.from({ length: draws }, (_, k) =>
    meanCos2(principalAngles(gaussian(m, d, `first ${k}`), gaussian(m, d, `second ${k}`))),
  );
  const mean = means.reduce((s, x) => s + x, 0) / draws;
  const error = Math.sqrt(means.reduce((s, x) => s + (x - mean) ** 2, 0) / draws ** 2);
  expect(Math.abs(mean - d / m)).toBeLessThan(4 * error);
  expect(error).toBeLessThan(0.01);
});

it("spaces of different worlds cannot be compared", () => {
  expect(() => principalAngles([[1], [2]], [[1], [2], [3]])).toThrow(
    "principalAngles: the matrices have 2 and 3 rows; give both in the same space",
  );
});
