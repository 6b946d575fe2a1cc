/** Entmax against closed forms, against PyTorch (`make_entmax.py`), and its laws. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { print } from "../../src/graph/print.ts";
import { input } from "../../src/graph/value.ts";
import { BLOCKED } from "../../src/nn/mask.ts";
import { entmax } from "../../src/ops/entmax.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { normals, random } from "../../src/params/random.ts";
import { floats, tensor } from "../../src/run/tensor.ts";
import { largestDifference } from "../models/golden.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";

interface Golden {
  readonly rows: number;
  readonly keys: number;
  readonly x: number[];
  readonly alpha: number[];
  readonly p: number[];
  readonly direction: number[];
  readonly dx: number[];
  readonly dalpha: number[];
}
const golden = JSON.parse(
  gunzipSync(readFileSync(new URL("../fixtures/entmax.json.gz", import.meta.url))).toString(),
) as Golden;

/** Some rows of the golden. */
function rowsWhere(chosen: (alpha: number) => boolean) {
  const { rows, keys, alpha } = golden;
  const found = [...Array(rows).keys()].filter((row) => chosen(alpha[row]!));
  const matrix = (of: readonly number[]) =>
    tensor(Float32Array.from(found.flatMap((row) => of.slice(row * keys, (row + 1) * keys))), [found.length, keys]);
  const column = (of: readonly number[]) =>
    tensor(
      Float32Array.from(found, (row) => of[row]!),
      [found.length, 1],
    );
  return { count: found.length, matrix, column };
}

describe("values and gradients are PyTorch's", () => {
  const x = (count: number) => input("x", [count, golden.keys]);
  const direction = (count: number) => input("direction", [count, golden.keys]);

  it("with an alpha for each of 1,000 rows", async () => {
    const { count, matrix, column } = rowsWhere(() => true);
    const [scores, alpha] = [x(count), input("alpha", [count, 1])];
    const p = entmax(scores, alpha);
    const [dx, dalpha] = grads(p, [scores, alpha], direction(count));
    const feeds = { x: matrix(golden.x), alpha: column(golden.alpha), direction: matrix(golden.direction) };
    const got = await evaluate({ p, dx: dx!, dalpha: dalpha! }, feeds);
    expect(count).toBe(1000);
    expect(largestDifference(got.p!, matrix(golden.p))).toBeLessThan(1e-5);
    expect(largestDifference(got.dx!, matrix(golden.dx))).toBeLessThan(1e-5);
    expect(largestDifference(got.dalpha!, column(golden.dalpha))).toBeLessThan(1e-5);
    for (const [k, score] of golden.x.entries()) if (score < -1e29) expect(floats(got.p!)[k]).toBe(0);
  });

  it.each([1.25, 1.5, 2])("with alpha %d for all rows", async (alpha) => {
    const { count, matrix } = rowsWhere((own) => own === alpha);
    const scores = x(count);
    const p = entmax(scores, alpha);
    const [dx] = grads(p, [scores], direction(count));
    const got = await evaluate({ p, dx: dx! }, { x: matrix(golden.x), direction: matrix(golden.direction) });
    expect(count).toBeGreaterThan(80);
    expect(largestDifference(got.p!, matrix(golden.p))).toBeLessThan(1e-5);
    expect(largestDifference(got.dx!, matrix(golden.dx))).toBeLessThan(1e-5);
  });
});

