/** Dense tensors in memory: the inputs and outputs of programs. */
import { type DType, dtypeOf } from "../graph/value.ts";

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint32Array | Uint8Array;

/** A dense tensor in row-major order; `data.length` is the product of `shape`. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Wraps `data` as a tensor of `shape`; throws a `RangeError` if their sizes differ. */
export function tensor(data: TensorData, shape: readonly number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`tensor: ${data.length} elements do not fill the shape [${shape}]; pass ${sizeOf(shape)}`);
  }
  return { dtype: dtypeOf(data), shape, data };
}

/** Returns the numbers of a float32 tensor. */
export function floats({ data, dtype }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError(`internal: a tensor is ${dtype}, not float32`);
}

/** Returns the number of a float32 tensor that has only one. */
export function scalarOf(tensor: Tensor): number {
  const [number, ...others] = floats(tensor);
  if (number === undefined || others.length > 0) throw new Error(`internal: a tensor of [${tensor.shape}] is no single number`);
  return number;
}

/** Returns the numbers of an int64 tensor. */
export function wholes({ data, dtype }: Tensor): BigInt64Array {
  if (data instanceof BigInt64Array) return data;
  throw new TypeError(`internal: a tensor is ${dtype}, not int64`);
}

/** Converts whole numbers to an int64 tensor, the type of token ids. */
export const int64 = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor =>
  tensor(BigInt64Array.from(Array.from(values, BigInt)), shape);
