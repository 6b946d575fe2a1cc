/** Masks tokens for a masked language model (Devlin et al. 2019). */

import { itemsAt } from "../params/keyed.ts";

/** The target of positions without a prediction. */
export const NO_TARGET = -1;

/** The settings of masking. */
export interface Masking {
  /** Tokens that are never masked, such as [CLS]. */
  readonly special: ReadonlySet<number>;
  readonly maskId: number;
  readonly paddingId: number;
  readonly vocabulary: number;
  /** The share of tokens to predict; default 0.15. */
  readonly share?: number;
}

/**
 * Masks some tokens of a row: of those chosen, 80% become [MASK], 10% a random token, 10% stay. At least one is chosen if
 * possible; `targets` has the tokens to predict, and `NO_TARGET` at other positions.
 */
export function hide(
  row: ArrayLike<number>,
  { special, maskId, vocabulary, share = 0.15 }: Masking,
  uniform: () => number,
): { readonly ids: Int32Array; readonly targets: Int32Array } {
  const [ids, targets] = [Int32Array.from(row), new Int32Array(row.length).fill(NO_TARGET)];
  const open = [...ids.entries()].filter(([, id]) => !special.has(id));
  const chosen = open.filter(() => uniform() < share);
  if (chosen.length === 0 && open.length > 0) chosen.push(...itemsAt(open, [Math.floor(uniform() * open.length)]));
  for (const [i, id] of chosen) {
    targets[i] = id;
    const way = uniform();
    if (way < 0.8) ids[i] = maskId;
    else if (way < 0.9) ids[i] = Math.floor(uniform() * vocabulary);
  }
  return { ids, targets };
}
