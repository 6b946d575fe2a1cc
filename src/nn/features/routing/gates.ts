/**
 * The gates of routed heads, and the losses that balance a router.
 * Axes: b batch, i query, m model width, e routed head, s shared head, h head; P̄ is a mean over all b and i.
 */
import { sizeAt } from "../../../graph/shape.ts";
import type { Value } from "../../../graph/value.ts";
import { add, div, mul, sub } from "../../../ops/arithmetic.ts";
import { constant } from "../../../ops/constant.ts";
import { einsum } from "../../../ops/einsum.ts";
import { scatterOnto, topIndices } from "../../../ops/index-by.ts";
import { concat, expand, slice } from "../../../ops/layout.ts";
import { mean, sum } from "../../../ops/reduce.ts";
import { logSoftmax, softmax } from "../../../ops/softmax.ts";
import { type Routing, type RoutingParameters, sharedHeads } from "./routing.ts";

export interface Routed {
  /** [b, i, h]: the gates of the remaining heads, zero where a head is not picked. */
  readonly gates: Value;
  /** [b, i, e]: 1 where a remaining routed head is picked, else 0. */
  readonly picked: Value;
  /** The balance losses in nats per target, coefficients included: a scalar. */
  readonly penalty: () => Value;
}

/**
 * MoH, with p = softmax(x W_r) and α = softmax(x W_h): shared heads have the gate 2 α₁ S softmax(x W_s), and the top K routed
 * heads 2 α₂ K pₑ / Σ p over the K. These are the scales of the authors' code: gates have the mean 1, so that equal scores are
 * gates of one. Without shared heads there is no α. MoA: the top K heads have the gate pₑ. A tie goes to the lowest head.
 */
export function routedGates(p: RoutingParameters, x: Value, routing: Routing): Routed {
  const { routed: logits, shared: sharedScores, split: splitScores } = scoresOf(p, x);
  const probabilities = softmax(logits);
  const mask = topMask(probabilities, routing.top);
  const chosen = mul(probabilities, mask);
  const shared = sharedHeads(routing);
  const left = remaining(routing, shared + lastSize(logits));
  const routed = routing.kind === "moa" ? chosen : mul(div(chosen, sum(chosen, -1, true)), routing.top);
  const penalty = () => penaltyOf(routing, logits, probabilities, mask);
  const own = left.filter((head) => head >= shared).map((head) => head - shared);
  const picked = columns(mask, own);
  if (!sharedScores || !splitScores) return { gates: columns(routed, own), picked, penalty };
  const split = mul(softmax(splitScores), 2);
  const all = [mul(mul(softmax(sharedScores), shared), slice(split, -1, 0, 1)), mul(routed, slice(split, -1, 1, 2))];
  return { gates: columns(concat(all, -1), left), picked, penalty };
}

/** Computes the scores of all routers in one product: [b, i, e], and with shared heads [b, i, s] and [b, i, 2]. */
function scoresOf({ router, sharedRouter, splitRouter }: RoutingParameters, x: Value) {
  if (!router) throw new Error("internal: routing without a router");
  const product = (w: Value) => einsum("b i m, m e -> b i e", x, w);
  if (!sharedRouter || !splitRouter) return { routed: product(router) };
  const all = product(concat([router, sharedRouter, splitRouter], 1));
  const [e, s] = [lastSize(router), lastSize(sharedRouter)];
  return { routed: slice(all, -1, 0, e), shared: slice(all, -1, e, e + s), split: slice(all, -1, e + s, e + s + 2) };
}

const lastSize = ({ shape }: Value): number => sizeAt("routing", shape, shape.length - 1);

/** Returns the original heads that remain. */
const remaining = ({ kept }: Routing, original: number): readonly number[] => kept ?? [...Array(original).keys()];

/** Returns 1 for the `top` greatest of the last axis, the first on a tie, and 0 for the others; not differentiable. */
function topMask(x: Value, top: number): Value {
  const at = topIndices(x, top);
  return scatterOnto(expand(constant(0), x.shape, x), at, expand(constant(1), at.shape, at), x.shape.length - 1);
}

/** Selects columns of the last axis. */
function columns(x: Value, kept: readonly number[]): Value {
  const size = lastSize(x);
  if (kept.length === size) return x;
  const selection = Float32Array.from({ length: size * kept.length }, (_, k) =>
    Number(kept[k % kept.length] === Math.floor(k / kept.length)),
  );
  return einsum("b i e, e h -> b i h", x, constant(selection, [size, kept.length]));
}

/**
 * MoH: β E Σₑ P̄ₑ fₑ, where fₑ is the share of tokens that pick head e; K β if balanced. MoA: β E Σₑ P̄ₑ fₑ / K, β if balanced,
 * plus ζ times the mean of log²Σₑ exp(logitₑ).
 */
function penaltyOf(routing: Routing, logits: Value, probabilities: Value, mask: Value): Value {
  const count = lastSize(logits);
  const balance = mul(sum(mul(mean(probabilities, [0, 1]), mean(mask, [0, 1]))), routing.balance * count);
  if (routing.kind === "moh") return balance;
  const normalizer = sub(logits, logSoftmax(logits)); // log Σ exp, once for each head
  return add(mul(balance, 1 / routing.top), mul(mean(mul(normalizer, normalizer)), routing.z));
}
