/** The common interface of all checkpoint formats: named tensors, listed at once and read one by one. */
import type { Tensor } from "../../run/tensor.ts";

export interface TensorInfo {
  /** The stored type: "F32", "BF16", "Q4_1" … */
  readonly storedAs: string;
  readonly shape: readonly number[];
}

/** A validated checkpoint: sizes, offsets and types are checked, no weight is read yet. */
export interface TensorFile {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads one tensor as float32, whatever its stored type. Throws `InputError` for an unknown name or a number that is not
   * finite.
   */
  read(name: string): Promise<Tensor>;
}
