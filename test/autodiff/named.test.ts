/** Gradients by index where axes are only named: sizes are read when the graph runs. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input } from "../../src/graph/value.ts";
import { mul } from "../../src/ops/arithmetic.ts";
import { gather, take } from "../../src/ops/index-by.ts";
import { sum } from "../../src/ops/reduce.ts";
import { nodeRuntime } from "../../src/run/ort.node.ts";
import type { Runtime } from "../../src/run/runtime.ts";
import { int64, tensor } from "../../src/run/tensor.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

it("rows that are gathered twice get both cotangents, others none", async () => {
  const table = input("table", ["rows", 3]);
  const at = input("at", ["some"], "int64");
  const weight = input("weight", ["some", 3]);
  const [dx] = grads(sum(mul(gather(table, at), weight)), [table]);
  const program = await runtime.compile({ dx: dx! });
  const { dx: made } = await program.run({
    table: tensor(new Float32Array(15), [5, 3]),
    at: int64([3, 1, 3]),
    weight: tensor(Float32Array.of(1, 2, 3, 10, 20, 30, 100, 200, 300), [3, 3]),
  });
  expect(made!.shape).toEqual([5, 3]);
  expect([...made!.data]).toEqual([0, 0, 0, 10, 20, 30, 0, 0, 0, 101, 202, 303, 0, 0, 0]);
});

it("elements that are taken get the cotangent, others none", async () => {
  const x = input("x", ["rows", 4]);
  const at = input("at", ["rows", 1], "int64");
  const [dx] = grads(sum(mul(take(x, at, 1), input("weight", ["rows", 1]))), [x]);
  const program = await runtime.compile({ dx: dx! });
  const { dx: made } = await program.run({
    x: tensor(new Float32Array(8), [2, 4]),
    at: int64([2, 0], [2, 1]),
    weight: tensor(Float32Array.of(5, 7), [2, 1]),
  });
  expect([...made!.data]).toEqual([0, 0, 5, 0, 7, 0, 0, 0]);
});
