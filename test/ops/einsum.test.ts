import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { print } from "../../src/graph/print.ts";
import { type Dim, input, type Value } from "../../src/graph/value.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { normals, random } from "../../src/params/random.ts";
import type { Feeds } from "../../src/run/runtime.ts";
import { sizeOf, type Tensor, tensor } from "../../src/run/tensor.ts";
import { evaluate, withProgram } from "../run/evaluate.ts";
import { type Contraction, contractions, reductions } from "./einsum-specs.ts";

type Sizes = Readonly<Record<string, number>>;

const placeIn = (letters: readonly string[], sizes: Sizes, at: Sizes): number =>
  letters.reduce((place, c) => place * sizes[c]! + at[c]!, 0);

/** The sum over every letter, one product at a time. */
function naive({ terms, target }: Contraction, sizes: Sizes, operands: readonly Tensor[]): number[] {
  const letters = [...new Set(terms.flat())];
  const total = letters.reduce((n, c) => n * sizes[c]!, 1);
  const out = new Array<number>(target.reduce((n, c) => n * sizes[c]!, 1)).fill(0);
  for (let k = 0; k < total; k++) {
    let rest = k;
    const at: Record<string, number> = {};
    for (const c of letters) {
      at[c] = rest % sizes[c]!;
      rest = Math.floor(rest / sizes[c]!);
    }
    const factors = terms.map((t, i) => Number(operands[i]!.data[placeIn(t, sizes, at)]));
    out[placeIn(target, sizes, at)]! += factors.reduce((a, b) => a * b, 1);
  }
  return out;
}

const feedsOf = ({ terms }: Contraction, sizes: Sizes, seed: number): Feeds =>
  Object.fromEntries(
    terms.map((t, k) => {
      const shape = t.map((c) => sizes[c]!);
      return [`x${k}`, tensor(normals(random(`${seed}/${k}`), sizeOf(shape)), shape)];
    }),
  );

function expectClose(got: Tensor, wanted: readonly number[]): void {
  expect(got.data).toHaveLength(wanted.length);
  for (const [i, w] of wanted.entries()) expect(Math.abs(Number(got.data[i]) - w)).toBeLessThan(1e-4 * (1 + Math.abs(w)));
}

const all = fc.oneof({ arbitrary: contractions, weight: 4 }, reductions);

describe("einsum", () => {
  it("equals the sum written out, for letters in any order", async () => {
    const check = async (c: Contraction, seed: number) => {
      const feeds = feedsOf(c, c.sizes, seed);
      const y = einsum(
        c.spec,
        ...c.terms.map((t, k) =>
          input(
            `x${k}`,
            t.map((letter) => c.sizes[letter]!),
          ),
        ),
      );
      const got = (await evaluate({ y }, feeds)).y!;
      expect(got.shape).toEqual(c.target.map((letter) => c.sizes[letter]!));
      expect(y.shape).toEqual(got.shape);
      expectClose(got, naive(c, c.sizes, Object.values(feeds)));
    };
    await fc.assert(fc.asyncProperty(all, fc.nat(), check), { numRuns: 150 });
  });

  it("serves two sizes with one program where axes are named", async () => {
    const check = async (c: Contraction, named: readonly string[], seed: number) => {
      const dim = (letter: string): Dim => (named.includes(letter) ? letter : c.sizes[letter]!);
      const y = einsum(c.spec, ...c.terms.map((t, k) => input(`x${k}`, t.map(dim))));
      expect(y.shape).toEqual(c.target.map(dim));
      const other = Object.fromEntries(Object.entries(c.sizes).map(([l, n]) => [l, named.includes(l) ? n + 1 : n]));
      await withProgram({ y }, async (program) => {
        for (const sizes of [c.sizes, other]) {
          const feeds = feedsOf(c, sizes, seed);
          expectClose((await program.run(feeds)).y!, naive(c, sizes, Object.values(feeds)));
        }
      });
    };
    const letters = fc.subarray(["b", "i", "j", "h", "d", "m"], { minLength: 1 });
    await fc.assert(fc.asyncProperty(all, letters, fc.nat(), check), { numRuns: 60 });
  });
});

/** How often each op is in the graph. */
const counts = (...outputs: readonly Value[]): Readonly<Record<string, number>> => {
  const text = print(Object.fromEntries(outputs.map((v, k) => [`${k}`, v])));
  const found: Record<string, number> = {};
  for (const [, op] of text.matchAll(/ = (\w+)\(/g)) found[op!] = (found[op!] ?? 0) + 1;
  return found;
};

const B = "batch";
const S = "sequence";
const x = input("x", [B, S, 7]);
const w = input("w", [7, 3, 5]);
const wo = input("wo", [3, 5, 7]);
const q = input("q", [B, S, 3, 5]);
const k = input("k", [B, "keys", 3, 5]);
const pattern = input("pattern", [B, 3, S, "keys"]);

describe("what einsum is lowered to", () => {
  it.each([
    ["b i m, m h d -> b i h d", x, w],
    ["b i h d, h d m -> b i m", q, wo],
    ["b i m, m f -> b i f", x, input("up", [7, 11])],
  ])("%s: one MatMul and nothing moved", (spec, a, b) => {
    const found = counts(einsum(spec, a, b));
    expect(found.MatMul).toBe(1);
    expect(Object.keys(found).filter((op) => !["MatMul", "Reshape", "Constant"].includes(op))).toEqual([]);
  });

  it.each([
    ["scores", "b i h d, b j h d -> b h i j", q, k],
    ["mixing", "b h i j, b j h d -> b i h d", pattern, k],
  ])("%s: one MatMul, at most two Transposes, no Reshape", (_, spec, a, b) => {
    const found = counts(einsum(spec, a, b));
    expect(found.MatMul).toBe(1);
    expect(found.Transpose).toBeLessThanOrEqual(2);
    expect(found.Reshape).toBeUndefined();
  });

  it.each([
    ["b i g r d, b j g d -> b g r i j", [2, 3, 5, 7, 11], [2, 13, 5, 11]],
    ["b g r i j, b j g d -> b i g r d", [2, 5, 7, 3, 13], [2, 13, 5, 11]],
  ])("%s: grouped keys are broadcast, not copied", (spec, a, b) => {
    const found = counts(einsum(spec, input("a", a), input("b", b)));
    expect(found.MatMul).toBe(1);
    expect(found.Expand).toBeUndefined();
    expect(found.Concat).toBeUndefined();
  });

  it.each([
    ["b i m, m h d -> b i h d", [2, 3, 7], [7, 5, 11]],
    ["b i h d, h d m -> b i m", [2, 3, 5, 11], [5, 11, 7]],
    ["b i m, v m -> b i v", [2, 3, 7], [13, 7]],
  ])("the weight's gradient of %s is one MatMul", (spec, a, b) => {
    const [left, weight] = [input("a", a), input("b", b)];
    const y = einsum(spec, left, weight);
    const [dw] = grads(y, [weight], input("c", y.shape));
    expect(counts(dw!).MatMul).toBe(1);
    expect(counts(dw!).ReduceSum).toBeUndefined();
    expect(dw!.shape).toEqual(weight.shape);
  });

  it("is an outer product, a dot product, a trace of nothing: no letter has to be there", () => {
    const [a, b] = [input("a", [3]), input("b", [5])];
    expect(einsum("i, j -> i j", a, b).shape).toEqual([3, 5]);
    expect(einsum("i, i ->", a, a).shape).toEqual([]);
    expect(einsum("i ->", a).shape).toEqual([]);
  });
});
