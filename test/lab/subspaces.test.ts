/** Subspaces: pictures keep the distances that they say, coverage adds up, and angles are those of the overlaps measured elsewhere. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Matrix } from "ml-matrix";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Current } from "../../lab/engine/engine.ts";
import { principal } from "../../lab/engine/principal.ts";
import { createSubspaces } from "../../lab/engine/subspaces.ts";
import { namedPoints, seen, turned } from "../../lab/pages/subspaces/turned.ts";
import type { Value } from "../../src/graph/value.ts";
import { coverage } from "../../src/heads/redundancy/coverage.ts";
import { headMaps } from "../../src/heads/redundancy/head-maps.ts";
import { SPACES, subspaceOverlaps } from "../../src/heads/redundancy/map-likeness.ts";
import { factored } from "../../src/heads/redundancy/subspaces.ts";
import { anyForward } from "../../src/models/any.ts";
import type { Transformer } from "../../src/models/transformer.ts";
import { keep } from "../../src/nn/probe.ts";
import { normals, random } from "../../src/params/random.ts";
import { byPath } from "../../src/params/tree.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import { feedsFor, type Runtime } from "../../src/run/runtime.ts";
import { int64 } from "../../src/run/tensor.ts";
import { makeTranslator } from "../cli/translator-folder.ts";
import { builtin, openFolder } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "headwise-lab-subspaces-"));
let runtime: Runtime;
let world: Current;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
  world = await openFolder(runtime, builtin("relations-8"));
});
afterAll(async () => {
  await runtime.release();
  rmSync(folder, { recursive: true });
});

const noise = (rows: number, columns: number, seed: string): number[][] => {
  const numbers = normals(random(seed), rows * columns);
  return Array.from({ length: rows }, (_, i) => Array.from(numbers.subarray(i * columns, (i + 1) * columns)));
};
const squared = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2, 0);
/** The squared distances of all pairs together. */
const spread = (points: readonly (readonly number[])[]) =>
  points.reduce((sum, a, i) => sum + points.slice(0, i).reduce((part, b) => part + squared(a, b), 0), 0);
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

describe("principal directions", () => {
  it("keep the share of squared distances that they say, each alone and all together", () => {
    const rows = noise(19, 7, "spread");
    const { points, shares } = principal(rows);
    expect(spread(points) / spread(rows)).toBeCloseTo(sum(shares), 10);
    for (const [k, share] of shares.entries())
      expect(spread(points.map((point) => [point[k]!])) / spread(rows)).toBeCloseTo(share, 10);
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
    expect(sum(principal(rows, 7).shares)).toBeCloseTo(1, 10);
  });

  it("keep every distance of points that lie in three directions of many", () => {
    const [flat, into] = [noise(13, 3, "flat"), new Matrix(noise(3, 11, "into"))];
    const rows = new Matrix(flat).mmul(into).to2DArray();
    const { points, shares } = principal(rows);
    expect(sum(shares)).toBeCloseTo(1, 10);
    for (const [i, a] of rows.entries())
      for (const [j, b] of rows.entries()) expect(squared(points[i]!, points[j]!)).toBeCloseTo(squared(a, b), 8);
  });

  it("of one point, of equal points and of points without directions are zero", () => {
    for (const rows of [
      [[3, 1, 4]],
      [
        [2, 7],
        [2, 7],
      ],
      [[], []],
    ]) {
      const { points, shares } = principal(rows);
      expect(points).toHaveLength(rows.length);
      expect([...points.flat(), ...shares].every((x) => Math.abs(x) < 1e-12)).toBe(true);
    }
  });
});

