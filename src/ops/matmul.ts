/** The matrix product, the op that takes nearly all the time. */
import { broadcast, dims2, shown } from "../graph/shape.ts";
import { apply, type Binary, type Value } from "../graph/value.ts";
import { merge, swapLast } from "./layout.ts";

// y = a b: da = dy bᵀ, db = aᵀ dy; for a matrix b shared by many a, db is one product over all of them
const MatMul: Binary = {
  name: "MatMul",
  infer: ([a, b]) => {
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new RangeError(`matmul: got ${shown(a.shape)} × ${shown(b.shape)}; pass at least two axes each`);
    }
    const [m, k] = dims2(a.shape.slice(-2));
    const [k2, n] = dims2(b.shape.slice(-2));
    if (k !== k2)
      throw new RangeError(
        `matmul: the inner sizes of ${shown(a.shape)} × ${shown(b.shape)} differ; pass [.., m, k] × [.., k, n]`,
      );
    return { dtype: a.dtype, shape: [...broadcast("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n] };
  },
  vjp: (dy, _, [a, b]) => [
    matmul(dy, swapLast(b)),
    b.shape.length === 2 ? matmul(swapLast(rows(a)), rows(dy)) : matmul(swapLast(a), dy),
  ],
};

/** Merges all axes but the last. */
const rows = (x: Value): Value => merge(x, 0, x.shape.length - 1);

/** Computes [.., m, k] × [.., k, n] → [.., m, n]; leading axes broadcast. */
export const matmul = (a: Value, b: Value): Value => apply(MatMul, [a, b], {});
