/** The data structure of the engine: an immutable value that a graph computes. */

/** The element types of a graph. */
export type DType = "float32" | "int64" | "int32" | "uint32" | "bool";

/** ONNX's numbers for element types. */
export const ELEMENT_TYPES: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 };

/** Returns the element type of an array; bytes are booleans. */
export function dtypeOf(data: Float32Array | BigInt64Array | Int32Array | Uint32Array | Uint8Array): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int32Array) return "int32";
  return data instanceof Uint32Array ? "uint32" : "bool";
}

/** The size of one axis: a number, or a name such as `"batch"` that is equal only to itself. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export type Attr = number | string | readonly number[] | Float32Array | BigInt64Array | Uint32Array | Uint8Array | Shape;
export type Attrs = Readonly<Record<string, Attr>>;

/** The static type of a value. */
export interface Type {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** The ONNX type of an attribute; a hidden one is for the shape rule or the derivative and is not written. */
export type AttributeKind = "float" | "int" | "ints" | "string" | "tensor" | "hidden";

/** The possible ONNX types of an attribute with values of type `T`. */
type KindOf<T> = [T] extends [string]
  ? "string" | "hidden"
  : [T] extends [number]
    ? "float" | "int" | "hidden"
    : [T] extends [ArrayBufferView]
      ? "tensor" | "hidden"
      : [T] extends [readonly number[]]
        ? "ints" | "hidden"
        : AttributeKind;

/**
 * An operator: its name in ONNX, its shape rule and, if it has one, its derivative. `I` is a tuple if the number of inputs is
 * fixed.
 */
export interface Op<A extends Attrs = Attrs, I extends readonly Value[] = readonly Value[]> {
  readonly name: string;
  /** The type of each attribute: `{ alpha: "float" }` writes 1 as a float, too. */
  readonly attributes?: { readonly [K in keyof A]: KindOf<A[K]> };
  /** The number of inputs that are written; those after them are only for the derivative. Default: all. */
  readonly written?: number;
  /** The index of the value among several outputs in ONNX; default: the first. */
  readonly output?: number;
  /** Returns the type of the output; throws a `RangeError` that names function, axis and both sizes. */
  infer(inputs: I, attrs: A): Type;
  /** The vector–Jacobian product: from the output's cotangent, those of the inputs (null: not differentiable). */
  vjp?(dy: Value, y: Value, inputs: I, attrs: A): readonly (Value | null)[];
}

/** An operator with one input. */
export type Unary<A extends Attrs = Attrs> = Op<A, readonly [Value]>;
/** An operator with two inputs. */
export type Binary<A extends Attrs = Attrs> = Op<A, readonly [Value, Value]>;
/** An operator with three inputs. */
export type Ternary<A extends Attrs = Attrs> = Op<A, readonly [Value, Value, Value]>;

/** A tensor that the graph computes: its op, its inputs, and its static type. */
export interface Value extends Type {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly attrs: Attrs;
  /** Inputs have a name that callers feed by; other values may have a scope such as `layers.3.attention`. */
  readonly name?: string;
  readonly scope?: string;
}

let scope = "";

/**
 * Builds values under a name, which errors, profiles and viewers show: `scoped("layers.3", () => …)`. Scopes nest with dots.
 */
export function scoped<T>(name: string, build: () => T): T {
  const outer = scope;
  scope = outer ? `${outer}.${name}` : name;
  try {
    return build();
  } finally {
    scope = outer;
  }
}

/**
 * Applies `op` to `inputs`. Errors are thrown here, while building: a `RangeError` if shapes do not match, a `TypeError` if an
 * attribute has no declared type or a value that its type cannot represent.
 */
export function apply<A extends Attrs, I extends readonly Value[]>(op: Op<A, I>, inputs: NoInfer<I>, attrs: A): Value {
  for (const [name, attr] of Object.entries<Attr>(attrs)) checkAttribute(op, name, attr);
  const type = op.infer(inputs, attrs);
  return Object.freeze({ op, inputs, attrs, ...type, ...(scope && { scope }) });
}

const HOLDS: Readonly<Record<AttributeKind, (attr: Attr) => boolean>> = {
  float: (attr) => typeof attr === "number" && (Number.isFinite(Math.fround(attr)) || !Number.isFinite(attr)),
  int: (attr) => Number.isSafeInteger(attr),
  ints: (attr) => Array.isArray(attr) && attr.every(Number.isSafeInteger),
  string: (attr) => typeof attr === "string",
  tensor: (attr) => ArrayBuffer.isView(attr),
  hidden: () => true,
};

function checkAttribute({ name: op, attributes }: Pick<Op, "name" | "attributes">, name: string, attr: Attr): void {
  const kind = attributes?.[name];
  if (kind === undefined) {
    const kinds = Object.keys(HOLDS).join(", ");
    throw new TypeError(`${op}: the attribute "${name}" has no type; declare it in the op's attributes as one of ${kinds}`);
  }
  if (HOLDS[kind](attr)) return;
  throw new TypeError(`${op}: the attribute "${name}" is ${attr}; pass a value of its declared type, ${kind}`);
}

const Input: Op = {
  name: "Input",
  infer: () => {
    throw new Error("internal: inputs are created by input()");
  },
};

/** Creates a value that the caller feeds by `name`. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Value {
  return Object.freeze({ op: Input, inputs: [], attrs: {}, name, shape, dtype });
}

export const isInput = (value: Value): boolean => value.op === Input;
