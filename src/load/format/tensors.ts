/** What every checkpoint format gives: named tensors, listed at once and read one by one. */
import type { Tensor } from "../../run/tensor.ts";

export interface TensorInfo {
  /** The type as stored: "F32", "BF16", "Q4_1" … */
  readonly storedAs: string;
  readonly shape: readonly number[];
}

/** A validated checkpoint: sizes, offsets and types have been checked, no weight has been read yet. */
export interface TensorFile {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** One tensor as float32 (whatever it was stored as); throws `InputError` on a name that is not there or on NaN. */
  read(name: string): Promise<Tensor>;
}
