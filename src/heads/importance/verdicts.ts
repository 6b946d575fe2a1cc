/** The names of the judgements by exact ablation, in a separate file so that a page can show them without a schema. */

/**
 * `critical`: the task gets worse without the head, family-wise and on both halves, by at least `CRITICAL_SHARE` of the loss
 * without any head. `slight`: the same, but by less. `better without`: it improves, family-wise and on both halves. `none
 * shown`: no significant difference.
 */
export const VERDICTS = ["critical", "slight", "better without", "none shown"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The minimum share of the loss without all heads for a critical head; there is no published value, so this is ours. */
export const CRITICAL_SHARE = 0.005;

export interface Judgement {
  readonly verdict: Verdict;
  /** Family-wise over heads, for the side of the value. */
  readonly p: number;
  /** The loss without the head divided by the loss without any head; 0 if that is zero. */
  readonly share: number;
}
