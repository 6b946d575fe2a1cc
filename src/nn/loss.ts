/** Cross-entropy over a vocabulary, with label smoothing (Szegedy et al. 2016). */
import { scoped, type Value } from "../graph/value.ts";
import { add, div, exp, mul, neg, sub } from "../ops/arithmetic.ts";
import { scatterOnto, take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { greaterOrEqual, indicator, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";

export interface Entropy {
  /**
   * Σ of −log p(target) over positions with a target, in nats; with smoothing ε of (1−ε)(−log p(target)) + ε mean_v(−log p(v)).
   */
  readonly total: Value;
  /** The number of positions with a target, as a float. */
  readonly count: Value;
  /** d total / d logits in closed form: softmax − target, in fewer passes than the chain rule needs. */
  readonly cotangent: () => Value;
}

/** Computes the sum over targets. `logits` [b, i, v]; `targets` int64 [b, i], negative for positions without one. */
export function crossEntropySum(logits: Value, targets: Value, smoothing = 0): Entropy {
  return scoped("loss", () => {
    const counted = greaterOrEqual(targets, 0);
    const known = unsqueeze(where(counted, targets, 0), 2);
    const weight = indicator(counted);
    const logs = logSoftmax(logits);
    const chosen = sum(mul(reshape(take(logs, known, 2), targets.shape), weight));
    const words = logits.shape[2] as number;
    const smooth = () => mul(sum(mul(sum(logs, 2), weight)), smoothing / words);
    const total = neg(smoothing === 0 ? chosen : add(mul(chosen, 1 - smoothing), smooth()));
    const cotangent = () => {
      const share = unsqueeze(weight, 2);
      const all = mul(exp(logs), share);
      const spread = smoothing === 0 ? all : sub(all, mul(share, smoothing / words));
      return scatterOnto(spread, known, mul(share, smoothing - 1), 2);
    };
    return { total, count: sum(weight), cotangent: () => scoped("gradient.loss", cotangent) };
  });
}

/**
 * Computes the mean of −log p(target) in nats. `logits` [b, i, v]; `targets` int64 [b, i], negative for positions without one.
 */
export function crossEntropy(logits: Value, targets: Value): Value {
  const { total, count } = crossEntropySum(logits, targets);
  return scoped("loss", () => div(total, count));
}
