/** Patterns that replace a head's own: every row sums to one over the keys in view. */
import type { Pattern } from "../../state.ts";

interface Shape {
  readonly rows: number;
  readonly columns: number;
  /** True if a query only sees keys up to its own position. */
  readonly causal: boolean;
}

/** Returns [query · key]; if the wanted key is not in view, the nearest one is used. */
export function madePattern(kind: Pattern, { rows, columns, causal }: Shape): Float32Array {
  const made = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const last = causal ? Math.min(i, columns - 1) : columns - 1;
    if (kind === "uniform") made.fill(1 / (last + 1), i * columns, i * columns + last + 1);
    else made[i * columns + Math.min(last, Math.max(0, wantedKey(kind, i)))] = 1;
  }
  return made;
}

function wantedKey(kind: Exclude<Pattern, "uniform">, i: number): number {
  return { previous: i - 1, next: i + 1, self: i, first: 0 }[kind];
}

/** Fits the pattern of another text to this length: truncated or zero-padded, with every row normalized again. */
export function borrowed(pattern: Float32Array, from: Shape, to: Shape): Float32Array {
  const made = madePattern("self", to);
  for (let i = 0; i < Math.min(from.rows, to.rows); i++) {
    const width = Math.min(from.columns, to.columns);
    const row = pattern.subarray(i * from.columns, i * from.columns + width);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    if (total < 1e-6) continue;
    made.fill(0, i * to.columns, (i + 1) * to.columns);
    for (let j = 0; j < width; j++) made[i * to.columns + j] = row[j]! / total;
  }
  return made;
}
