/** A derivative that is known in closed form, in place of that of the ops that compute a value. */
import { apply, type Op, type Value } from "../graph/value.ts";

/** From the cotangent of a value and the value itself, returns the cotangents of what it is computed from (null: none). */
export type Pullback = (dy: Value, y: Value) => readonly (Value | null)[];

/**
 * Returns `y`, a value that is computed from `from`, with the derivative `pull` with respect to each of `from`; it may not depend
 * on other values. The ops that compute `y` need no derivative of their own: iterations, for example.
 */
export function withDerivative(y: Value, from: readonly Value[], pull: Pullback): Value {
  const op: Op = {
    name: "Identity",
    written: 1,
    infer: () => ({ dtype: y.dtype, shape: y.shape }),
    vjp: (dy, own) => [null, ...pull(dy, own)],
  };
  return apply(op, [y, ...from], {});
}
