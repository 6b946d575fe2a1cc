/**
 * Judgement of all heads by exact ablation. A head matters if the task gets worse without it by more than chance explains for
 * all heads together (family-wise), on both halves of the examples; it is critical if this is also a relevant share of the loss
 * without all heads.
 */
import { SIGNIFICANCE } from "../scores/labels.ts";
import { CRITICAL_SHARE, type Judgement, type Verdict } from "./verdicts.ts";

/** The losses without each head: on all examples, on draws of them, and on two halves. */
export interface Losses {
  readonly values: Float64Array;
  /** The loss without each head, for each draw of examples with replacement. */
  readonly drawn: readonly Float64Array[];
  readonly halves: readonly [Float64Array, Float64Array];
  /** The loss without any head. */
  readonly range: number;
}

/**
 * Judges every head. p is the share of draws in which the largest distance of any head's loss from its own mean, in standard
 * errors, reaches this head's distance from 0 (the bootstrap's max-T; Westfall & Young 1993), as (c + 1) / (B + 1). Standard
 * errors come from the other half of the draws, so that the largest distance includes their uncertainty as a head's distance
 * does.
 */
export function judgeHeads({ values, drawn, halves, range }: Losses): Judgement[] {
  const folds = [drawn.filter((_, b) => b % 2 === 0), drawn.filter((_, b) => b % 2 === 1)];
  const errors = folds.map((fold) => Float64Array.from(values, (_, k) => deviation(fold.map((losses) => losses[k]!))));
  const distance = (loss: number, from: number, error: number): number => (error > 0 ? Math.abs(loss - from) / error : 0);
  const greatest = drawn.map((losses, b) =>
    values.reduce((most, value, k) => Math.max(most, distance(losses[k]!, value, errors[1 - (b % 2)]![k]!)), 0),
  );
  return Array.from(values, (value, k): Judgement => {
    const own = Math.min(...errors.map((error) => distance(value, 0, error[k]!)));
    const reached = greatest.reduce((count, most) => count + Number(most >= own), 0);
    const p = (reached + 1) / (drawn.length + 1);
    const share = range > 0 ? value / range : 0;
    const [first, second] = halves;
    const holds = p <= SIGNIFICANCE && first[k]! * value > 0 && second[k]! * value > 0;
    return { verdict: holds ? verdictOf(value, share) : "none shown", p, share };
  });
}

const verdictOf = (value: number, share: number): Verdict =>
  value < 0 ? "better without" : share >= CRITICAL_SHARE ? "critical" : "slight";

function deviation(xs: readonly number[]): number {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
  return Math.sqrt(xs.reduce((s, x) => s + (x - mean) ** 2, 0) / Math.max(1, xs.length - 1));
}