describe("coverage", () => {
  const basis = (rows: number, columns: number, seed: string) => factored(new Matrix(noise(rows, columns, seed))).basis;

  it("of orthogonal spaces adds up", () => {
    const whole = basis(23, 12, "orthogonal");
    const part = (from: number, to: number) => whole.subMatrix(0, 22, from, to - 1);
    const steps = coverage([part(0, 5), part(5, 7), part(7, 12)]);
    expect(steps.map(({ rank }) => rank)).toEqual([5, 7, 12]);
    expect(steps.map(({ given }) => given)).toEqual([5, 7, 12]);
    expect(steps.map(({ even }) => even)).toEqual([5, 7, 12].map((n) => expect.closeTo(n, 9)));
  });

  it("of equal spaces does not grow, in whatever basis they are given", () => {
    const one = basis(17, 4, "one");
    const turn = basis(4, 4, "turn");
    const steps = coverage([one, one.mmul(turn), one]);
    expect(steps.map(({ rank }) => rank)).toEqual([4, 4, 4]);
    expect(steps.map(({ even }) => even)).toEqual([4, 4, 4].map((n) => expect.closeTo(n, 9)));
  });

  it("ends at the whole width, and counts only what is new", () => {
    const many = Array.from({ length: 5 }, (_, k) => basis(13, 5, `many ${k}`));
    expect(coverage(many).map(({ rank }) => rank)).toEqual([5, 10, 13, 13, 13]);
    const [a, b] = [basis(29, 6, "a"), basis(29, 3, "b")];
    const half = new Matrix(29, 6).setSubMatrix(a.subMatrix(0, 28, 0, 2), 0, 0).setSubMatrix(b, 0, 3);
    expect(coverage([a, factored(half).basis]).map(({ rank }) => rank)).toEqual([6, 9]);
    expect(coverage([new Matrix(7, 0), basis(7, 2, "after nothing")]).map(({ rank, even }) => [rank, even])).toEqual([
      [0, 0],
      [2, expect.closeTo(2, 9)],
    ]);
  });

  it("of random spaces is what is said of them, in the mean of tr S²", () => {
    const draws = Array.from({ length: 40 }, (_, draw) =>
      coverage([5, 7, 3].map((columns, k) => basis(31, columns, `${draw}.${k}`))),
    );
    for (const step of [1, 2]) {
      const squares = draws.map((steps) => steps[step]!.given ** 2 / steps[step]!.even);
      const { given, random: expected } = draws[0]![step]!;
      expect(sum(squares) / draws.length / (given ** 2 / expected)).toBeCloseTo(1, 1.5);
    }
  });
});

describe("spaces of heads", () => {
  const NAMES = { queries: "q", keys: "k", values: "v", writes: "o" } as const;
  const TEXT = "previously some drummer that often shakes nobody was examining the drifting violins";

  it.each(SPACES)("overlap as their maps do: %s", async (space) => {
    const maps = headMaps(world.opened.checkpoint as unknown as Transformer);
    const overlaps = await subspaceOverlaps(runtime, maps, space);
    const { between } = createSubspaces(() => world);
    const { angles, overlap, random: expected, drawn } = await between(NAMES[space], "0.3", "1.5");
    expect(overlap).toBeCloseTo(overlaps[3]![8 + 5]!, 4);
    expect(expected).toBe(16 / 128);
    expect(angles.every((angle, k) => angle >= (angles[k - 1] ?? 0) && angle <= Math.PI / 2)).toBe(true);
    expect(sum(drawn.map((angle) => Math.cos(angle) ** 2)) / drawn.length).toBeCloseTo(expected, 1.5);
    const back = await between(NAMES[space], "1.5", "0.3");
    expect(back.angles).toEqual(angles.map((angle) => expect.closeTo(angle, 6)));
    const same = await between(NAMES[space], "1.5", "1.5");
    expect(Math.max(...same.angles)).toBeLessThan(1e-6);
  });

  it("scatter what heads really compute: q itself, and what z writes into the stream", async () => {
    const { config, weights } = world.opened.checkpoint;
    const { scatter } = createSubspaces(() => world);
    const ids = world.opened.checkpoint.tokenizer.encode(TEXT).ids;
    const kept = new Map<string, Value>();
    anyForward(
      config,
      keep(kept, (at) => /^layers\.1\.attention\.(q|z)$/.test(at)),
    );
    const program = await runtime.compile(Object.fromEntries(kept), { weights: byPath(weights) });
    const [given, mask] = [int64([...ids], [1, ids.length]), int64(new Array(ids.length).fill(1), [1, ids.length])];
    const made = await program.run(feedsFor(program, { ids: given, mask }));
    const rows = (site: string): number[][] =>
      ids.map((_, i) =>
        Array.from({ length: 16 }, (_, c) => Number(made[`layers.1.attention.${site}`]!.data[(i * 8 + 6) * 16 + c])),
      );
    const wo = byPath(weights).get("layers.1.attention.wo")!.data;
    const write = new Matrix(
      Array.from({ length: 16 }, (_, c) => Array.from({ length: 128 }, (_, m) => Number(wo[(6 * 16 + c) * 128 + m]))),
    );
    const written = new Matrix(rows("z")).mmul(write).to2DArray();
    for (const [space, expected] of [
      ["q", rows("q")],
      ["o", written],
    ] as const) {
      const { points, shares, dimensions, tokens } = await scatter(TEXT, space, "1.6");
      expect(spread(points) / spread(expected), space).toBeCloseTo(sum(shares), 4);
      expect(dimensions).toBe(16);
      expect(tokens).toHaveLength(ids.length);
    }
  });

  it("cover no more than there is, each layer alone", async () => {
    const steps = (await createSubspaces(() => world).coverage("q", "1", () => {})).steps;
    expect(steps).toHaveLength(8);
    expect(steps[0]).toMatchObject({ given: 16, rank: 16 });
    for (const { rank, even, given } of steps) {
      expect(rank).toBeLessThanOrEqual(Math.min(given, 128));
      expect(even).toBeLessThanOrEqual(rank);
    }
  });

  it("are one where query heads share keys, and not where they ask", async () => {
    const grouped = makeTranslator(join(folder, "llama"));
    for (const file of ["config.json", "model.safetensors"])
      copyFileSync(new URL(`../fixtures/llama/${file}`, import.meta.url), join(grouped, file));
    const tokenizer = JSON.parse(readFileSync(join(grouped, "tokenizer.json"), "utf8"));
    const few = Object.entries(tokenizer.model.vocab as Record<string, number>).filter(([, id]) => id < 53);
    const words = {
      ...tokenizer,
      added_tokens: [],
      model: { ...tokenizer.model, unk_token: "w52", vocab: Object.fromEntries(few) },
    };
    writeFileSync(join(grouped, "tokenizer.json"), JSON.stringify(words));
    const model = await openFolder(runtime, grouped, "llama");
    const { scatter, between, coverage: covered } = createSubspaces(() => model);
    const text = "w3 w7 w11 w5";
    const [a, b, c] = [await scatter(text, "k", "0.2"), await scatter(text, "k", "0.3"), await scatter(text, "k", "0.4")];
    expect([a.shared, b.shared, c.shared]).toEqual(["0.1", "0.1", "0.2"]);
    expect(b.points).toEqual(a.points);
    expect(c.points).not.toEqual(a.points);
    expect((await scatter(text, "q", "0.3")).points).not.toEqual((await scatter(text, "q", "0.2")).points);
    expect(Math.max(...(await between("v", "0.2", "0.3")).angles)).toBeLessThan(1e-6);
    expect((await covered("k", "0", () => {})).heads).toEqual(["0.0", "0.1", "0.2"]);
    expect((await covered("q", "0", () => {})).heads).toHaveLength(6);
  });

  it("of a translator read the source as keys and the translation as queries", async () => {
    const translator = await openFolder(runtime, makeTranslator(join(folder, "marian")), "marian");
    const { scatter } = createSubspaces(() => translator);
    const text = "w3 w7 w11 w5";
    const [source, target] = [await scatter(text, "q", "encoder.1.0"), await scatter(text, "q", "decoder.0.1")];
    expect(source.tokens).toHaveLength(5);
    expect((await scatter(text, "k", "cross.2.3")).tokens).toEqual(source.tokens);
    for (const space of ["q", "o"] as const) expect((await scatter(text, space, "cross.2.3")).tokens).toEqual(target.tokens);
    await expect(scatter(text, "q", "cross.2.99")).rejects.toThrow("there is no head cross.2.99");
    await expect(scatter(text, "q", "7.1")).rejects.toThrow('there is no head "7.1"; choose another one');
  });
});

