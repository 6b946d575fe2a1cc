/**
 * Multi-head attention (Vaswani et al. 2017), with grouped keys (Ainslie et al. 2023); one head is `heads = 1`.
 * The head is an axis of every weight, so no head is ever split off or merged back.
 * Axes: b batch, i query, j key, h head, s score head (one for each head, if none was removed), g key/value head, r query head of
 * a group, d head width, m model width.
 */
import { dimAt, dims4, sameShape, shown, sizeAt } from "../graph/shape.ts";
import { scoped, type Value } from "../graph/value.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { einsum } from "../ops/einsum.ts";
import { concat, reshape, unsqueeze } from "../ops/layout.ts";
import { type HeadAxis, type Leaf, type Spec, spec } from "../params/tree.ts";
import { type AttentionFeatures, combinationFault, type FeatureParameters, featureParameters } from "./features/features.ts";
import { type FixedPattern, fixedPatterns, type Places } from "./features/fixed-heads.ts";
import { outputGates } from "./features/output-gate.ts";
import { type Routed, routedGates } from "./features/routing/gates.ts";
import { sparseHeads } from "./features/routing/sparse.ts";
import { mixHeads, scoreHeadsOf } from "./features/talking.ts";
import { weigh } from "./features/weigh.ts";
import { type Probe, unseen } from "./probe.ts";

export interface AttentionParameters<T extends Leaf = Value> extends FeatureParameters<T> {
  /** m s d, with s score heads: all, but without the fixed ones, and of a pruned attention whose heads talk the original ones */
  readonly wq: T;
  /** m g d, where g divides h; with talking heads, wk is m s d */
  readonly wk: T;
  readonly wv: T;
  /** h d m */
  readonly wo: T;
  /** s d */
  readonly bq?: T;
  /** g d; with talking heads, bk is s d */
  readonly bk?: T;
  readonly bv?: T;
  /** m */
  readonly bo?: T;
}

export interface AttentionSizes {
  readonly width: number;
  readonly heads: number;
  /** Default: the number of heads. */
  readonly keyValueHeads?: number;
  readonly headWidth: number;
  /** Biases of the three input projections and of the output projection; default: both. */
  readonly inputBias?: boolean;
  readonly outputBias?: boolean;
  /** Default: none. */
  readonly features?: AttentionFeatures;
}

type HeadCount = readonly [heads: number, of: HeadAxis["of"]];

/**
 * Returns the specifications of one attention's parameters. Throws `RangeError` if key/value heads do not divide the heads, or
 * if features do not fit the heads.
 */
export function attentionParameters(sizes: AttentionSizes): AttentionParameters<Spec> {
  const { width: m, heads: h, headWidth: d, keyValueHeads: g = h, inputBias = true, outputBias = true, features = {} } = sizes;
  if (h !== 0 && h % g !== 0)
    throw new RangeError(`attention: ${h} query heads cannot share ${g} key/value heads evenly; use a divisor of ${h}`);
  if (features.routing?.kind === "moa" && g > 1)
    throw new RangeError(`attention: the heads of "moa" share one key/value head, but there are ${g}; use keyValueHeads: 1`);
  const { fixed = [], talking } = features;
  if (fixed.length > h)
    throw new RangeError(`attention: ${fixed.length} heads are fixed, but there are only ${h}; use at least ${fixed.length}`);
  if ((fixed.length > 0 || talking) && g !== h)
    throw new RangeError(
      `attention: ${h} heads share ${g} key/value heads, but ${talking ? "they talk" : "some are fixed"}; use ${h} key/value heads`,
    );
  const [key, fault] = combinationFault(features) ?? [];
  if (fault) throw new RangeError(`attention: "${key}" ${fault}`);
  const scoreHeads = scoreHeadsOf(talking, h) - fixed.length;
  const scoreAxis = talking ? "score" : "learned";
  const keys: HeadCount = fixed.length > 0 || talking ? [scoreHeads, scoreAxis] : [g, "key-value"];
  const into = (...[heads, of]: HeadCount) => spec([m, heads, d], undefined, { heads: { axis: 1, of } });
  const bias = (...[heads, of]: HeadCount) =>
    inputBias ? spec([heads, d], "zeros", { inputs: 0, heads: { axis: 0, of } }) : undefined;
  return {
    wq: into(scoreHeads, scoreAxis),
    wk: into(...keys),
    wv: into(g, "key-value"),
    wo: spec([h, d, m], undefined, { inputs: 2, heads: { axis: 0, of: "query" } }),
    bq: bias(scoreHeads, scoreAxis),
    bk: bias(...keys),
    bv: bias(g, "key-value"),
    bo: outputBias ? spec([m], "zeros") : undefined,
    ...featureParameters(features, { width: m, heads: h, headWidth: d, scoreHeads, scoreAxis }),
  };
}

