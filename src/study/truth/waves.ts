/** A function of the distance between query and key, as a sum of waves at the angles of positions. */
import { Matrix, solve } from "ml-matrix";
import { numberAt } from "../../stats/sums.ts";
import { ANGLES } from "./traits.ts";

const REACH = 40;

/** a and b of each angle with Σ a cos(ω o) + b sin(ω o) ≈ kernel(o) + constant for offsets o up to 40, by ridge regression. */
export function waves(kernel: (offset: number) => number, causal: boolean): [a: number, b: number][] {
  const offsets = Array.from({ length: 2 * REACH + 1 }, (_, k) => k - REACH).filter(
    (o) => !(causal && o > 0) && !Number.isNaN(kernel(o)),
  );
  // near offsets decide: errors there count more
  const weight = (o: number) => (Math.abs(o) <= 8 ? 3 : 1);
  const rows = offsets.map((o) => [1, ...ANGLES.flatMap((w) => [Math.cos(w * o), Math.sin(w * o)])].map((x) => x * weight(o)));
  const x = new Matrix(rows);
  const y = Matrix.columnVector(offsets.map((o) => kernel(o) * weight(o)));
  const gram = x.transpose().mmul(x).add(Matrix.eye(x.columns).mul(1e-4));
  const found = solve(gram, x.transpose().mmul(y)).to1DArray();
  return ANGLES.map((_, k) => [numberAt(found, 1 + 2 * k), numberAt(found, 2 + 2 * k)]);
}
