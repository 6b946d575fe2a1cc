/** Attributes: each op's as the ONNX standard has them, written in the type that the op declares. */
import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { AttributeProto_AttributeType as AttributeType, ModelProtoSchema } from "onnx-buf";
import { describe, expect, it } from "vitest";
import { grads } from "../../src/autodiff/grads.ts";
import { type Attrs, apply, input, isInput, type Op, type Value } from "../../src/graph/value.ts";
import { topological } from "../../src/graph/walk.ts";
import { encode } from "../../src/onnx/encode.ts";
import { hash } from "../../src/ops/bits.ts";
import { range, scatterRows, topIndices } from "../../src/ops/index-by.ts";
import { equal, greaterOrEqual, less, lessOrEqual, not, or } from "../../src/ops/logic.ts";
import { argmax, sum } from "../../src/ops/reduce.ts";
import { tensor } from "../../src/run/tensor.ts";
import { TRIALS } from "../ops/trials.ts";
import { evaluate, numbersOf } from "../run/evaluate.ts";

type Schema = Readonly<Record<string, { readonly type: string; readonly required?: boolean }>>;
/** Every operator at the opset that is written; made by test/oracle/onnx_schemas.py. */
const SCHEMAS: Readonly<Record<string, Schema>> = JSON.parse(readFileSync(new URL("schemas.json", import.meta.url), "utf8"));

const x = input("x", ["n", 3]);
const t = input("t", [3], "bool");
const words = input("words", [3], "uint32");
/** Values that have no derivative, so that no trial makes them. */
const OTHERS: readonly Value[] = [
  ...[hash(words), argmax(x), range("n", x), not(t), or(t, t), topIndices(x, 2)],
  scatterRows(input("table", [5, 3]), input("at", ["n"], "int64"), x),
  ...[equal, greaterOrEqual, less, lessOrEqual].map((compare) => compare(x, 0)),
];

/** What every function of the ops makes, and its gradients. */
const values: readonly Value[] = Object.values(TRIALS).flatMap((trials) =>
  fc.sample(trials, { numRuns: 20, seed: 7 }).flatMap(({ shapes, build }) => {
    const inputs = shapes.map((shape, k) => input(`x${k}`, shape));
    const y = build(inputs);
    const needed = new Set(topological([y]));
    return [
      y,
      ...grads(
        sum(y),
        inputs.filter((u) => needed.has(u)),
      ),
    ];
  }),
);
const made = topological([...values, ...OTHERS]).filter((value) => !isInput(value));
const ops = [...new Set(made.map(({ op }) => op))].map((op): [string, Op] => [op.name, op]);

describe.each(ops)("%s", (name, { attributes = {} }) => {
  const schema = SCHEMAS[name];
  const written = Object.entries(attributes).filter(([, kind]) => kind !== "hidden");

  it("is an operator of the standard", () => {
    expect(schema).toBeDefined();
  });

  it("declares its attributes in the standard's types", () => {
    expect(Object.fromEntries(written.map(([key, kind]) => [key, kind.toUpperCase()]))).toEqual(
      Object.fromEntries(written.map(([key]) => [key, schema?.[key]?.type])),
    );
  });

  it("declares every attribute that the standard requires", () => {
    const required = Object.keys(schema ?? {}).filter((key) => schema![key]!.required);
    expect(written.map(([key]) => key)).toEqual(expect.arrayContaining(required));
  });
});

it("every operator that is used is among those looked at", () => {
  expect(ops.map(([name]) => name)).toEqual(
    expect.arrayContaining(["BitShift", "CumSum", "Gelu", "LayerNormalization", "Range"]),
  );
  expect(new Set(ops.map(([name]) => name)).size).toBeGreaterThan(40);
});

const elementwise = <A extends Attrs>(name: string, attributes: Op<A>["attributes"]): Op<A> => ({
  name,
  attributes,
  infer: ([u]) => ({ dtype: u!.dtype, shape: u!.shape }),
});
const LeakyRelu = elementwise<{ alpha: number }>("LeakyRelu", { alpha: "float" });

describe("an attribute", () => {
  it.each([0.1, 1, -2, 0])("declared a float is written as a float: alpha = %s", async (alpha) => {
    const y = apply(LeakyRelu, [input("x", [2])], { alpha });
    const [node] = fromBinary(ModelProtoSchema, encode({ y }).bytes).graph!.node;
    expect(node!.attribute.map(({ name, type, f }) => ({ name, type, f }))).toEqual([
      { name: "alpha", type: AttributeType.FLOAT, f: Math.fround(alpha) },
    ]);
    const got = await numbersOf(y, { x: tensor(Float32Array.of(-3, 5), [2]) });
    expect(got).toEqual([Math.fround(-3 * Math.fround(alpha)), 5]);
  });

  it("declared a list, a text or a whole number is written as one", async () => {
    const m = input("m", [2, 3]);
    const Turned: Op<{ perm: readonly number[] }> = {
      name: "Transpose",
      attributes: { perm: "ints" },
      infer: ([u], { perm }) => ({ dtype: u!.dtype, shape: perm.map((p) => u!.shape[p]!) }),
    };
    const got = await evaluate({ y: apply(Turned, [m], { perm: [1, 0] }) }, { m: tensor(new Float32Array(6), [2, 3]) });
    expect(got.y!.shape).toEqual([3, 2]);
  });

  const bad = (kind: "float" | "int" | "ints" | "string", value: unknown) => () =>
    apply(elementwise<Attrs>("F", { a: kind }), [x], { a: value as number });
  it.each([
    ["float", "1", 'F: the attribute "a" is 1; pass a value of its declared type, float'],
    ["float", 1e39, 'F: the attribute "a" is 1e+39; pass a value of its declared type, float'],
    ["int", 0.5, 'F: the attribute "a" is 0.5; pass a value of its declared type, int'],
    ["int", Number.NaN, 'F: the attribute "a" is NaN; pass a value of its declared type, int'],
    ["int", 2 ** 53, 'F: the attribute "a" is 9007199254740992; pass a value of its declared type, int'],
    ["ints", [1, 0.5], 'F: the attribute "a" is 1,0.5; pass a value of its declared type, ints'],
    ["ints", 1, 'F: the attribute "a" is 1; pass a value of its declared type, ints'],
    ["string", 1, 'F: the attribute "a" is 1; pass a value of its declared type, string'],
  ] as const)("declared %s cannot be %s", (kind, value, message) => {
    expect(bad(kind, value)).toThrow(new TypeError(message));
  });

  it("without a declared type is refused while building", () => {
    const op: Op<Attrs> = { name: "LeakyRelu", infer: ([u]) => ({ dtype: u!.dtype, shape: u!.shape }) };
    expect(() => apply(op, [x], { alpha: 1 })).toThrow(
      new TypeError(
        'LeakyRelu: the attribute "alpha" has no type; declare it in the op\'s attributes as one of float, int, ints, string, tensor, hidden',
      ),
    );
  });
});
