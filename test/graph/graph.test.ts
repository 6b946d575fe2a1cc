import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { print, signature } from "../../src/graph/print.ts";
import { broadcast, productOf } from "../../src/graph/shape.ts";
import { input, isInput, scoped, type Value } from "../../src/graph/value.ts";
import { inputsOf, topological } from "../../src/graph/walk.ts";
import { type AttentionParameters, attention, attentionParameters } from "../../src/nn/attention.ts";
import { add, mul, neg } from "../../src/ops/arithmetic.ts";
import { constant } from "../../src/ops/constant.ts";
import { einsum } from "../../src/ops/einsum.ts";
import { expand } from "../../src/ops/layout.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { declare } from "../../src/params/tree.ts";

describe("print", () => {
  it("shows a small attention", () => {
    const specs = attentionParameters({ width: 7, heads: 3, headWidth: 5, inputBias: false });
    const x = input("x", ["batch", "sequence", 7]);
    expect(print({ y: attention(declare<AttentionParameters>(specs), x) })).toMatchInlineSnapshot(`
      "%0: int64[2] = Constant() {value: [7, 15]}  # q
      %1: float32[7, 15] = Reshape(wq, %0)  # q
      %2: float32[batch, sequence, 15] = MatMul(x, %1)  # q
      %3: int64[4] = Constant() {value: [0, 0, 3, 5]}  # q
      %4: float32[batch, sequence, 3, 5] = Reshape(%2, %3)  # q
      %5: float32[batch, 3, sequence, 5] = Transpose(%4) {perm: [0, 2, 1, 3]}  # scores
      %6: int64[2] = Constant() {value: [7, 15]}  # k
      %7: float32[7, 15] = Reshape(wk, %6)  # k
      %8: float32[batch, sequence, 15] = MatMul(x, %7)  # k
      %9: int64[4] = Constant() {value: [0, 0, 3, 5]}  # k
      %10: float32[batch, sequence, 3, 5] = Reshape(%8, %9)  # k
      %11: float32[batch, 3, 5, sequence] = Transpose(%10) {perm: [0, 2, 3, 1]}  # scores
      %12: float32[batch, 3, sequence, sequence] = MatMul(%5, %11)  # scores
      %13: float32[] = Constant() {value: [0.4472135901451111]}  # scores
      %14: float32[batch, 3, sequence, sequence] = Mul(%12, %13)  # scores
      %15: float32[batch, 3, sequence, sequence] = Softmax(%14) {axis: 3}  # pattern
      %16: int64[2] = Constant() {value: [7, 15]}  # v
      %17: float32[7, 15] = Reshape(wv, %16)  # v
      %18: float32[batch, sequence, 15] = MatMul(x, %17)  # v
      %19: int64[4] = Constant() {value: [0, 0, 3, 5]}  # v
      %20: float32[batch, sequence, 3, 5] = Reshape(%18, %19)  # v
      %21: float32[batch, 3, sequence, 5] = Transpose(%20) {perm: [0, 2, 1, 3]}  # z
      %22: float32[batch, 3, sequence, 5] = MatMul(%15, %21)  # z
      %23: float32[batch, sequence, 3, 5] = Transpose(%22) {perm: [0, 2, 1, 3]}  # z
      %24: int64[3] = Constant() {value: [0, 0, 15]}  # out
      %25: float32[batch, sequence, 15] = Reshape(%23, %24)  # out
      %26: int64[2] = Constant() {value: [15, 7]}  # out
      %27: float32[15, 7] = Reshape(wo, %26)  # out
      %28: float32[batch, sequence, 7] = MatMul(%25, %27)  # out
      %29: float32[batch, sequence, 7] = Add(%28, bo)  # out
      return y = %29"
    `);
  });

  it("shows long constants by their first numbers, and hides what only the derivative needs", () => {
    const long = constant(new Float32Array(7).fill(2));
    expect(print({ y: expand(long, [3, 7]) })).toMatchInlineSnapshot(`
      "%0: float32[7] = Constant() {value: [2, 2, 2, 2, 2, 2, …]}
      %1: int64[2] = Constant() {value: [3, 7]}
      %2: float32[3, 7] = Expand(%0, %1)
      return y = %2"
    `);
  });

  it("an output that is an input is called by its name", () => {
    const x = input("x", [2]);
    expect(print({ y: x, z: neg(x) })).toBe("%0: float32[2] = Neg(x)\nreturn y = x, z = %0");
  });

  it("a signature has the types of an op's inputs and of its output", () => {
    const x = input("x", ["batch", 3]);
    expect(signature(softmax(x))).toBe("Softmax(float32[batch, 3]) {axis: 1} -> float32[batch, 3]");
  });
});

