/** Ops on 32-bit words, for pseudorandom numbers. */
import { broadcast } from "../graph/shape.ts";
import { apply, type Binary, type Value } from "../graph/value.ts";
import { mul } from "./arithmetic.ts";
import { lift } from "./constant.ts";

const wordwise = (name: string): Binary => ({
  name,
  infer: ([a, b]) => {
    if (a.dtype !== "uint32" || b.dtype !== "uint32")
      throw new TypeError(`${name}: got ${a.dtype} and ${b.dtype}; pass uint32`);
    return { dtype: "uint32", shape: broadcast(name, a.shape, b.shape) };
  },
});

const Xor = wordwise("BitwiseXor");
/** Computes a ⊕ b bitwise. */
export const xor = (a: Value, b: Value | number): Value => apply(Xor, [a, lift(b, "uint32")], {});

const Shift: Binary<{ direction: string }> = {
  ...wordwise("BitShift"),
  attributes: { direction: "string" },
};
/** Shifts the bits to the right, filling with zeros. */
export const shiftRight = (x: Value, by: number): Value => apply(Shift, [x, lift(by, "uint32")], { direction: "RIGHT" });

/** Returns a pseudorandom word per word of `x`, distinct for distinct words (a finalizer after MurmurHash3). */
export function hash(x: Value): Value {
  const first = mul(xor(x, shiftRight(x, 16)), 0x85ebca6b);
  const second = mul(xor(first, shiftRight(first, 13)), 0xc2b2ae35);
  return xor(second, shiftRight(second, 16));
}