export interface AttentionOptions {
  /** Added to the scores: 0 for visible keys, very negative for others; broadcast to [b, h, i, j]. */
  readonly mask?: Value;
  /** The source of keys and values (cross-attention); default: the queries' own sequence. */
  readonly context?: Value;
  /** Rotates queries and keys by their positions, or [b, h, c, d] by the positions of its rows, int64 [b, h, c]. */
  readonly rotate?: (x: Value, rows?: Value) => Value;
  /** The features of `attentionParameters`; default: none. */
  readonly features?: AttentionFeatures;
  /** The places of queries and keys, for fixed heads; default: both count from 0, and no key is hidden. */
  readonly places?: Places;
  readonly probe?: Probe;
}

/**
 * Checks x [b, i, m] and the context [b, j, m] of keys and values; throws a `RangeError` that names the axis and both sizes.
 */
function checkStates(p: AttentionParameters, x: Value, context: Value = x): void {
  const [width] = p.wq.shape;
  for (const [name, { shape }] of [
    ["x", x],
    ["context", context],
  ] as const) {
    const fault = (axis: string, is: Value["shape"][number], expected: string): RangeError =>
      new RangeError(`attention: ${axis} of ${name} is ${is}, ${expected}; pass ${name} as [batch, sequence, width]`);
    if (shape.length !== 3) throw fault("the number of axes", shape.length, "not 3");
    if (shape[2] !== width) throw fault("axis 2 (width)", dimAt(shape, 2), `but ${width} in the weights`);
    if (shape[0] !== x.shape[0]) throw fault("axis 0 (batch)", dimAt(shape, 0), `but ${x.shape[0]} in x`);
  }
}

const plus = (x: Value, bias?: Value): Value => (bias ? add(x, bias) : x);

/**
 * For each head h: Aₕ = softmax(Qₕ Kₕᵀ / √d + mask) and Zₕ = Aₕ Vₕ; then y = Σₕ Zₕ Wₕᴼ + bᴼ. x and y are [b, i, m].
 * Features change single steps; z is what is written, after any gate. Fixed heads come first and have no q, k and scores.
 * Sites: q, k [b, i, s, d], v [b, i, g, d]; scores (of talking heads, mixed), masked (with the mask added) [b, s, i, j]; pattern
 * [b, h, i, j], which weighs the values (of talking heads, the mixed weights); gate [b, i, h], alpha [s], span [s] and penalty,
 * if there are any; z [b, i, h, d]; out [b, i, m]. If all heads are fixed, q, k, scores and masked are absent; with fixed heads,
 * the site mask has what is added to scores. Sparse routing has no q, scores, masked and pattern.
 */
export function attention(p: AttentionParameters, x: Value, options: AttentionOptions = {}): Value {
  checkStates(p, x, options.context);
  if (options.context && options.features?.span)
    throw new RangeError("attention: the keys of a context have no distance to queries; use `span` only for self-attention");
  const { context = x, rotate = (v: Value) => v, features = {}, probe = unseen } = options;
  const [heads, d] = [sizeAt("attention", p.wo.shape, 0), sizeAt("attention", p.wo.shape, 1)];
  const fixedHeads = features.talking ? 0 : heads - sizeAt("attention", p.wq.shape, 1);
  const { mixScores } = p;
  if (heads === 0) return probe("out", plus(mul(x, 0), p.bo));
  const project = (from: Value, w: Value, b?: Value) => plus(einsum("b i m, m h d -> b i h d", from, w), b);
  const step = (site: string, make: () => Value) => probe(site, scoped(site, make));
  const written = (z: Value) => step("out", () => plus(einsum("b i h d, h d m -> b i m", z, p.wo), p.bo));
  const keys = () => step("k", () => rotate(project(context, p.wk, p.bk)));
  const values = () => step("v", () => project(context, p.wv, p.bv));
  const { routing } = features;
  const routed = routing && scoped("routing", () => routedGates(p, x, routing));
  if (routed) step("penalty", routed.penalty);
  const gates = scoped("gate", () => gatesOf(p, x, routed));
  const open = gates && probe("gate", gates);
  if (routed && open && canSkip(features, options.mask)) {
    const parts = { x, wq: p.wq, bq: p.bq, k: keys(), v: values(), mask: options.mask, rotate };
    return written(step("z", () => sparseHeads(parts, { ...routed, gates: open }, p.router?.name ?? "router")));
  }
  const q = sizeAt("attention", p.wq.shape, 1) > 0 ? step("q", () => rotate(project(x, p.wq, p.bq))) : undefined;
  const k = q && keys();
  const v = values();
  const fixed =
    fixedHeads > 0 ? scoped("fixed", () => fixedPatterns(fixedOf(features, fixedHeads), x, v, options.places)) : undefined;
  const mask = fixed && options.mask ? probe("mask", options.mask) : options.mask;
  const own = q && k && (() => mul(queryKey(q, k), 1 / Math.sqrt(d)));
  const scores = own && step("scores", () => (mixScores ? mixHeads(own(), mixScores) : own()));
  const masked = scores && step("masked", () => (mask ? addMask(scores, mask) : scores));
  const pattern = step("pattern", () => allHeads(fixed, masked && weigh(p, features, masked, probe)));
  return written(step("z", () => (open ? mul(mix(pattern, v), unsqueeze(open, 3)) : mix(pattern, v))));
}

