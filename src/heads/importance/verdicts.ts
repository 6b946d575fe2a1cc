/** The names of what exact ablation says of a head: alone in a file, so that a page can show them without a schema. */

/**
 * `critical`: the task gets worse without the head, family-wise and on both halves, by at least `CRITICAL_SHARE` of what it loses
 * without any head. `slight`: the same, but by less. `better without`: it gets better, family-wise and on both halves. `none
 * shown`: no difference can be told from none.
 */
export const VERDICTS = ["critical", "slight", "better without", "none shown"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The least share of what all heads are worth together; there is no published one, and this is ours. */
export const CRITICAL_SHARE = 0.005;

export interface Judgement {
  readonly verdict: Verdict;
  /** Family-wise over heads, of the side that the value lies on. */
  readonly p: number;
  /** The loss without the head over the loss without any head; 0 where that is none. */
  readonly share: number;
}
