/**
 * Adaptive spans (Sukhbaatar et al. 2019, "Adaptive Attention Span in Transformers"): each head learns how far it attends. Its
 * weights are multiplied by m = clip((R + z − |i − j|) / R, 0, 1) and normalized again, where z = S z′ is its span and R the
 * length of the ramp. Even z = 0 leaves nearly R tokens. For self-attention only: in cross-attention, a query and a key have no
 * distance.
 * Axes: b batch, s score head, i query, j key.
 */
import { dims4 } from "../../graph/shape.ts";
import type { Dim, Value } from "../../graph/value.ts";
import { abs, add, div, mul, sub } from "../../ops/arithmetic.ts";
import { shapeVector } from "../../ops/constant.ts";
import { range } from "../../ops/index-by.ts";
import { unsqueeze } from "../../ops/layout.ts";
import { cast, clamp } from "../../ops/logic.ts";
import { mean, sum } from "../../ops/reduce.ts";
import { type Spec, spec } from "../../params/tree.ts";
import type { FeatureSizes } from "./sizes.ts";

export interface SpanSettings {
  /** S, the longest span in tokens. */
  readonly longest: number;
  /** R, the tokens over which weights fall to zero at the end of a span; the paper's value is 32. */
  readonly ramp: number;
  /** λ, the loss in nats for each target and token of the layer's mean span; the paper's value is 2e-6. */
  readonly penalty: number;
}

/** z′ [s], from 0 to 1: it starts at 0. */
export const spanParameters = ({ scoreHeads, scoreAxis }: FeatureSizes): Spec =>
  spec([scoreHeads], "zeros", { inputs: 0, heads: { axis: 0, of: scoreAxis }, range: [0, 1] });

/** Computes the spans z of the heads in tokens, [s], from z′. */
export const spansOf = (share: Value, { longest }: SpanSettings): Value => mul(share, longest);

/** Computes the loss that training adds for each target: λ times the layer's mean span, a scalar. */
export const spanPenalty = (spans: Value, { penalty }: SpanSettings): Value => mul(mean(spans), penalty);

/** Limits weights [b, s, i, j] to the spans [s]; the last query is at the last key, as in decoding with earlier keys. */
export function withinSpans(weights: Value, spans: Value, { ramp }: SpanSettings): Value {
  const [, , i, j] = dims4(weights.shape);
  const beyond = sub(unsqueeze(spans, 1, 2), distances(i, j, weights));
  const seen = mul(weights, clamp(mul(add(beyond, ramp), 1 / ramp), 0, 1));
  return div(seen, add(sum(seen, -1, true), 1e-8));
}

/** Computes |i − j| in tokens, float32 [i, j]. */
function distances(i: Dim, j: Dim, source: Value): Value {
  const earlier = i === j ? 0 : sub(shapeVector([j], [source]), shapeVector([i], [source]));
  const query = add(range(i, source), earlier);
  return abs(cast(sub(unsqueeze(query, 1), unsqueeze(range(j, source), 0)), "float32"));
}
