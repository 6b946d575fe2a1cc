/** Editing one weight of a row: the others keep their proportions, and the row still sums to one. */

/** The change of one key press. */
export const STEP = 0.05;

/**
 * Returns the row with `weight`, in [0, 1], at `at`, and the rest scaled to 1 − weight. If the rest is zero, it is spread
 * evenly over the first `open` keys (all by default; those not after the query in a causal model). A row with a single open key
 * keeps all its weight.
 */
export function editRow(row: Float32Array, at: number, weight: number, open = row.length): Float32Array {
  if (at >= open || open < 2) return row.slice();
  const rest = row.reduce((sum, value, j) => (j === at ? sum : sum + value), 0);
  const wanted = Math.min(1, Math.max(0, weight));
  const even = (1 - wanted) / (open - 1);
  return row.map((value, j) => {
    if (j === at) return wanted;
    if (rest > 1e-12) return (value * (1 - wanted)) / rest;
    return j < open ? even : 0;
  });
}
