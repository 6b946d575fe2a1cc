/**
 * Causal self-attention by blocks, for heads whose spans have been learned (`features/span.ts`): each block of queries sees its
 * own keys and those of the block before it. A block at least as long as the reach of the heads leaves out only weights that are
 * zero, so time and memory grow with the length times the block, not with the length squared.
 * Axes: b batch, n position, c block, i query of a block, j key of two blocks, h head, d head width.
 */
import { numbersOf } from "../graph/shape.ts";
import type { Value } from "../graph/value.ts";
import { add } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { range } from "../ops/index-by.ts";
import { concat, pad, reshape, slice, unsqueeze } from "../ops/layout.ts";
import { greaterOrEqual } from "../ops/logic.ts";
import { type AttentionOptions, type AttentionParameters, attention } from "./attention.ts";
import type { SpanSettings } from "./features/span.ts";
import { BLOCKED, bias } from "./mask.ts";
import type { Probe } from "./probe.ts";

export interface BandedOptions extends Pick<AttentionOptions, "features" | "rotate"> {
  /** The number of positions in a block: at least the reach of the heads (see `reachOf`). */
  readonly block: number;
}

/** Returns the distance in tokens from which on no head has weight, ⌈z + R⌉, from the parameter z′ of the heads. */
export const reachOf = ({ longest, ramp }: SpanSettings, shares: ArrayLike<number>): number =>
  Math.ceil(longest * Math.max(0, ...Array.from(shares)) + ramp);

/**
 * Computes causal self-attention of x [b, n, m], with numbers for all axes and without padding before the text: the same as
 * `attention` with a causal mask. Throws `RangeError` without spans, with a normalizer whose zeros depend on all keys, or for a
 * block below 1.
 */
export function bandedAttention(p: AttentionParameters, x: Value, { block, features, rotate }: BandedOptions): Value {
  if (!features?.span || features.normalizer)
    throw new RangeError(
      "bandedAttention: only spans over softmax bound the distance of keys; use features with `span` and without `normalizer`",
    );
  if (!Number.isInteger(block) || block < 1)
    throw new RangeError(`bandedAttention: the block is ${block}; use a whole number of positions from 1`);
  const [rows = 0, length = 0] = numbersOf("bandedAttention", x.shape);
  const layout: Layout = { rows, length, block, blocks: Math.ceil(length / block) };
  return attention(p, x, { features, rotate, mask: maskOf(layout), probe: byBlocks(layout) });
}

interface Layout {
  readonly rows: number;
  readonly length: number;
  readonly block: number;
  readonly blocks: number;
}

/** Divides queries and gates into blocks, gives each block its keys and values, and joins the outputs. */
function byBlocks(layout: Layout): Probe {
  return (site, value) => {
    if (site === "q" || site === "gate") return inBlocks(whole(value, layout), layout);
    if (site === "k" || site === "v") return withPrevious(whole(value, layout), layout);
    return site === "z" ? joined(value, layout) : value;
  };
}

/** Fills up the last block: [b, n, …] → [b, c·i, …]. */
const whole = (x: Value, { length, block, blocks }: Layout): Value => pad(x, 1, 0, blocks * block - length);

/** [b, c·i, …] → [b·c, i, …] */
const inBlocks = (x: Value, { rows, block, blocks }: Layout): Value => reshape(x, [rows * blocks, block, ...x.shape.slice(2)]);

/** [b, c·i, …] → [b·c, j, …]: each block after the one before it, the first after zeros. */
function withPrevious(x: Value, layout: Layout): Value {
  const { block, blocks } = layout;
  const previous = slice(pad(x, 1, block, 0), 1, 0, blocks * block);
  return concat([inBlocks(previous, layout), inBlocks(x, layout)], 1);
}

/** [b·c, i, …] → [b, n, …] */
function joined(z: Value, { rows, length, block, blocks }: Layout): Value {
  return slice(reshape(z, [rows, blocks * block, ...z.shape.slice(2)]), 1, 0, length);
}

/** [b·c, 1, i, j]: a query sees itself and earlier keys; the first block has none before it. */
function maskOf({ rows, block, blocks }: Layout): Value {
  const query = unsqueeze(add(range(block), block), 1);
  const earlier = bias(greaterOrEqual(query, unsqueeze(range(2 * block), 0)));
  const hidden = Float32Array.from({ length: rows * blocks * 2 * block }, (_, at) => {
    const [first, previous] = [Math.floor(at / (2 * block)) % blocks === 0, at % (2 * block) < block];
    return first && previous ? BLOCKED : 0;
  });
  return add(earlier, constant(hidden, [rows * blocks, 1, 1, 2 * block]));
}
