/**
 * Heads written by hand: patterns that follow from positions alone, so that a head learns only its values and its output. Seven
 * patterns of Raganato et al. 2020 ("Fixed Encoder Self-Attention Patterns in Transformer-Based Machine Translation"), and the
 * Gaussians of You et al. 2020 ("Hard-Coded Gaussian Attention for Neural Machine Translation").
 * Axes: b batch, i query, j key. Positions count from 0; n is the length of a text without padding.
 */
import { dimAt } from "../../graph/shape.ts";
import type { Value } from "../../graph/value.ts";
import { add, div, exp, mul, sub } from "../../ops/arithmetic.ts";
import { range } from "../../ops/index-by.ts";
import { concat, expand, unsqueeze } from "../../ops/layout.ts";
import { and, cast, equal, greater, greaterOrEqual, indicator, lessOrEqual, where } from "../../ops/logic.ts";
import { cumsum, max, sum } from "../../ops/reduce.ts";
import { unpadded } from "../mask.ts";

/** The patterns by name; `next`, `right-context` and `to-end` need later tokens. */
export const FIXED_PATTERNS = ["self", "previous", "next", "left-context", "right-context", "to-end", "to-start"] as const;
export type FixedPatternName = (typeof FIXED_PATTERNS)[number];
/** The patterns that causal self-attention can have, besides Gaussians. */
export const CAUSAL_PATTERNS: readonly FixedPatternName[] = ["self", "previous", "left-context", "to-start"];

/** The density of a normal distribution around key ρ i + `gaussian`, with deviation 1. */
export interface GaussianPattern {
  readonly gaussian: number;
  /** ρ; default: 1. For cross-attention, the mean length of sources over that of targets. */
  readonly ratio?: number;
}
export type FixedPattern = FixedPatternName | GaussianPattern;

/** The places of queries and keys in their texts. */
export interface Places {
  /** True if a query sees only itself and earlier keys; n is then the length so far, i + 1. */
  readonly causal?: boolean;
  /** The number of keys that a causal query sees, itself included; default: all. */
  readonly window?: number;
  /** int64 []: the number of tokens before the first query; default: none. */
  readonly past?: Value;
  /** int64 [b, i] and [b, j], 0: padding; default: none. */
  readonly queries?: Value;
  readonly keys?: Value;
}

/** Positions of one attention, as numbers that broadcast to [b, 1, i, j]. */
interface Grid {
  readonly i: Value;
  readonly j: Value;
  /** The first and the last key in view of each query. */
  readonly first: Value;
  readonly last: Value;
  /** bool: keys in view. */
  readonly visible: Value;
}

/**
 * Computes the patterns of fixed heads, [b, heads, i, j], for queries of x [b, i, m] and values v [b, j, h, d]. Padding gets no
 * weight; a query that is padding has the row of the token before it.
 */
export function fixedPatterns(patterns: readonly FixedPattern[], x: Value, v: Value, places: Places = {}): Value {
  const grid = gridOf(x, v, places);
  const shape = [dimAt(x.shape, 0), 1, dimAt(x.shape, 1), dimAt(v.shape, 1)];
  const made = new Map<string, Value>();
  const heads = patterns.map((pattern) => {
    const name = JSON.stringify(pattern);
    const own = made.get(name) ?? expand(patternOf(pattern, grid), shape, x, v);
    made.set(name, own);
    return own;
  });
  return concat(heads, 1);
}

function gridOf(x: Value, v: Value, { causal, window, past, queries, keys }: Places): Grid {
  const at = positions(x, queries);
  const place = positions(v, keys);
  const i = unsqueeze(past ? add(at, cast(past, "float32")) : at, 1, 3);
  const j = unsqueeze(place, 1, 2);
  const last = causal ? i : max(j, 3, true);
  const first = causal && window !== undefined ? larger(sub(i, window - 1), mul(i, 0)) : mul(last, 0);
  const within = and(lessOrEqual(j, last), greaterOrEqual(j, first));
  return { i, j, first, last, visible: keys ? and(within, unpadded(keys)) : within };
}

/** Returns the position of each token of [b, n, …]: [1, n]; with a mask, the number of tokens before it that are no padding. */
function positions(tokens: Value, mask?: Value): Value {
  if (!mask) return unsqueeze(cast(range(dimAt(tokens.shape, 1), tokens), "float32"), 0);
  const before = sub(cast(cumsum(cast(greater(mask, 0), "int64"), 1), "float32"), 1);
  return larger(before, mul(before, 0));
}

function patternOf(pattern: FixedPattern, grid: Grid): Value {
  if (typeof pattern !== "string") return gaussian(pattern, grid);
  const { i, j, first, last, visible } = grid;
  const end = add(last, 1);
  switch (pattern) {
    case "self":
      return at(i, grid);
    case "previous":
      return at(sub(i, 1), grid);
    case "next":
      return at(add(i, 1), grid);
    case "to-end":
      return cubes(add(j, 1), visible);
    case "to-start":
      return cubes(sub(end, j), visible);
    // a query without such keys sees the first or the last key instead
    case "left-context":
      return cubes(add(j, 1), and(visible, lessOrEqual(j, larger(sub(i, 2), first))));
    case "right-context":
      return cubes(sub(end, j), and(visible, greaterOrEqual(j, smaller(add(i, 2), last))));
  }
}

/** All weight on one key; beyond the keys in view, on the nearest of them. */
const at = (key: Value, { j, first, last, visible }: Grid): Value =>
  indicator(and(visible, equal(j, smaller(larger(key, first), last))));

/** Weights t³ on the visible keys, divided by their sum. */
function cubes(t: Value, visible: Value): Value {
  const weights = mul(indicator(visible), mul(t, mul(t, t)));
  const total = sum(weights, 3, true);
  return div(weights, where(greater(total, 0), total, 1));
}

/** exp(−(j − ρi − o)² / 2) / √(2π) on the visible keys; rows are not divided by their sum. */
function gaussian({ gaussian: offset, ratio = 1 }: GaussianPattern, { i, j, visible }: Grid): Value {
  const off = sub(j, add(mul(i, ratio), offset));
  return mul(indicator(visible), mul(exp(mul(mul(off, off), -0.5)), 1 / Math.sqrt(2 * Math.PI)));
}

const larger = (a: Value, b: Value): Value => where(greater(a, b), a, b);
const smaller = (a: Value, b: Value): Value => where(greater(a, b), b, a);
