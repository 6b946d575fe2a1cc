/**
 * Encodes values as the bytes of an ONNX model: equal nodes merged, nodes named by scope, weights as inputs or initializers.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { shown } from "../graph/shape.ts";
import type { Attr, Type, Value } from "../graph/value.ts";
import { ELEMENT_TYPES, isInput } from "../graph/value.ts";
import { inputsOf, topological } from "../graph/walk.ts";
import { attributesOf } from "./attributes.ts";
import { type Initializer, tensorProto } from "./tensor-proto.ts";

export type { Initializer } from "./tensor-proto.ts";

const OPSET = 20;
const IR_VERSION = 10;

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The value of each node name, for error messages. */
  readonly nodes: ReadonlyMap<string, Value>;
  /** The inputs to feed, in the order of the graph. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** The name of each output in the file: its own, unless a fed input has it. */
  readonly outputNames: ReadonlyMap<string, string>;
}

/**
 * Returns the ONNX model that computes `outputs` (opset 20). Inputs in `initializers` are written into the file; all others are
 * fed. If an input and an output share a name, one of them is renamed in the file: the initializer, or for a fed input the
 * output. Throws if two different inputs share a name.
 */
export function encode(
  outputs: Readonly<Record<string, Value>>,
  initializers: ReadonlyMap<string, Initializer> = new Map(),
): Encoded {
  const all = inputsOf(Object.values(outputs));
  const [inputs, stored] = [new Map<string, Value>(), new Map<string, Value>()];
  const written: (readonly [Value, Initializer])[] = [];
  for (const [name, value] of all) {
    const given = initializers.get(name);
    (given ? stored : inputs).set(name, value);
    if (given) written.push([value, given]);
    if (given) checkInitializer(name, value, given);
  }
  const writer = new GraphWriter(outputs, inputs, stored);
  const node = writer.write();
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: "headwise",
    opsetImport: [{ domain: "", version: BigInt(OPSET) }],
    graph: {
      name: "headwise",
      node,
      valueInfo: writer.shapes,
      initializer: written.map(([value, given]) => tensorProto(writer.nameOf(value), given)),
      input: [...inputs].map(([name, value]) => valueInfo(name, value)),
      output: writer.outputs.map(([, value, inFile]) => valueInfo(inFile, value)),
    },
  });
  const { nodes, outputNames } = writer;
  return { bytes: toBinary(ModelProtoSchema, model), nodes, inputs, outputs: new Map(Object.entries(outputs)), outputNames };
}

function checkInitializer(name: string, { dtype, shape }: Type, given: Initializer): void {
  const fits = shape.length === given.shape.length && shape.every((d, i) => typeof d === "string" || d === given.shape[i]);
  if (fits && dtype === given.dtype) return;
  const [is, wants] = [`${given.dtype} ${shown(given.shape)}`, `${dtype} ${shown(shape)}`];
  throw new RangeError(
    `encode: the initializer "${name}" is ${is}, but the graph has ${wants}; pass one of that type and shape`,
  );
}

/** The state of one call of `encode`: names and merged nodes. */
class GraphWriter {
  readonly nodes = new Map<string, Value>();
  /**
   * The type and shape of each value between inputs and outputs. ONNX Runtime gives unknown sizes a new name each, so it finds
   * no buffer of the same size to reuse and compares each new value with all free ones, which takes seconds with 6,000 nodes.
   */
  readonly shapes: ValueInfoProto[] = [];
  readonly outputNames: ReadonlyMap<string, string>;
  /** Every output, with its name in the file. */
  readonly outputs: readonly (readonly [name: string, value: Value, inFile: string])[];
  readonly #names = new Map<Value, string>();
  readonly #merged = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #protos: NodeProto[] = [];
  /** The output that a node writes directly: the first name of each value. */
  readonly #direct = new Map<Value, string>();