describe("closed forms", () => {
  const scores = Float32Array.of(1, 0.5, 0, -1);
  const x = input("x", [4]);
  const feeds = { x: tensor(scores, [4]), alpha: tensor(Float32Array.of(1.5), [1]) };
  const close = (got: readonly number[], wanted: readonly number[]) => {
    for (const [k, value] of wanted.entries()) expect(got[k]).toBeCloseTo(value, 4);
  };

  it.each([
    [1.25, [0.5499, 0.2936, 0.1395, 0.017]],
    [1.5, [0.6242, 0.2917, 0.0841, 0]],
    [2, [0.75, 0.25, 0, 0]],
  ])("of (1, 0.5, 0, −1) at alpha %d", async (alpha, wanted) => close(await numbersOf(entmax(x, alpha), feeds), wanted));

  it("of the Jacobian and of the derivative by alpha at 1.5", async () => {
    const alpha = input("alpha", [1]);
    const jacobian = [0, 1, 2, 3].map((key) => {
      const direction = tensor(
        Float32Array.from({ length: 4 }, (_, k) => Number(k === key)),
        [4],
      );
      const [dx, dalpha] = grads(entmax(x, alpha), [x, alpha], input("direction", [4]));
      return evaluate({ dx: dx!, dalpha: dalpha! }, { ...feeds, direction });
    });
    const rows = await Promise.all(jacobian);
    close([...floats(rows[0]!.dx!)], [0.4048, -0.2634, -0.1414, 0]);
    close(
      rows.map(({ dalpha }) => floats(dalpha!)[0]!),
      [0.2941, -0.0225, -0.2716, 0],
    );
  });

  it("of (2, 1, 0.1) at alpha 1.5", async () =>
    close(await numbersOf(entmax(input("y", [3]), 1.5), { y: tensor(Float32Array.of(2, 1, 0.1), [3]) }), [0.8307, 0.1693, 0]));
});

describe("softmax is the limit", () => {
  const [rows, keys] = [7, 11];
  const x = input("x", [rows, keys]);
  const feeds = { x: tensor(normals(random("scores"), rows * keys), [rows, keys]) };

  it("alpha 1 is softmax", () => expect(print({ y: entmax(x, 1) })).toBe(print({ y: softmax(x) })));

  it("the line through alpha 1.02 and 1.01 meets softmax at 1, with the closed slope", async () => {
    const [one, near, far] = await Promise.all([1, 1.01, 1.02].map((alpha) => numbersOf(entmax(x, alpha), feeds)));
    for (const [k, p] of one!.entries()) {
      expect(2 * near![k]! - far![k]!).toBeCloseTo(p, 3);
      const row = one!.slice(k - (k % keys), k - (k % keys) + keys);
      const surprise = row.reduce((sum, q) => sum + q * Math.log(q) ** 2, 0);
      expect((near![k]! - p) / 0.01).toBeCloseTo(-0.5 * p * (Math.log(p) ** 2 - surprise), 1);
    }
  });
});

describe("rows at the limits", () => {
  const row = async (numbers: readonly number[], alpha: number) =>
    numbersOf(entmax(input("x", [numbers.length]), alpha), { x: tensor(Float32Array.from(numbers), [numbers.length]) });

  it.each([1.01, 1.3, 1.5, 1.999, 2])("a row without visible keys is uniform, at alpha %d", async (alpha) => {
    for (const p of await row([BLOCKED, BLOCKED, BLOCKED, BLOCKED], alpha)) expect(p).toBeCloseTo(0.25, 6);
  });

  it.each([1.01, 1.3, 1.5, 1.999, 2])("one far larger score takes all, and ties share, at alpha %d", async (alpha) => {
    expect(await row([1e4, -1e4, 0, BLOCKED], alpha)).toEqual([1, 0, 0, 0]);
    expect(await row([1e4, 1e4, -1e4, BLOCKED], alpha)).toEqual([0.5, 0.5, 0, 0]);
  });

  it.each([1.01, 1.3, 1.5, 1.999, 2])("1,024 keys sum to 1, at alpha %d", async (alpha) => {
    const p = await row([...normals(random("many"), 1024)], alpha);
    expect(p.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
    expect(Math.min(...p)).toBeGreaterThanOrEqual(0);
  });
});

it.each([0.9, 1.005, 2.5, Number.NaN])("alpha %d is refused", (alpha) => {
  expect(() => entmax(input("x", [3]), alpha)).toThrow(
    `entmax: alpha is ${alpha}; use a number from 1.01 to 2, or 1 for softmax`,
  );
});
