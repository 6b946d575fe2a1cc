/** Checked access to lists and matrices over heads. */

/** Returns the entry of one head in a list with one entry per head. */
export function ofHead<T>(heads: ArrayLike<T>, head: number): T {
  const own = heads[head];
  if (own === undefined) throw new Error(`internal: there is no head ${head} among ${heads.length}`);
  return own;
}

/** Returns what a matrix of all heads has for two of them. */
export function entryOf(matrix: readonly (readonly number[])[], row: number, column: number): number {
  const entry = matrix[row]?.[column];
  if (entry === undefined) throw new Error(`internal: a matrix of ${matrix.length} heads has no entry ${row}, ${column}`);
  return entry;
}
