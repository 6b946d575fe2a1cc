/** Learning rates over a run. Steps are counted from 1. */

export interface Schedule {
  /**
   * `transformer`: peak · warmup^½ · min(s^−½, s · warmup^−3⁄2) (Vaswani et al. 2017; the paper's own rate d^−½ · min(…) is the
   * peak (d · warmup)^−½); `cosine`: linear to the peak, then half a cosine down to `floor` (Loshchilov & Hutter 2017);
   * `constant`: linear to the peak, then level.
   */
  readonly kind: "transformer" | "cosine" | "constant";
  readonly warmup: number;
  /** The share of the peak at which a cosine ends; default 0. */
  readonly floor?: number;
}

/** The learning rate of `step` (1 … `steps`), in units of the peak rate `peak`. */
export function learningRate({ kind, warmup, floor = 0 }: Schedule, peak: number, step: number, steps: number): number {
  if (kind === "transformer") {
    const rise = Math.max(1, warmup);
    return peak * Math.sqrt(rise) * Math.min(step ** -0.5, step * rise ** -1.5);
  }
  if (step < warmup) return (peak * step) / warmup;
  if (kind === "constant") return peak;
  const share = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * share))) / 2);
}
