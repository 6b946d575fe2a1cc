/** Rotary positions (Su et al. 2021), with Llama 3's scaling and linear interpolation. */
import { dimAt } from "../graph/shape.ts";
import type { Dim, Value } from "../graph/value.ts";
import { add, floor, mul, sub } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { gather, range } from "../ops/index-by.ts";
import { concat, reshape, slice, unsqueeze } from "../ops/layout.ts";
import { cast } from "../ops/logic.ts";

export type RotaryScaling =
  | { readonly kind: "none" }
  | { readonly kind: "linear"; readonly factor: number }
  /** One divisor per frequency, as in GGUF files. */
  | { readonly kind: "divisors"; readonly divisors: readonly number[] }
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    };

export interface Rotary {
  readonly base: number;
  readonly scaling: RotaryScaling;
}

/** Returns the rotation of each pair of dimensions per position, in radians: [headWidth / 2]. */
export function frequencies(headWidth: number, { base, scaling }: Rotary): Float32Array {
  const plain = Float32Array.from({ length: headWidth / 2 }, (_, k) => 1 / base ** ((2 * k) / headWidth));
  if (scaling.kind === "none") return plain;
  if (scaling.kind === "linear") return plain.map((f) => f / scaling.factor);
  if (scaling.kind === "divisors") return plain.map((f, k) => f / scaling.divisors[k]!);
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  return plain.map((f) => {
    const turns = (originalPositions * f) / (2 * Math.PI);
    if (turns < low) return f / factor;
    if (turns > high) return f;
    const share = (turns - low) / (high - low);
    return ((1 - share) * f) / factor + share * f;
  });
}

interface Turn {
  readonly cos: Value;
  readonly sin: Value;
}

/** Composes two rotations: their angles add up. */
const after = (a: Turn, b: Turn): Turn => ({
  cos: sub(mul(a.cos, b.cos), mul(a.sin, b.sin)),
  sin: add(mul(a.sin, b.cos), mul(a.cos, b.sin)),
});

/**
 * Computes cos and sin of angles in [0, 2¹⁸) to float32 precision on every device: WebGPU's own guarantee only 2⁻¹¹. The angle
 * is exactly 512 a + b + c/256 + r; the rotations by a, b and c are looked up, and r < 1/256 takes two Taylor terms.
 */
function turn(angle: Value): Turn {
  let rest = angle;
  const turns = [512, 1, 1 / 256].map((unit): Turn => {
    const digit = floor(mul(rest, 1 / unit));
    rest = sub(rest, mul(digit, unit));
    const looked = (f: (x: number) => number) =>
      gather(constant(Float32Array.from({ length: 512 }, (_, k) => f(k * unit))), cast(digit, "int64"));
    return { cos: looked(Math.cos), sin: looked(Math.sin) };
  });
  const square = mul(rest, rest);
  const small = { cos: sub(1, mul(square, 1 / 2)), sin: mul(rest, sub(1, mul(square, 1 / 6))) };
  return [...turns, small].reduce(after);
}

/**
 * Returns a function that rotates [b, i, h, d] by position: (x₁, x₂) → (x₁ cos − x₂ sin, x₂ cos + x₁ sin) on the halves of d.
 */
export const rotary = (headWidth: number, length: Dim, options: Rotary, ...sources: readonly Value[]): ((x: Value) => Value) =>
  rotaryAt(headWidth, range(length, ...sources), options);

/** Returns the same function for given positions, int64 [i]; with `rows`, int64 [b, h, c], it rotates the rows [b, h, c, d]. */
export function rotaryAt(headWidth: number, positions: Value, options: Rotary): (x: Value, rows?: Value) => Value {
  const angle = unsqueeze(cast(positions, "float32"), 1, 2);
  const { cos, sin } = turn(mul(angle, constant(frequencies(headWidth, options))));
  return (x, rows) => {
    const at = (all: Value) => (rows ? gather(reshape(all, [dimAt(all.shape, 0), headWidth / 2]), rows) : all);
    const [c, s] = [at(cos), at(sin)];
    const [first, second] = [slice(x, -1, 0, headWidth / 2), slice(x, -1, headWidth / 2, headWidth)];
    return concat([sub(mul(first, c), mul(second, s)), add(mul(second, c), mul(first, s))], -1);
  };
}
