import { describe, expect, it } from "vitest";
import { input, type Value } from "../../src/graph/value.ts";
import { add, mul } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { gather, range } from "../../src/ops/index-by.ts";
import { expand, merge, reshape, transpose, unsqueeze } from "../../src/ops/layout.ts";
import { cast } from "../../src/ops/logic.ts";
import { mean, sum } from "../../src/ops/reduce.ts";
import { tensor } from "../../src/run/tensor.ts";
import { withProgram } from "../run/evaluate.ts";

const x = input("x", ["batch", "sequence", 3]);
const merged = reshape(x, ["batch*sequence", 3]);

/** Values with named axes; `plain` builds the same for given sizes. */
const CASES: Readonly<Record<string, (x: Value) => Value>> = {
  "axes merged": (v) => merge(v, 0, 2),
  "axes merged and split": (v) => mul(reshape(mul(merge(v, 0, 2), 2), v.shape, v), 3),
  "axes split from what was merged": (v) => reshape(reshape(v, [...merge(v, 1, 3).shape]), v.shape),
  "a named and a numbered axis merged": (v) => merge(v, 1, 3),
  "everything in one axis": (v) => merge(v, 0, 3),
  "new axes": (v) => unsqueeze(v, 0, 2, -1),
  "axes exchanged": (v) => transpose(v, [2, 1, 0]),
  "repeated to the sizes of another": (v) => expand(constant(Float32Array.of(1, 2, 3)), v.shape, v),
  positions: (v) => add(unsqueeze(cast(range(v.shape[1]!, v), "float32"), 1), v),
  "sums and means": (v) => add(sum(v, 0), mean(v, [0, 1])),
  "every token with every other": (v) => einsum("b i m, b j m -> b i j", v, reshape(v, v.shape)),
  "rows of a table": (v) => gather(merge(v, 0, 2), range(2)),
};

const counted = (shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i)),
    shape,
  );

describe("one program with named axes equals a program for each size", () => {
  it.each(Object.keys(CASES))("%s", async (name) => {
    const build = CASES[name]!;
    await withProgram({ y: build(x) }, async (program) => {
      for (const shape of [
        [2, 5, 3],
        [7, 1, 3],
        [1, 2, 3],
      ]) {
        const feeds = { x: counted(shape) };
        const got = (await program.run(feeds)).y!;
        const wanted = await withProgram({ y: build(input("x", shape)) }, async (plain) => (await plain.run(feeds)).y!);
        expect(got).toEqual(wanted);
        expect(build(x).shape).toHaveLength(wanted.shape.length);
      }
    });
  });

  it("a merged axis has a name of its own", () => {
    expect(merged.shape).toEqual(["batch*sequence", 3]);
    expect(merge(x, 1, 3).shape).toEqual(["batch", "3*sequence"]);
    expect(merge(x, 0, 3).shape).toEqual(["3*batch*sequence"]);
  });

  it("cannot be split where nothing tells the sizes", () => {
    const lost = input("lost", ["batch*sequence", 3]);
    expect(() => reshape(lost, ["batch", "sequence", 3])).toThrow("the axis batch is in none of [batch*sequence, 3]");
    expect(reshape(lost, ["batch", "sequence", 3], x).shape).toEqual(["batch", "sequence", 3]);
  });
});
