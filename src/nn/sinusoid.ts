/** Sinusoidal positions (Vaswani et al. 2017), computed and never stored; the sines come first, then the cosines. */
import { dimAt } from "../graph/shape.ts";
import type { Value } from "../graph/value.ts";
import { add } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { gather, range } from "../ops/index-by.ts";

export interface Sinusoids {
  /**
   * The frequencies from 1 toward 1/10000 for k = 0, 1 … w/2 − 1, w being the width: 10000^(−2k/w) as in the paper, or
   * 10000^(−k/(w/2 − 1)) as in tensor2tensor.
   */
  readonly spacing: "paper" | "tensor2tensor";
  /** The position of the first token. */
  readonly offset: number;
}

/**
 * Returns the first `count` positions, [count, width]. An odd width has one more sine (paper) or a final zero (tensor2tensor).
 */
export function sinusoids(count: number, width: number, { spacing, offset }: Sinusoids): Float32Array {
  const half = spacing === "paper" ? Math.ceil(width / 2) : Math.floor(width / 2);
  const last = spacing === "paper" ? width / 2 : half - 1;
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < half; k++) {
      const angle = (i + offset) * 10000 ** (-k / last);
      rows[i * width + k] = Math.sin(angle);
      if (half + k < width) rows[i * width + half + k] = Math.cos(angle);
    }
  }
  return rows;
}

/**
 * Returns the positions of int64 `ids` [b, i], as [i, m]; `past` (int64 []) is the number of tokens before them. Throws a
 * `RangeError` for a fixed length beyond `maxPositions`.
 */
export function sinusoidal(ids: Value, width: number, maxPositions: number, kind: Sinusoids, past?: Value): Value {
  const length = dimAt(ids.shape, 1);
  if (typeof length === "number" && length > maxPositions) {
    throw new RangeError(
      `positions: a text of ${length} tokens is longer than the model's ${maxPositions} positions; shorten it`,
    );
  }
  const rows = typeof length === "number" && !past ? length : maxPositions;
  const table = constant(sinusoids(rows, width, kind), [rows, width]);
  if (rows === length && !past) return table;
  const at = range(length, ids);
  return gather(table, past ? add(at, past) : at);
}
