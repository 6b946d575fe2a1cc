/** Cross-entropy over a vocabulary. */
import { scoped, type Value } from "../graph/value.ts";
import { div, mul, neg } from "../ops/arithmetic.ts";
import { take } from "../ops/index-by.ts";
import { reshape, unsqueeze } from "../ops/layout.ts";
import { greaterOrEqual, indicator, where } from "../ops/logic.ts";
import { sum } from "../ops/reduce.ts";
import { logSoftmax } from "../ops/softmax.ts";

/**
 * The mean of −log p(target) in nats. `logits` [b, i, v]; `targets` int64 [b, i], negative where there is none.
 */
export function crossEntropy(logits: Value, targets: Value): Value {
  return scoped("loss", () => {
    const counted = greaterOrEqual(targets, 0);
    const known = unsqueeze(where(counted, targets, 0), 2);
    const chosen = reshape(take(logSoftmax(logits), known, 2), targets.shape);
    const weight = indicator(counted);
    return div(neg(sum(mul(chosen, weight))), sum(weight));
  });
}
