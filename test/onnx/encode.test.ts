import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema } from "onnx-buf";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { input, scoped, type Value } from "../../src/graph/value.ts";
import { type AttentionParameters, attention, attentionParameters } from "../../src/nn/attention.ts";
import { encode, type Initializer } from "../../src/onnx/encode.ts";
import { gelu } from "../../src/ops/activation.ts";
import { add, exp, mul, neg, sub } from "../../src/ops/arithmetic.ts";
import { constant, integers } from "../../src/ops/constant.ts";
import { greater } from "../../src/ops/logic.ts";
import { layerNorm } from "../../src/ops/normalize.ts";
import { argmax, sum } from "../../src/ops/reduce.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { declare } from "../../src/params/tree.ts";
import { tensor } from "../../src/run/tensor.ts";
import { evaluate } from "../run/evaluate.ts";

type Outputs = Readonly<Record<string, Value>>;

const graphOf = (outputs: Outputs, initializers?: ReadonlyMap<string, Initializer>): GraphProto =>
  fromBinary(ModelProtoSchema, encode(outputs, initializers).bytes).graph!;

/** The ops without the nodes that only give outputs their names. */
const opsOf = (outputs: Outputs): string[] =>
  graphOf(outputs)
    .node.map((n) => n.opType)
    .filter((op) => op !== "Identity");

const x = input("x", [2]);
const TWO: Initializer = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) };

describe("equal values", () => {
  it("are one node", () => {
    expect(opsOf({ y: add(neg(x), neg(x)) })).toEqual(["Neg", "Add"]);
    expect(opsOf({ y: mul(add(x, 1), add(x, 1)) })).toEqual(["Constant", "Add", "Mul"]);
  });

  it.each<[string, Value, Value, number]>([
    ["inputs", neg(x), neg(input("z", [2])), 2],
    ["the order of inputs", sub(x, input("z", [2])), sub(input("w", [2]), x), 2],
    ["attributes", softmax(input("m", [2, 3]), 0), softmax(input("n", [2, 3]), 1), 2],
    ["texts among attributes", gelu(x), gelu(x, "tanh"), 2],
    ["numbers", add(x, 1), add(x, 2), 2],
    ["the sign of zero", constant(0), constant(-0), 2],
    ["types of numbers", constant(1), integers([1], []), 2],
    ["shapes of numbers", constant(Float32Array.of(1, 1)), constant(Float32Array.of(1, 1), [2, 1]), 2],
  ])("differ by %s", (_, a, b, count) => {
    const nodes = graphOf({ a, b }).node.filter((n) => n.opType === a.op.name);
    expect(nodes).toHaveLength(count);
  });

  it("are looked for in large constants only by identity", () => {
    const large = new Float32Array(257);
    const [a, b] = [constant(large), constant(large)];
    expect(opsOf({ y: add(a, b) })).toEqual(["Constant", "Constant", "Add"]);
    expect(opsOf({ y: add(a, a) })).toEqual(["Constant", "Add"]);
  });
});

describe("names", () => {
  it("of nodes carry the scope; repeated ones are numbered", () => {
    const y = scoped("layers.3", () => exp(neg(neg(x))));
    const { nodes } = encode({ y });
    expect([...nodes.keys()]).toEqual(["layers.3.Neg", "layers.3.Neg_2", "layers.3.Exp"]);
    expect(nodes.get("layers.3.Exp")).toBe(y);
    expect(nodes.get("layers.3.Neg_2")).toBe(y.inputs[0]);
  });

  it("of inputs and outputs are never taken by nodes", async () => {
    const taken = input("Neg", [2]);
    const got = await evaluate(
      { Add: add(neg(taken), 1), Neg_2: neg(neg(taken)) },
      { Neg: tensor(Float32Array.of(1, 2), [2]) },
    );
    expect([...got.Add!.data]).toEqual([0, -1]);
    expect([...got.Neg_2!.data]).toEqual([1, 2]);
  });

  it("of one input and one output may be the same", async () => {
    const feeds = { x: tensor(Float32Array.of(1, 2), [2]) };
    const got = await evaluate({ x: neg(x), "x.output": exp(x), same: x }, feeds);
    expect([got.x!, got["x.output"]!, got.same!].map(({ data }) => [...data])).toEqual([
      [-1, -2],
      [Math.fround(Math.exp(1)), Math.fround(Math.exp(2))],
      [1, 2],
    ]);
    expect([...(await evaluate({ x }, feeds)).x!.data]).toEqual([1, 2]);
    expect(encode({ x: neg(x) }).outputNames).toEqual(new Map([["x", "x.output"]]));
  });

  it("of an output stay as they are where an input that is written into the file has the same", () => {
    const { input: inputs, output, initializer } = graphOf({ w: mul(x, input("w", [2])) }, new Map([["w", TWO]]));
    expect([inputs, output, initializer].map((all) => all.map(({ name }) => name))).toEqual([["x"], ["w"], ["w.weight"]]);
  });

  it("of two inputs may not be the same", () => {
    expect(() => encode({ y: add(x, input("x", [2])) })).toThrow('two inputs are named "x"');
  });
});

