/** Encodes attributes of nodes, each in the ONNX type that its op declares. */
import { create } from "@bufbuild/protobuf";
import { type AttributeProto, AttributeProtoSchema, AttributeProto_AttributeType as AttributeType } from "onnx-buf";
import type { Attr, AttributeKind, Value } from "../graph/value.ts";
import { tensorProto } from "./tensor-proto.ts";

/** Returns the attributes of a node without those that its op hides. */
export const attributesOf = (value: Value): AttributeProto[] =>
  Object.entries(value.attrs).flatMap(([name, attr]) => {
    const kind = value.op.attributes?.[name];
    if (kind === undefined) throw new Error(`internal: ${value.op.name} does not declare its attribute "${name}"`);
    return kind === "hidden" ? [] : [create(AttributeProtoSchema, { name, ...WRITERS[kind](attr, value) })];
  });

type EncodedAttribute = Partial<Pick<AttributeProto, "type" | "f" | "i" | "ints" | "s" | "t">>;

const WRITERS: Readonly<Record<Exclude<AttributeKind, "hidden">, (attr: Attr, value: Value) => EncodedAttribute>> = {
  float: (attr) => ({ type: AttributeType.FLOAT, f: attr as number }),
  int: (attr) => ({ type: AttributeType.INT, i: BigInt(attr as number) }),
  ints: (attr) => ({ type: AttributeType.INTS, ints: Array.from(attr as readonly number[], BigInt) }),
  string: (attr) => ({ type: AttributeType.STRING, s: new TextEncoder().encode(attr as string) }),
  // a tensor has the type of the resulting value
  tensor: (attr, { dtype, shape }) => ({
    type: AttributeType.TENSOR,
    t: tensorProto("", { dtype, shape: shape as readonly number[], data: attr as Float32Array }),
  }),
};
