import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialize } from "../../src/params/initialize.ts";
import { normals, random, shuffled } from "../../src/params/random.ts";
import { byPath, countParameters, declare, leaves, mapTree, type Spec, spec } from "../../src/params/tree.ts";
import type { Tensor } from "../../src/run/tensor.ts";

const take = (uniform: () => number, count: number) => Array.from({ length: count }, uniform);

describe("random numbers", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(take(random("7/layers.0"), 100)).toEqual(take(random("7/layers.0"), 100));
    expect(take(random(1), 3)).toEqual(take(random("1"), 3));
    const first = new Set(Array.from({ length: 500 }, (_, seed) => random(seed)()));
    expect(first.size).toBe(500);
  });

  it("stay what they were: reports of one seed are compared over versions", () => {
    expect(take(random(1), 3).map((x) => x.toFixed(8))).toMatchInlineSnapshot(`
      [
        "0.30657997",
        "0.18883208",
        "0.32219586",
      ]
    `);
    expect([...shuffled(random(1), 8)]).toMatchInlineSnapshot(`
      [
        0,
        3,
        4,
        5,
        7,
        6,
        1,
        2,
      ]
    `);
    expect(Array.from(normals(random(1), 3), (x) => x.toFixed(5))).toMatchInlineSnapshot(`
      [
        "0.32084",
        "0.79329",
        "-0.73018",
      ]
    `);
  });

  it("are evenly spread over [0, 1)", () => {
    const uniform = random("spread");
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) counts[Math.floor(uniform() * 10)]!++;
    // ±5 standard deviations of a count with p = 1/10
    for (const n of counts) expect(Math.abs(n - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.09));
  });

  it("are normal with mean 0 and variance 1", () => {
    const xs = Array.from(normals(random("normal"), 20_001));
    expect(xs).toHaveLength(20_001);
    const moment = (k: number) => xs.reduce((s, x) => s + x ** k, 0) / xs.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3);
    const product = xs.slice(1).reduce((s, x, i) => s + x * xs[i]!, 0) / xs.length;
    expect(Math.abs(product)).toBeLessThan(0.03);
  });

  it("shuffle: every number once, every order about as often", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 50 }), (seed, n) => {
        expect([...shuffled(random(seed), n)].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
      }),
    );
    const orders = new Map<string, number>();
    const uniform = random("orders");
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(uniform, 3).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const n of orders.values()) expect(Math.abs(n - 1000)).toBeLessThan(5 * Math.sqrt(6000 * (5 / 36)));
  });
});

const SPECS = {
  table: spec([7, 5], 0.5),
  layers: [
    { w: spec([3, 2]), b: spec([2], "zeros"), absent: undefined },
    { w: spec([3, 2]), b: spec([2], "ones") },
  ],
};
type Made = { table: Tensor; layers: { w: Tensor; b: Tensor; absent?: Tensor }[] };

describe("initialize", () => {
  it("gives each parameter its own numbers, by the seed and its path alone", () => {
    const [one, again, other] = [initialize<Made>(SPECS, 1), initialize<Made>(SPECS, 1), initialize<Made>(SPECS, 2)];
    expect(again).toEqual(one);
    expect(other.table.data).not.toEqual(one.table.data);
    expect(one.layers[0]!.w.data).not.toEqual(one.layers[1]!.w.data);
    const alone = initialize<{ layers: Made["layers"] }>({ layers: [{ w: spec([3, 2]) }] }, 1);
    expect(alone.layers[0]!.w).toEqual(one.layers[0]!.w);
  });

  it("starts as the specification says", () => {
    const made = initialize<Made>({ ...SPECS, table: spec([100, 100], 0.5) }, 3);
    expect([...made.layers[0]!.b.data]).toEqual([0, 0]);
    expect([...made.layers[1]!.b.data]).toEqual([1, 1]);
    const xs = Array.from(made.table.data, Number);
    expect(Math.sqrt(xs.reduce((s, x) => s + x * x, 0) / xs.length)).toBeCloseTo(0.5, 1);
    expect(made.table.shape).toEqual([100, 100]);
    expect(spec([1]).init).toBe(0.02);
  });
});

describe("trees of parameters", () => {
  it("list their leaves by dotted path, in order, without what is absent", () => {
    expect(leaves<Spec>(SPECS).map(([path]) => path)).toEqual([
      "table",
      "layers.0.w",
      "layers.0.b",
      "layers.1.w",
      "layers.1.b",
    ]);
    expect(leaves<Spec>(SPECS)[1]![1]).toBe(SPECS.layers[0]!.w);
    expect(leaves(SPECS.table)).toEqual([["", SPECS.table]]);
  });

  it("map to trees of the same form and change nothing", () => {
    const before = structuredClone(SPECS);
    const paths = mapTree<{ layers: Record<string, string>[] }>(SPECS, ({ shape }: Spec, path) => `${path} [${shape}]`);
    expect(paths).toEqual({
      table: "table [7,5]",
      layers: [
        { w: "layers.0.w [3,2]", b: "layers.0.b [2]", absent: undefined },
        { w: "layers.1.w [3,2]", b: "layers.1.b [2]" },
      ],
    });
    expect(Array.isArray(paths.layers)).toBe(true);
    expect(SPECS).toEqual(before);
    expect(mapTree<string>(SPECS.table, (_: Spec, path) => path, "alone")).toBe("alone");
  });

  it("become graph inputs, named by their paths", () => {
    const declared = declare<{ layers: { w: { name: string; shape: number[] } }[] }>(SPECS);
    expect(declared.layers[1]!.w.name).toBe("layers.1.w");
    expect(declared.layers[1]!.w.shape).toEqual([3, 2]);
  });

  it("become the weights of a program, by the same names", () => {
    const made = initialize<Made>(SPECS, 1);
    expect([...byPath(made).keys()]).toEqual(leaves(declare<object>(SPECS)).map(([path]) => path));
    expect(byPath(made).get("layers.1.b")).toBe(made.layers[1]!.b);
  });

  it("know how many numbers they hold", () => {
    expect(countParameters(SPECS)).toBe(35 + 6 + 2 + 6 + 2);
    expect(countParameters(initialize(SPECS, 1))).toBe(51);
    expect(countParameters({ scalar: spec([]), none: spec([0, 5]) })).toBe(1);
  });
});
