/** The numbers of units at which quality is measured. */

/** Returns `points` numbers of units, evenly spaced up to `most`. */
export const countsOf = (most: number, points: number): number[] =>
  [...new Set(Array.from({ length: points }, (_, k) => Math.round(((k + 1) * most) / points)))].filter((n) => n > 0);
