/** Which keys a query may look at, as numbers added to the scores. */
import type { Dim, Value } from "../graph/value.ts";
import { sub } from "../ops/arithmetic.ts";
import { integers } from "../ops/constant.ts";
import { range } from "../ops/index-by.ts";
import { unsqueeze } from "../ops/layout.ts";
import { and, greater, greaterOrEqual, less, where } from "../ops/logic.ts";

/** Swallows every score, and yet a row of nothing else is uniform and not NaN. */
export const BLOCKED = -1e30;

/** Where `mask` [b, j] (int64, 0: padding) lets keys be seen: bool [b, 1, 1, j]. */
export const unpadded = (mask: Value): Value => unsqueeze(greater(mask, 0), 1, 2);

/** Each query sees itself and what came before, at most `window` tokens where given: bool [i, j]. */
export function causal(length: Dim, window: number | undefined, ...sources: readonly Value[]): Value {
  const at = range(length, ...sources);
  const [query, key] = [unsqueeze(at, 1), unsqueeze(at, 0)];
  const past = greaterOrEqual(query, key);
  return window === undefined ? past : and(past, less(sub(query, key), integers([window], [])));
}

/** What is added to the scores: 0 where `visible`, else `BLOCKED`. */
export const bias = (visible: Value): Value => where(visible, 0, BLOCKED);
