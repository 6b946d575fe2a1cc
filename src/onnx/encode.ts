/** Values → the bytes of an ONNX model: equal nodes merged, nodes named by scope, weights as inputs or initialisers. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { Attr, DType, Type, Value } from "../graph/value.ts";
import { ELEMENT_TYPES, isInput } from "../graph/value.ts";
import { inputsOf, topological } from "../graph/walk.ts";

const OPSET = 20;
const IR_VERSION = 10;

/** Numbers that become part of the file. */
export interface Initializer {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The value behind each node name, for error messages. */
  readonly nodes: ReadonlyMap<string, Value>;
  /** What has to be fed, in the order of the graph. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
}

/**
 * The ONNX model that computes `outputs` (opset 20). Inputs named in `initializers` are written into the file; all
 * others are fed. Throws where two different inputs, or an input and an output, share a name.
 */
export function encode(
  outputs: Readonly<Record<string, Value>>,
  initializers: ReadonlyMap<string, Initializer> = new Map(),
): Encoded {
  const all = inputsOf(Object.values(outputs));
  const clash = Object.keys(outputs).find((name) => all.has(name));
  if (clash !== undefined) throw new Error(`encode: "${clash}" names an input and an output: call the output something else`);
  const inputs = new Map([...all].filter(([name]) => !initializers.has(name)));
  const writer = new GraphWriter(outputs);
  const node = writer.write();
  const initializer = [...all.keys()].filter((n) => initializers.has(n)).map((n) => tensorProto(n, initializers.get(n)!));
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: "headwise",
    opsetImport: [{ domain: "", version: BigInt(OPSET) }],
    graph: {
      name: "headwise",
      node,
      initializer,
      input: [...inputs].map(([name, value]) => valueInfo(name, value)),
      output: Object.entries(outputs).map(([name, value]) => valueInfo(name, value)),
    },
  });
  return { bytes: toBinary(ModelProtoSchema, model), nodes: writer.nodes, inputs, outputs: new Map(Object.entries(outputs)) };
}

/** Names and merges while it writes; lives for one call of `encode`. */
class GraphWriter {
  readonly nodes = new Map<string, Value>();
  readonly #outputs: Readonly<Record<string, Value>>;
  readonly #names = new Map<Value, string>();
  readonly #merged = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #protos: NodeProto[] = [];
  /** Outputs that their own node can write: the first name of each value. */
  readonly #direct = new Map<Value, string>();

  constructor(outputs: Readonly<Record<string, Value>>) {
    this.#outputs = outputs;
    this.#taken = new Set(Object.keys(outputs));
    for (const [name, value] of Object.entries(outputs)) if (!this.#direct.has(value)) this.#direct.set(value, name);
  }

  write(): NodeProto[] {
    // ONNX Runtime starts from what the last node needs: in reverse, early outputs are done with early and free memory
    const values = topological(Object.values(this.#outputs).reverse());
    for (const value of values) if (isInput(value)) this.#name(value, value.name!);
    for (const value of values) if (!isInput(value)) this.#add(value);
    for (const [name, value] of Object.entries(this.#outputs)) {
      const made = this.#names.get(value)!;
      if (made !== name) this.#push("Identity", `${name}.output`, [made], name, []);
    }
    return this.#protos;
  }

  #name(value: Value, name: string): void {
    this.#names.set(value, name);
    this.#taken.add(name);
  }

  #add(value: Value): void {
    const inputs = value.inputs.map((u) => this.#names.get(u)!);
    const key = mergeKey(value, inputs);
    const equal = key === undefined ? undefined : this.#merged.get(key);
    if (equal !== undefined) {
      this.#names.set(value, equal);
      return;
    }
    const name = this.#free(value.scope ? `${value.scope}.${value.op.name}` : value.op.name);
    const made = this.#direct.get(value) ?? name;
    this.#name(value, made);
    this.#taken.add(name);
    if (key !== undefined) this.#merged.set(key, made);
    this.nodes.set(name, value);
    this.#push(value.op.name, name, inputs, made, attributesOf(value));
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let k = 2; this.#taken.has(name); k++) name = `${wanted}_${k}`;
    return name;
  }

  #push(opType: string, name: string, input: string[], output: string, attribute: AttributeProto[]): void {
    this.#protos.push(create(NodeProtoSchema, { opType, name, input, output: [output], attribute }));
  }
}

/** Two values with one key compute the same; large constants are not compared. */
function mergeKey(value: Value, inputs: readonly string[]): string | undefined {
  const attrs: string[] = [];
  for (const [key, attr] of Object.entries(value.attrs)) {
    if (typeof attr === "object" && attr.length > 256) return undefined;
    attrs.push(`${key}:${typeof attr === "object" ? `${attr.constructor.name}[${attr.join()}]` : attr}`);
  }
  return `${value.op.name}(${inputs.join()})${attrs.join(";")}${value.dtype}`;
}

function attributesOf(value: Value): AttributeProto[] {
  if (value.op.name === "Constant") {
    const t = tensorProto("", { dtype: value.dtype, shape: value.shape as number[], data: value.attrs.data as Float32Array });
    return [create(AttributeProtoSchema, { name: "value", type: AttributeType.TENSOR, t })];
  }
  return Object.entries(value.attrs)
    .filter(([name]) => !value.op.hidden?.includes(name))
    .map(([name, attr]) => attribute(name, attr));
}

function attribute(name: string, attr: Attr): AttributeProto {
  if (typeof attr === "string") {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(attr) });
  }
  if (typeof attr === "number") {
    if (name === "epsilon") return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attr });
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attr) });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: Array.from(attr as number[], BigInt) });
}

function tensorProto(name: string, { dtype, shape, data }: Initializer): TensorProto {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { name, dataType: ELEMENT_TYPES[dtype], dims: shape.map(BigInt), rawData });
}

function valueInfo(name: string, { dtype, shape }: Type): ValueInfoProto {
  const dim = shape.map((d) => ({
    value: typeof d === "number" ? { case: "dimValue" as const, value: BigInt(d) } : { case: "dimParam" as const, value: d },
  }));
  const tensorType = { elemType: ELEMENT_TYPES[dtype], shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: tensorType } } });
}
