/**
 * Judgement of all heads by exact ablation. A head matters if the task gets worse without it by more than chance explains for
 * all heads together (family-wise), on both halves of the examples; it is critical if this is also a relevant share of the loss
 * without all heads.
 */
import { columnOf, mean, numberAt } from "../../stats/sums.ts";
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
  const heads = Array.from(values, (value, k) => {
    const losses = columnOf(drawn, k);
    const [even, odd] = [deviation(losses.filter((_, b) => b % 2 === 0)), deviation(losses.filter((_, b) => b % 2 === 1))];
    return { value, losses, even, odd, halves: columnOf(halves, k) };
  });
  const distance = (loss: number, from: number, error: number): number => (error > 0 ? Math.abs(loss - from) / error : 0);
  const greatest = drawn.map((_, b) =>
    Math.max(0, ...heads.map(({ value, losses, even, odd }) => distance(numberAt(losses, b), value, b % 2 === 0 ? odd : even))),
  );
  return heads.map((head): Judgement => {
    const { value, even, odd } = head;
    const own = Math.min(distance(value, 0, even), distance(value, 0, odd));
    const reached = greatest.filter((most) => most >= own).length;
    const p = (reached + 1) / (drawn.length + 1);
    const share = range > 0 ? value / range : 0;
    const holds = p <= SIGNIFICANCE && head.halves.every((loss) => loss * value > 0);
    return { verdict: holds ? verdictOf(value, share) : "none shown", p, share };
  });
}

const verdictOf = (value: number, share: number): Verdict =>
  value < 0 ? "better without" : share >= CRITICAL_SHARE ? "critical" : "slight";

function deviation(xs: Float64Array): number {
  const center = mean(xs);
  return Math.sqrt(xs.reduce((s, x) => s + (x - center) ** 2, 0) / Math.max(1, xs.length - 1));
}
