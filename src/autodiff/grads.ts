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
 * The gradients of `loss` with respect to each of `wrt`, as new values of the same graph.
 * `wrt` may be any values that the loss is computed from: weights, gates, patterns. A loss that is not a scalar needs
 * its `cotangent` (same shape). A value that the loss does not depend on has the gradient zero.
 * Throws where the loss depends on a wanted value through an op without a derivative, or an axis is only named.
 */
export function grads(loss: Value, wrt: readonly Value[], cotangent?: Value): Value[] {
  if (loss.shape.length !== 0 && !cotangent) {
    throw new RangeError(`grads: the loss must be a scalar or come with a cotangent, but its shape is ${shown(loss.shape)}`);
  }
  return scoped("gradient", () => {
    const order = topological([loss]);
    const live = dependents(order, wrt);
    const found = new Map<Value, Value>([[loss, cotangent ?? constant(1)]]);
    for (const y of order.reverse()) {
      const dy = found.get(y);
      if (dy && y.inputs.some((u) => live.has(u))) pullBack(y, dy, live, found);
    }
    return wrt.map((v) => found.get(v) ?? expand(constant(0), v.shape, v));
  });
}

/** The values through which any of `wrt` reaches the loss. */
function dependents(order: readonly Value[], wrt: readonly Value[]): Set<Value> {
  const live = new Set(wrt);
  for (const v of order) if (v.inputs.some((u) => live.has(u))) live.add(v);
  return live;
}

function pullBack(y: Value, dy: Value, live: ReadonlySet<Value>, found: Map<Value, Value>): void {
  if (!y.op.vjp) {
    throw new Error(
      `grads: ${y.op.name}${y.scope ? ` in ${y.scope}` : ""} has no derivative, and the loss depends on a wanted value through it`,
    );
  }
  for (const [i, dx] of y.op.vjp(dy, y, y.inputs, y.attrs).entries()) {
    const x = y.inputs[i]!;
    if (!dx || !live.has(x)) continue;
    const fitted = unbroadcast(dx, x.shape);
    const sofar = found.get(x);
    found.set(x, sofar ? add(sofar, fitted) : fitted);
  }
}

/** Undo broadcasting: sum `dx` down to `shape`. */
function unbroadcast(dx: Value, shape: Shape): Value {
  const extra = dx.shape.length - shape.length;
  const axes = [...dx.shape.keys()].filter((i) => i < extra || (shape[i - extra] === 1 && dx.shape[i] !== 1));
  return axes.length ? reshape(sum(dx, axes), shape) : dx;
}