describe("outputs", () => {
  const feed = { x: tensor(Float32Array.of(3, 5), [2]) };

  it("may be one value under several names", async () => {
    const y = neg(x);
    const got = await evaluate({ a: y, b: y, c: exp(y) }, feed);
    expect(got.a).toEqual(got.b);
    expect([...got.a!.data]).toEqual([-3, -5]);
  });

  it("may be equal values that were merged", async () => {
    const got = await evaluate({ a: neg(x), b: neg(x) }, feed);
    expect(got.a).toEqual(got.b);
  });

  it("may be an input, or a constant", async () => {
    const got = await evaluate({ y: x, one: constant(1) }, feed);
    expect([...got.y!.data]).toEqual([3, 5]);
    expect(got.one).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(1) });
  });

  it("have their types and named axes in the file", () => {
    const named = input("named", ["batch", 3]);
    const { output, input: inputs } = graphOf({ y: argmax(named), truth: greater(named, 0) });
    const typeOf = (info: (typeof output)[number]) =>
      info.type!.value.value as { elemType: number; shape: { dim: { value: unknown }[] } };
    const dims = (info: (typeof output)[number]) => typeOf(info).shape.dim.map((d) => d.value);
    const batch = { case: "dimParam", value: "batch" };
    expect(output.map((o) => [o.name, typeOf(o).elemType])).toEqual([
      ["y", 7],
      ["truth", 9],
    ]);
    expect(output.map(dims)).toEqual([[batch], [batch, { case: "dimValue", value: 3n }]]);
    expect(inputs.map(dims)).toEqual([[batch, { case: "dimValue", value: 3n }]]);
  });
});

describe("initializers", () => {
  it("are written into the file and no longer fed", async () => {
    const w = input("w", [2]);
    const numbers: Initializer = { dtype: "float32", shape: [2], data: Float32Array.of(0, 7, 11).subarray(1) };
    const graph = graphOf(
      { y: mul(x, w) },
      new Map([
        ["w", numbers],
        ["unused", numbers],
      ]),
    );
    expect(graph.input.map((i) => i.name)).toEqual(["x"]);
    expect(graph.initializer.map((i) => i.name)).toEqual(["w"]);
    expect([...new Float32Array(graph.initializer[0]!.rawData.slice().buffer)]).toEqual([7, 11]);
    expect([...encode({ y: mul(x, w) }, new Map([["w", numbers]])).inputs.keys()]).toEqual(["x"]);
  });
});

describe("attributes", () => {
  it("that only help the derivative are not written, an epsilon is a float", () => {
    const y = layerNorm(sum(input("m", [2, 3]), 0, true), constant(new Float32Array(3)), constant(new Float32Array(3)), 1e-5);
    const { node } = graphOf({ y });
    const written = node.filter((n) => n.opType !== "Constant").map((n) => n.attribute.map((a) => a.name));
    expect(written).toEqual([["keepdims"], ["axis", "epsilon"]]);
    expect(node.find((n) => n.opType === "LayerNormalization")!.attribute.find((a) => a.name === "epsilon")!.f).toBeCloseTo(
      1e-5,
      9,
    );
  });
});

it("ONNX Runtime loads an attention with its gradients", async () => {
  const p = declare<AttentionParameters>(attentionParameters({ width: 7, heads: 3, headWidth: 5 }));
  const y = attention(p, input("x", [2, 11, 7]));
  const loss = sum(mul(y, y));
  const [dq, dk] = grads(loss, [p.wq, p.wk]);
  const session = await InferenceSession.create(encode({ loss, dq: dq!, dk: dk! }).bytes, { intraOpNumThreads: 1 });
  expect(session.inputNames).toEqual(["x", "wq", "bq", "wk", "bk", "wv", "bv", "wo", "bo"]);
  expect(session.outputNames).toEqual(["loss", "dq", "dk"]);
  await session.release();
});