/** Computes the product of all gates of an attention, [b, i, h]; undefined if it has none. */
function gatesOf({ wg }: AttentionParameters, x: Value, routed?: Routed): Value | undefined {
  const own = wg && outputGates(wg, x);
  return own && routed ? mul(own, routed.gates) : (own ?? routed?.gates);
}

/** Returns true if only picked (token, head) pairs are to be computed, and no other feature or mask needs all of them. */
const canSkip = ({ routing, gate: _, ...others }: AttentionFeatures, mask?: Value): boolean =>
  routing?.sparse === true && Object.values(others).every((one) => !one) && (mask?.shape.at(-3) ?? 1) === 1;

/** Returns the patterns of the `count` heads without queries; throws a `RangeError` if there are fewer or more. */
function fixedOf({ fixed = [] }: AttentionFeatures, count: number): readonly FixedPattern[] {
  if (fixed.length === count) return fixed;
  throw new RangeError(
    `attention: ${count} heads have no queries in the weights, but ${fixed.length} are fixed; pass the features of the weights`,
  );
}

/** Returns the patterns of all heads, [b, h, i, j]: the fixed ones, then the learned ones. */
function allHeads(fixed: Value | undefined, learned: Value | undefined): Value {
  const [first, ...rest] = [fixed, learned].filter((part) => part !== undefined);
  if (!first) throw new Error("internal: an attention with heads has no patterns");
  return rest.length > 0 ? concat([first, ...rest], 1) : first;
}

/** Adds the mask; throws a `RangeError` if it is larger than the scores, which would then be broadcast. */
function addMask(scores: Value, mask: Value): Value {
  const sum = add(scores, mask);
  if (sameShape(sum.shape, scores.shape)) return sum;
  const [expected, is] = [shown(scores.shape), shown(mask.shape)];
  throw new RangeError(
    `attention: the mask is ${is}, but the scores are ${expected}; pass a mask that broadcasts to [b, h, i, j]`,
  );
}

/** Computes Qₕ Kₕᵀ; query heads of one group use the same keys without copies. */
function queryKey(q: Value, k: Value): Value {
  const [b, i, , d] = dims4(q.shape);
  const [, j] = dims4(k.shape);
  const [h, g] = [sizeAt("attention", q.shape, 2), sizeAt("attention", k.shape, 2)];
  if (g === h) return einsum("b i h d, b j h d -> b h i j", q, k);
  return reshape(einsum("b i g r d, b j g d -> b g r i j", reshape(q, [b, i, g, h / g, d]), k), [b, h, i, j]);
}

/** Computes Aₕ Vₕ: patterns [b, h, i, j] and values [b, j, g, d] → [b, i, h, d]. */
export function mix(pattern: Value, v: Value): Value {
  const [b, , i, j] = dims4(pattern.shape);
  const [, , , d] = dims4(v.shape);
  const [h, g] = [sizeAt("mix", pattern.shape, 1), sizeAt("mix", v.shape, 2)];
  if (g === h) return einsum("b h i j, b j h d -> b i h d", pattern, v);
  return reshape(einsum("b g r i j, b j g d -> b i g r d", reshape(pattern, [b, g, h / g, i, j]), v), [b, i, h, d]);
}
