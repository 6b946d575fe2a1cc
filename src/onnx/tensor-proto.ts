/** Tensors of an ONNX file. */
import { create } from "@bufbuild/protobuf";
import { type TensorProto, TensorProtoSchema } from "onnx-buf";
import { type DType, ELEMENT_TYPES } from "../graph/value.ts";

/** A tensor that is written into the file. */
export interface Initializer {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

/** Returns a tensor with its bytes, under a name (attributes have none). */
export function tensorProto(name: string, { dtype, shape, data }: Initializer): TensorProto {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { name, dataType: ELEMENT_TYPES[dtype], dims: shape.map(BigInt), rawData });
}
