/** One tab stop for many items: the target of an arrow key. */

/** A place in rows of different lengths. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** Returns the place that a key leads to, or undefined for other keys; rows without cells are skipped. */
export function moveInRows(
  lengths: readonly number[],
  { row, column }: GridPlace,
  key: string,
  ctrl = false,
): GridPlace | undefined {
  const last = (at: number) => lengths[at]! - 1;
  const full = lengths.flatMap((length, at) => (length > 0 ? [at] : []));
  const stay = (at: number | undefined) =>
    at === undefined ? { row, column } : { row: at, column: Math.min(column, last(at)) };
  if (key === "ArrowRight") return { row, column: Math.min(column + 1, last(row)) };
  if (key === "ArrowLeft") return { row, column: Math.max(column - 1, 0) };
  if (key === "ArrowDown") return stay(full.find((at) => at > row));
  if (key === "ArrowUp") return stay(full.findLast((at) => at < row));
  if (key === "Home") return ctrl ? { row: full[0] ?? row, column: 0 } : { row, column: 0 };
  if (key !== "End") return undefined;
  const end = ctrl ? (full.at(-1) ?? row) : row;
  return { row: end, column: last(end) };
}

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * Returns the point nearest to `from` in an arrow's direction (y grows downward), or `from` if there is none. Sideways distance
 * counts double, so that the way back usually leads back. Home and End lead to the first and the last point.
 */
export function nearestTowards(
  points: readonly (readonly [x: number, y: number])[],
  from: number,
  key: string,
): number | undefined {
  if (key === "Home") return 0;
  if (key === "End") return points.length - 1;
  const direction = DIRECTIONS[key];
  if (!direction) return undefined;
  const far = points.map((point, at) => (at === from ? Number.POSITIVE_INFINITY : distance(points[from]!, point, direction)));
  const least = Math.min(...far);
  return Number.isFinite(least) ? far.indexOf(least) : from;
}

function distance(a: readonly [number, number], b: readonly [number, number], [x, y]: readonly [number, number]): number {
  const along = (b[0] - a[0]) * x + (b[1] - a[1]) * y;
  const aside = Math.abs((b[0] - a[0]) * y) + Math.abs((b[1] - a[1]) * x);
  return along > 1e-6 ? along + 2 * aside : Number.POSITIVE_INFINITY;
}
