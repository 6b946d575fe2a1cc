/** The matrix product, the op where nearly all the time goes. */
import { broadcast, shown } from "../graph/shape.ts";
import { apply, type Op, type Value } from "../graph/value.ts";
import { merge, swapLast } from "./layout.ts";

// y = a b: da = dy bᵀ, db = aᵀ dy; a matrix b that serves many a gathers all of them in one product
const MatMul: Op = {
  name: "MatMul",
  infer: ([a, b]) => {
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw new RangeError(`matmul: needs two axes at least, got ${shown(a!.shape)} × ${shown(b!.shape)}`);
    }
    const [m, k] = a!.shape.slice(-2);
    const [k2, n] = b!.shape.slice(-2);
    if (k !== k2) throw new RangeError(`matmul: inner sizes differ, ${shown(a!.shape)} × ${shown(b!.shape)}`);
    return { dtype: a!.dtype, shape: [...broadcast("matmul", a!.shape.slice(0, -2), b!.shape.slice(0, -2)), m!, n!] };
  },
  vjp: (dy, _, [a, b]) => [
    matmul(dy, swapLast(b!)),
    b!.shape.length === 2 ? matmul(swapLast(rows(a!)), rows(dy)) : matmul(swapLast(a!), dy),
  ],
};

/** All but the last axis merged. */
const rows = (x: Value): Value => merge(x, 0, x.shape.length - 1);

/** [.., m, k] × [.., k, n] → [.., m, n]; leading axes broadcast. */
export const matmul = (a: Value, b: Value): Value => apply(MatMul, [a, b], {});