  constructor(outputs: Readonly<Record<string, Value>>, fed: ReadonlyMap<string, Value>, stored: ReadonlyMap<string, Value>) {
    const names = Object.keys(outputs);
    this.#taken = new Set([...names, ...fed.keys(), ...stored.keys()]);
    this.outputs = Object.entries(outputs).map(([name, value]) => [
      ...([name, value] as const),
      fed.has(name) ? this.#free(`${name}.output`) : name,
    ]);
    this.outputNames = new Map(this.outputs.map(([name, , inFile]) => [name, inFile]));
    for (const [name, value] of fed) this.#name(value, name);
    for (const [name, value] of stored) this.#name(value, Object.hasOwn(outputs, name) ? this.#free(`${name}.weight`) : name);
    for (const [, value, inFile] of this.outputs) if (!this.#direct.has(value)) this.#direct.set(value, inFile);
  }

  /** Returns the name of a value in the file. */
  nameOf(value: Value): string {
    const name = this.#names.get(value);
    if (name === undefined) throw new Error(`internal: ${value.op.name} is not in the graph`);
    return name;
  }

  write(): NodeProto[] {
    // ONNX Runtime starts from the inputs of the last node: in reverse, early outputs are finished early and free their memory
    const values = topological(this.outputs.map(([, value]) => value).reverse());
    for (const value of values) if (!isInput(value)) this.#add(value);
    for (const [name, value, wanted] of this.outputs) {
      const own = this.nameOf(value);
      if (own !== wanted) this.#push("Identity", this.#free(`${name}.copy`), [own], [wanted], []);
    }
    return this.#protos;
  }

  #name(value: Value, name: string): void {
    this.#names.set(value, name);
    this.#taken.add(name);
  }

  #add(value: Value): void {
    const inputs = value.inputs.slice(0, value.op.written).map((u) => this.nameOf(u));
    const key = mergeKey(value, inputs);
    const equal = key === undefined ? undefined : this.#merged.get(key);
    if (equal !== undefined) {
      this.#names.set(value, equal);
      return;
    }
    const name = this.#free(value.scope ? `${value.scope}.${value.op.name}` : value.op.name);
    const output = this.#direct.get(value) ?? name;
    this.#name(value, output);
    if (key !== undefined) this.#merged.set(key, output);
    this.nodes.set(name, value);
    const unused = Array.from({ length: value.op.output ?? 0 }, () => this.#free(`${name}.unused`));
    this.#push(value.op.name, name, inputs, [...unused, output], attributesOf(value));
    if (!this.#direct.has(value)) this.shapes.push(valueInfo(output, value));
  }

  /** Reserves an unused name. */
  #free(wanted: string): string {
    let name = wanted;
    for (let k = 2; this.#taken.has(name); k++) name = `${wanted}_${k}`;
    this.#taken.add(name);
    return name;
  }

  #push(opType: string, name: string, input: string[], output: string[], attribute: AttributeProto[]): void {
    this.#protos.push(create(NodeProtoSchema, { opType, name, input, output, attribute }));
  }
}

/** Returns a key that is equal only for values that compute the same; undefined for large constants, which are not compared. */
function mergeKey({ op, attrs, dtype }: Value, inputs: readonly string[]): string | undefined {
  const entries = Object.entries(attrs);
  if (entries.some(([, attr]) => typeof attr === "object" && attr.length > 256)) return undefined;
  return JSON.stringify([op.name, dtype, inputs, entries.map(([name, attr]) => [name, comparable(attr)])]);
}

/** Returns an attribute in a form whose JSON distinguishes all values, including −0 from 0 and one NaN from another. */
function comparable(attr: Attr): unknown {
  if (ArrayBuffer.isView(attr)) return Array.from(new Uint8Array(attr.buffer, attr.byteOffset, attr.byteLength));
  if (typeof attr === "object") return (attr as readonly unknown[]).map((x) => [typeof x, `${x}`]);
  return [typeof attr, Object.is(attr, -0) ? "-0" : `${attr}`];
}

function valueInfo(name: string, { dtype, shape }: Type): ValueInfoProto {
  const dim = shape.map((d) => ({
    value: typeof d === "number" ? { case: "dimValue" as const, value: BigInt(d) } : { case: "dimParam" as const, value: d },
  }));
  const tensorType = { elemType: ELEMENT_TYPES[dtype], shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: tensorType } } });
}
