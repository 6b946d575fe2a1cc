/** Reverse-mode differentiation as a graph transformation, after micrograd and JAX: gradients are values like any other. */
import { shown } from "../graph/shape.ts";
import type { Shape, Value } from "../graph/value.ts";
import { scoped } from "../graph/value.ts";
import { topological } from "../graph/walk.ts";
import { add } from "../ops/arithmetic.ts";
import { constant } from "../ops/constant.ts";
import { expand, reshape } from "../ops/layout.ts";
import { sum } from "../ops/reduce.ts";

/**
 * Returns the gradients of `loss` with respect to each of `wrt`, as new values of the same graph. `wrt` may be any values that
 * the loss is computed from: weights, gates, patterns. A loss that is not a scalar needs its `cotangent` (same shape). A value
 * that the loss does not depend on has a gradient of zero. Throws if the loss depends on one of `wrt` through an op without a
 * derivative, or if an op needs the size of a named axis.
 */
export const grads = (loss: Value, wrt: readonly Value[], cotangent?: Value): Value[] => gradsOfSum([{ loss, cotangent }], wrt);

/** A term of a sum that is differentiated; one that is not a scalar needs its cotangent (same shape). */
export interface LossTerm {
  readonly loss: Value;
  readonly cotangent?: Value;
}

/** Returns the gradients of a sum of distinct terms in one backward pass (see `grads`). */
export function gradsOfSum(terms: readonly LossTerm[], wrt: readonly Value[]): Value[] {
  for (const { loss, cotangent } of terms) {
    if (loss.shape.length === 0 || cotangent) continue;
    throw new RangeError(`grads: the loss has the shape ${shown(loss.shape)}; pass a scalar, or a cotangent of this shape`);
  }
  return scoped("gradient", () => {
    const order = topological(terms.map(({ loss }) => loss));
    const live = dependents(order, wrt);
    const found = new Map<Value, Value>(terms.map(({ loss, cotangent }) => [loss, cotangent ?? constant(1)]));
    for (const y of order.reverse()) {
      const dy = found.get(y);
      if (dy && y.inputs.some((u) => live.has(u))) pullBack(y, dy, live, found);
    }
    return wrt.map((v) => found.get(v) ?? expand(constant(0), v.shape, v));
  });
}

/** Returns the values through which the loss depends on any of `wrt`. */
function dependents(order: readonly Value[], wrt: readonly Value[]): Set<Value> {
  const live = new Set(wrt);
  for (const v of order) if (v.inputs.some((u) => live.has(u))) live.add(v);
  return live;
}

function pullBack(y: Value, dy: Value, live: ReadonlySet<Value>, found: Map<Value, Value>): void {
  if (!y.op.vjp) {
    throw new Error(
      `grads: ${y.op.name}${y.scope ? ` in ${y.scope}` : ""} has no derivative, but the loss depends on one of wrt through it; use a differentiable op`,
    );
  }
  for (const [i, dx] of y.op.vjp(dy, y, y.inputs, y.attrs).entries()) {
    const x = y.inputs[i]!;
    if (!dx || !live.has(x)) continue;
    const fitted = unbroadcast(dx, x.shape);
    const previous = found.get(x);
    found.set(x, previous ? add(previous, fitted) : fitted);
  }
}

/** Undoes broadcasting: sums `dx` down to `shape`. */
function unbroadcast(dx: Value, shape: Shape): Value {
  const extra = dx.shape.length - shape.length;
  const axes = [...dx.shape.keys()].filter((i) => i < extra || (shape[i - extra] === 1 && dx.shape[i] !== 1));
  return axes.length ? reshape(sum(dx, axes), shape) : dx;
}