/** Random graphs: every value adds two earlier ones. */
const graphs = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 30 }).map((picks) => {
  const values: Value[] = [input("a", [2]), input("b", [2])];
  for (const [p, q] of picks) values.push(add(values[p % values.length]!, values[q % values.length]!));
  return values;
});

describe("walking back from outputs", () => {
  it("finds every value once, after its inputs, and nothing else", () => {
    const check = (values: Value[], roots: number[]) => {
      const wanted = roots.map((r) => values[r % values.length]!);
      const order = topological(wanted);
      expect(new Set(order).size).toBe(order.length);
      for (const [at, value] of order.entries()) {
        for (const u of value.inputs) expect(order.slice(0, at)).toContain(u);
      }
      const needed = new Set(wanted);
      for (const value of needed) for (const u of value.inputs) needed.add(u);
      expect(new Set(order)).toEqual(needed);
    };
    fc.assert(fc.property(graphs, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), check), { numRuns: 60 });
  });

  it("does not run out of stack on a long chain", () => {
    let x = input("x", []);
    for (let i = 0; i < 50_000; i++) x = neg(x);
    expect(topological([x])).toHaveLength(50_001);
  });

  it("finds the inputs by name", () => {
    const [a, b] = [input("a", [2]), input("b", [2])];
    expect([...inputsOf([add(b, a), mul(a, a)])]).toEqual([
      ["b", b],
      ["a", a],
    ]);
    expect(isInput(a)).toBe(true);
    expect(isInput(neg(a))).toBe(false);
  });

  it("refuses two inputs of one name, but takes one input twice", () => {
    const [a, other] = [input("a", [2]), input("a", [2])];
    expect(() => inputsOf([add(a, other)])).toThrow(new Error('two inputs are named "a"; create one and reuse it'));
    expect(() => inputsOf([add(a, a)])).not.toThrow();
  });
});

describe("values", () => {
  it("cannot be changed", () => {
    const y = neg(input("x", [2]));
    expect(() => Object.assign(y, { dtype: "int64" })).toThrow(TypeError);
    expect(() => Object.assign(y.inputs[0]!, { name: "y" })).toThrow(TypeError);
  });

  it("know the scope they were built in; scopes nest and end, with an error too", () => {
    const x = input("x", [2]);
    const [inner, outer] = scoped("layers.3", () => [scoped("attention", () => neg(x)), neg(x)] as const);
    expect(inner.scope).toBe("layers.3.attention");
    expect(outer.scope).toBe("layers.3");
    const broken = () => scoped("layers.4", () => einsum("i -> j", x));
    expect(broken).toThrow(RangeError);
    expect(neg(x).scope).toBeUndefined();
  });
});

describe("shapes", () => {
  it("broadcast from the right; a name is equal only to itself, and 1 gives way to it", () => {
    expect(broadcast("f", ["batch", 1, 3], [5, 1])).toEqual(["batch", 5, 3]);
    expect(broadcast("f", [], ["batch"])).toEqual(["batch"]);
    expect(broadcast("f", [1], ["batch"])).toEqual(["batch"]);
    expect(broadcast("f", ["batch"], ["batch"])).toEqual(["batch"]);
    expect(() => broadcast("f", ["batch"], ["sequence"])).toThrow(RangeError);
    expect(broadcast("f", [0], [1])).toEqual([0]);
  });

  it("have products: numbers multiply, names are written down", () => {
    expect(productOf([2, 3])).toBe(6);
    expect(productOf([])).toBe(1);
    expect(productOf([2, "batch", 3])).toBe("6*batch");
    expect(productOf(["batch", "sequence"])).toBe("batch*sequence");
  });
});
