/** Learning rates over a run. Steps are counted from 1. */

export interface Schedule {
  /**
   * `transformer`: peak · √warmup · min(s^−½, s · warmup^−3⁄2) (Vaswani et al. 2017, whose d^−½ · min(…) has the peak
   * (d · warmup)^−½); `cosine`: linear from 0 to the peak, then half a cosine down to `floor` (Loshchilov & Hutter 2017);
   * `constant`: linear from 0 to the peak, then level. The last two are transformers' schedules of these names.
   */
  readonly kind: "transformer" | "cosine" | "constant";
  /** Steps until the peak. */
  readonly warmup: number;
  /** The fraction of the peak at which a cosine ends; default 0. */
  readonly floor?: number;
}

/** Returns the learning rate of `step` (1 … `steps`); `peak` is the highest. */
export function learningRate({ kind, warmup, floor = 0 }: Schedule, peak: number, step: number, steps: number): number {
  if (kind === "transformer") {
    const rise = Math.max(1, warmup);
    return peak * Math.sqrt(rise) * Math.min(step ** -0.5, step * rise ** -1.5);
  }
  const done = step - 1;
  if (done < warmup) return (peak * done) / warmup;
  if (kind === "constant") return peak;
  const share = Math.min(1, (done - warmup) / Math.max(1, steps - warmup));
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * share))) / 2);
}
