/** Attention masks, as numbers added to the scores. */
import type { Dim, Value } from "../graph/value.ts";
import { sub } from "../ops/arithmetic.ts";
import { integers } from "../ops/constant.ts";
import { range } from "../ops/index-by.ts";
import { unsqueeze } from "../ops/layout.ts";
import { and, greater, greaterOrEqual, less, where } from "../ops/logic.ts";

/** The score of a blocked key: exceeds any other score, yet a row of only blocked keys is uniform and not NaN. */
export const BLOCKED = -1e30;

/** Returns the visible keys of `mask` [b, j] (int64, 0: padding): bool [b, 1, 1, j]. */
export const unpadded = (mask: Value): Value => unsqueeze(greater(mask, 0), 1, 2);

/** Returns the causal mask, bool [i, j]: each query sees itself and earlier keys, at most `window` tokens if given. */
export function causal(length: Dim, window: number | undefined, ...sources: readonly Value[]): Value {
  const at = range(length, ...sources);
  const [query, key] = [unsqueeze(at, 1), unsqueeze(at, 0)];
  const past = greaterOrEqual(query, key);
  return window === undefined ? past : and(past, less(sub(query, key), integers([window], [])));
}

/** Returns the numbers to add to the scores: 0 for `visible` keys, else `BLOCKED`. */
export const bias = (visible: Value): Value => where(visible, 0, BLOCKED);
