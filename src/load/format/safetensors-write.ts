/** Writes tensors as the bytes of a safetensors file, in single or half precision. */
import { floats, type Tensor } from "../../run/tensor.ts";

export interface WriteOptions {
  /** F16 halves the file and keeps three decimal digits; default F32. */
  readonly type?: "F32" | "F16";
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Returns the bytes of a safetensors file with the tensors in the map's order. Throws `TypeError` for any dtype but float32.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  { type = "F32", metadata = { format: "pt" } }: WriteOptions = {},
): Uint8Array {
  const width = type === "F16" ? 2 : 4;
  let end = 0;
  const entries = [...tensors].map(([name, { dtype, shape, data }]) => {
    if (dtype !== "float32" || name === "__metadata__")
      throw new TypeError(`writeSafetensors: ${name} (${dtype}) is not a weight; pass float32 tensors only`);
    return [name, { dtype: type, shape, data_offsets: [end, (end += data.length * width)] }] as const;
  });
  const json = JSON.stringify(Object.fromEntries([["__metadata__", metadata], ...entries]));
  const header = new TextEncoder().encode(json);
  const dataStart = 8 + Math.ceil(header.length / 8) * 8; // so that every weight is aligned
  const bytes = new Uint8Array(dataStart + end).fill(0x20, 8, dataStart);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  bytes.set(header, 8);
  [...tensors.values()].reduce((at, weight) => {
    const stored = type === "F16" ? toF16(floats(weight)) : weight.data;
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    return at + stored.byteLength;
  }, dataStart);
  return bytes;
}

/** Returns the nearest half-precision patterns, ties to even; a number beyond the range becomes infinite. */
export function toF16(data: Float32Array): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const size = word & 0x7fffffff;
    if (size > 0x7f800000) return sign | 0x7e00; // NaN
    if (size >= 0x477ff000) return sign | 0x7c00; // 65520 and more round to infinity
    if (size < 0x38800000)
      return sign | nearestEven(size < 0x33000000 ? 0 : new Float32Array(Uint32Array.of(size).buffer)[0]! * 2 ** 24);
    return sign | nearestEven((size - 0x38000000) / 8192);
  });
}

/** Rounds to the nearest integer, ties to even. */
function nearestEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