describe("a picture", () => {
  const points = noise(29, 3, "picture");

  it("turns without changing lengths, and shows what is nearer later", () => {
    const side = { yaw: 1.1, pitch: -0.4 };
    for (const [a, b, c] of points as [number, number, number][])
      expect(Math.hypot(...turned([a, b, c], side))).toBeCloseTo(Math.hypot(a, b, c), 10);
    const { points: drawn, zero } = seen(points, side, 100);
    expect(drawn.map(({ depth }) => depth)).toEqual(drawn.map(({ depth }) => depth).sort((a, b) => a - b));
    expect(Math.max(...drawn.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThanOrEqual(100 + 1e-9);
    // one scale for all: distances from the zero of the axes are those of the points
    const far = drawn.map(
      ({ index, x, y, depth }) =>
        Math.hypot(x - zero.x, y - zero.y, 100 * (depth - zero.depth)) / Math.hypot(...points[index]!),
    );
    for (const scale of far) expect(scale).toBeCloseTo(far[0]!, 8);
  });

  it("names what has room, and always what is marked", () => {
    const tokens = points.map((_, k) => `token${k}`);
    const options = { wide: 7, high: 15, limit: 120 };
    const { points: drawn } = seen(points, { yaw: 0, pitch: 0 }, 60);
    for (const marked of [0, 13, 28]) {
      const names = namedPoints(drawn, tokens, marked, options);
      expect(names.has(marked)).toBe(true);
      expect(names.size).toBeLessThan(points.length);
      const boxes = drawn.flatMap(({ index, x, y }) => {
        const side = names.get(index);
        const length = tokens[index]!.length * 7 + 8;
        return side ? [{ left: side === "start" ? x : x - length, right: side === "start" ? x + length : x, y }] : [];
      });
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(0, i))
          expect(a.left >= b.right || b.left >= a.right || Math.abs(a.y - b.y) >= 15).toBe(true);
    }
  });
});
