/** Ops on words of 32 bits, for numbers that only look random. */
import { broadcast } from "../graph/shape.ts";
import { apply, type Op, type Value } from "../graph/value.ts";
import { mul } from "./arithmetic.ts";
import { lift } from "./constant.ts";

const wordwise = (name: string): Op => ({
  name,
  infer: ([a, b]) => {
    if (a!.dtype !== "uint32" || b!.dtype !== "uint32")
      throw new TypeError(`${name}: takes uint32, got ${a!.dtype}, ${b!.dtype}`);
    return { dtype: "uint32", shape: broadcast(name, a!.shape, b!.shape) };
  },
});

const Xor = wordwise("BitwiseXor");
/** a ⊕ b, bit by bit. */
export const xor = (a: Value, b: Value | number): Value => apply(Xor, [a, lift(b, "uint32")], {});

const Shift: Op<{ direction: string }> = {
  ...(wordwise("BitShift") as Op<{ direction: string }>),
  attributes: { direction: "string" },
};
/** The bits moved to the right; zeros come in from the left. */
export const shiftRight = (x: Value, by: number): Value => apply(Shift, [x, lift(by, "uint32")], { direction: "RIGHT" });

/** Words that look random, one for each word of `x`, all different for different ones (a finaliser after MurmurHash3). */
export function hash(x: Value): Value {
  const first = mul(xor(x, shiftRight(x, 16)), 0x85ebca6b);
  const second = mul(xor(first, shiftRight(first, 13)), 0xc2b2ae35);
  return xor(second, shiftRight(second, 16));
}
